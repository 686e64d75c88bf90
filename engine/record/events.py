"""What happens in a run, as frozen facts.

The command line prints them, the recorder writes them, the screen draws them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.record.execution import Tactics
from engine.record.states import RunState


@dataclass(frozen=True)
class Event:
    """Anything a run says of itself."""


@dataclass(frozen=True)
class Preparing(Event):
    """The engine is up. The network is built and its data placed; Started comes next."""


@dataclass(frozen=True)
class Started(Event):
    """The run is about to take its first step.

    Attributes:
        device: "cpu", "cuda" or "mps".
        threads: threads torch uses.
        tactics: how it computes at first, as `Tactics.document` gives it; TacticsChanged says what comes later.
        steps_per_epoch, total_steps: steps of the whole run.
        step: where it begins; above 0 for a resumed run.
        best_by: what decides which epoch is the best, as `metrics` of EpochEnd names it, or "loss".
    """

    device: str
    threads: int
    steps_per_epoch: int
    total_steps: int
    step: int = 0
    tactics: Mapping[str, Any] = field(default_factory=dict)
    best_by: str = "loss"


@dataclass(frozen=True)
class Progress(Event):
    """A bunch of steps, at most 30 times a second.

    Attributes:
        step: steps done so far.
        losses: training loss of each step since the last Progress, float32 (steps,).
        learning_rate: as used in the last step.
        seconds: training time so far, pauses left out.
        settling: whether the way that steps are taken was still being found among these: later ones take another time.
    """

    step: int
    losses: NDArray[np.float32]
    learning_rate: float
    seconds: float
    settling: bool = False


@dataclass(frozen=True)
class EpochEnd(Event):
    """One pass over the training split is done and the validation split was measured.

    Attributes:
        epoch: 1-based.
        step: steps done so far.
        train_loss: mean over the epoch's steps.
        loss: validation loss; None without a validation split.
        metrics: by metric name, on the validation split; in the target's own unit.
    """

    epoch: int
    step: int
    train_loss: float
    loss: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot(Event):
    """All that is needed to go on exactly from `step`. The recorder writes it and says Saved in its place.

    Attributes:
        arrays: weights ("model.<name>"), optimizer state ("optimizer.<parameter>.<what>"), random state;
            where there are such, running means ("average.<name>"), gradients that wait ("gradient.<name>"), and under
            "later." what a run that ends with its best weights goes on from.
        state: numbers: step, epoch (finished ones), seconds, epoch_losses, epoch_scores where a metric decides which is
            the best, losses of the unfinished epoch.
        names: what it can be asked for by, beside "last", which every new one is: "best" where no epoch before was
            better. The recorder adds "kept" to those that stay along the run.
        loss: of the epoch it stands at the end of: validation loss, else training loss; None within an epoch.
    """

    step: int
    arrays: Mapping[str, NDArray[Any]]
    state: Mapping[str, Any]
    names: tuple[str, ...] = ()
    loss: float | None = None


@dataclass(frozen=True)
class Saved(Event):
    """A snapshot was written whole."""

    step: int


@dataclass(frozen=True)
class Noted(Event):
    """One sentence that the person should know; the run goes on."""

    step: int
    message: str


@dataclass(frozen=True)
class Searching(Event):
    """Memory ran out, and which batch size fits is being tried; OutOfMemory says it, half a minute later at most."""

    step: int


@dataclass(frozen=True)
class Paused(Event):
    """The run waits between two steps."""

    step: int


@dataclass(frozen=True)
class Resumed(Event):
    """The run goes on after a pause."""

    step: int


@dataclass(frozen=True)
class KnobTurned(Event):
    """From this step on a live knob has another value; recorded, and replayed at the same step on resume.

    Attributes:
        step: steps done before the first one that feels it.
        name: "learning_rate", "weight_decay", "dropout" or "frozen".
        value: learning rate (before the schedule's factor), weight decay, rate of Dropout layers, or whether
            the layer is frozen.
        layer: path of the layer it is about; "" for all.
    """

    step: int
    name: str
    value: float | bool
    layer: str = ""


@dataclass(frozen=True)
class TacticsChanged(Event):
    """From this step on the run computes in another way; recorded, and done again at the same step on resume.

    Attributes:
        step: steps done before the first one that is computed so.
        tactics: that hold from there on.
        stays: whether these are the fastest so far; else they are on trial.
    """

    step: int
    tactics: Tactics
    stays: bool


@dataclass(frozen=True)
class Look(Event):
    """What was watched between two steps.

    Attributes:
        name: of the look, as `Control.watch` was given it.
        shown: a frozen value of the look's own kind.
    """

    step: int
    name: str
    shown: object


@dataclass(frozen=True)
class Surface:
    """The look "surface": what the network answers over a grid of its two inputs.

    Attributes:
        values: (rows, columns) float32: the number, or for two classes the share of the second, else the largest share;
            row 0 is the smallest second input.
        labels: (rows, columns) int64 most likely class; empty for a number.
        extent: left, right, bottom, top in the units of the prepared inputs.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.int64]
    extent: tuple[float, float, float, float]


@dataclass(frozen=True)
class Ended(Event):
    """The last event of every run is one of the kinds below.

    Attributes:
        state: of the run from then on.
    """

    state: ClassVar[str]

    step: int


@dataclass(frozen=True)
class Finished(Ended):
    """All epochs were trained."""

    state: ClassVar[str] = RunState.FINISHED


@dataclass(frozen=True)
class Stopped(Ended):
    """The person asked for it."""

    state: ClassVar[str] = RunState.STOPPED


@dataclass(frozen=True)
class EarlyStopped(Ended):
    """The validation loss did not get better for as many epochs as the settings let pass."""

    state: ClassVar[str] = RunState.EARLY_STOPPED

    message: str = ""


@dataclass(frozen=True)
class Diverged(Ended):
    """The loss became NaN or infinite at `step`.

    Attributes:
        layer: path of the layer that blew up first, "" if unknown.
        rate: learning rate of that step, with the schedule's factor; 0 if unknown.
    """

    state: ClassVar[str] = RunState.DIVERGED

    message: str = ""
    layer: str = ""
    rate: float = 0.0


@dataclass(frozen=True)
class OutOfMemory(Ended):
    """The batch did not fit; `fits` is the batch size that does, tried out, 0 where there is none."""

    state: ClassVar[str] = RunState.OUT_OF_MEMORY

    message: str = ""
    fits: int = 0


@dataclass(frozen=True)
class Failed(Ended):
    """Something else went wrong; `message` for the person, `details` for the log."""

    state: ClassVar[str] = RunState.FAILED

    message: str = ""
    details: str = ""
