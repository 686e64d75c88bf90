"""A measured run, target by target: what each part of the Results page is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.facts import Target
from gui.kit.numbers import parted

if TYPE_CHECKING:
    from engine.runs.evaluate import Evaluation


@dataclass(frozen=True)
class Head:
    """What a network answers for one target; arrays as in `engine.runs.evaluate.Answered`.

    Attributes:
        rows: (examples,) place in the source.
        metrics: of this target, without its name; `also`: those that nobody asked for.
        first: (examples,) the word that each text begins with; None for all but next words.
    """

    target: Target
    answers: NDArray[Any]
    predicted: NDArray[Any]
    targets: NDArray[Any]
    confusion: NDArray[np.int64] | None
    rows: NDArray[np.int64]
    metrics: dict[str, float]
    also: dict[str, float] = field(default_factory=dict)
    first: NDArray[np.int64] | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; empty where there are none."""
        return self.target.classes


def heads_of(found: Evaluation) -> tuple[Head, ...]:
    """One for each Output, in order."""
    several = bool(found.others)
    return tuple(
        Head(
            one.target,
            one.answers,
            one.predicted,
            one.targets,
            one.confusion,
            found.rows,
            _metrics_of(one.target.name, found.metrics) if several else dict(found.metrics),
            dict(one.also),
            one.first,
        )
        for one in found.parts
    )


def _metrics_of(target: str, metrics: dict[str, float]) -> dict[str, float]:
    split = ((*parted(name), value) for name, value in metrics.items())
    return {metric: value for name, metric, value in split if name == target}
