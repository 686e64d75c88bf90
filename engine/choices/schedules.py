"""Learning-rate schedules, each declared once: what the rate is multiplied by at each step."""

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from engine.choices.base import Choice

WarmUp = Annotated[
    float, Field(ge=0, le=0.9, title="Warm-up", description="Share of the run in which the rate rises to its full size")
]
Rest = Annotated[float, Field(ge=0, le=1, title="End", description="Share of the rate that is left at the end")]
Patience = Annotated[int, Field(ge=0, le=10_000, title="Patience", json_schema_extra={"unit": "epochs"})]


class Schedule(Choice):
    """How the learning rate changes while training: arithmetic alone, so that resuming needs no state."""

    def factor(self, step: int, total: int, steps_per_epoch: int, losses: Sequence[float]) -> float:
        """What the learning rate is multiplied by at one step.

        Args:
            step: steps done before this one: 0 for the first, total - 1 for the last.
            total: steps of the whole run.
            steps_per_epoch: steps of one epoch, 1 or more.
            losses: of each finished epoch the validation loss (training loss without a validation split), oldest first.

        Returns:
            0 or more; 1 leaves the rate as it is set.
        """
        raise NotImplementedError


class Constant(Schedule):
    """The same learning rate from first step to last."""

    title: ClassVar[str] = "Constant"
    kind: Literal["constant"] = "constant"

    def factor(self, step: int, total: int, steps_per_epoch: int, losses: Sequence[float]) -> float:
        return 1.0


class StepDown(Schedule):
    """Makes the rate smaller after every few epochs."""

    title: ClassVar[str] = "Step"
    kind: Literal["step"] = "step"
    every: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            title="Every",
            description="Epochs from one step down to the next",
            json_schema_extra={"unit": "epochs"},
        ),
    ] = 10
    by: Annotated[float, Field(gt=0, le=1, title="Times", description="What the rate is multiplied by each time")] = 0.1

    def factor(self, step: int, total: int, steps_per_epoch: int, losses: Sequence[float]) -> float:
        return self.by ** (step // steps_per_epoch // self.every)


class Cosine(Schedule):
    """Rises to the full rate, then falls along half a cosine.

    Loshchilov & Hutter 2016 (equation 5, one cycle), with a linear warm-up.
    """

    title: ClassVar[str] = "Cosine with warm-up"
    kind: Literal["cosine"] = "cosine"
    warm_up: WarmUp = 0.05
    end: Rest = 0.0

    def factor(self, step: int, total: int, steps_per_epoch: int, losses: Sequence[float]) -> float:
        rising = round(self.warm_up * total)
        if step < rising:
            return (step + 1) / (rising + 1)
        return _eased(1.0, self.end, _share(step - rising, total - 1 - rising))


class OneCycle(Schedule):
    """Starts low, rises to the full rate, ends far below the start.

    Smith & Topin 2017, with cosines as in torch's OneCycleLR; the learning rate set is the peak. Momentum stays.
    """

    title: ClassVar[str] = "One cycle"
    kind: Literal["one_cycle"] = "one_cycle"
    warm_up: WarmUp = 0.3
    start: Annotated[
        float, Field(gt=0, le=1, title="Start", description="Share of the rate that the run begins with")
    ] = 0.04
    end: Rest = 4e-6

    def factor(self, step: int, total: int, steps_per_epoch: int, losses: Sequence[float]) -> float:
        peak = max(0.0, self.warm_up * total - 1)
        if step < peak:
            return _eased(self.start, 1.0, step / peak)
        return _eased(1.0, self.end, _share(step - peak, total - 1 - peak))


class Plateau(Schedule):
    """Makes the rate smaller where the validation loss no longer falls.

    As torch's ReduceLROnPlateau: an epoch is better where its loss is below the best one by a ten-thousandth of it.
    """

    title: ClassVar[str] = "Reduce on plateau"
    kind: Literal["plateau"] = "plateau"
    by: Annotated[float, Field(gt=0, lt=1, title="Times", description="What the rate is multiplied by each time")] = 0.1
    patience: Annotated[Patience, Field(description="Epochs without a better loss that are let pass")] = 10

    def factor(self, step: int, total: int, steps_per_epoch: int, losses: Sequence[float]) -> float:
        best, waited, factor = math.inf, 0, 1.0
        for loss in losses:
            if loss < best - (0 if math.isinf(best) else abs(best) * 1e-4):
                best, waited = loss, 0
                continue
            waited += 1
            if waited > self.patience:
                factor, waited = factor * self.by, 0
        return factor


def _share(done: float, whole: float) -> float:
    """How much of a way is done, 0 to 1; nothing of a way that has no length."""
    return min(1.0, done / whole) if whole > 0 else 0.0


def _eased(start: float, end: float, share: float) -> float:
    """From `start` (share 0) to `end` (share 1) along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


AnySchedule = Annotated[Constant | StepDown | Cosine | OneCycle | Plateau, Field(discriminator="kind")]

SCHEDULES: tuple[type[Schedule], ...] = get_args(get_args(AnySchedule)[0])
"""Every kind of AnySchedule, in the order of the form."""
