"""Looks at a network between two steps without disturbing it: no random number is drawn, no weight is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from engine.record.control import Control
from engine.record.events import Look, Surface
from engine.training.learner import Learner
from engine.training.objective.objectives import each

GRID = 64  # points along each side of a surface
OFTEN = 0.1  # seconds between two looks, at least


class Kind(NamedTuple):
    """One kind of look.

    Attributes:
        compute: what there is to see of a network that is in evaluation mode, a frozen value; None where it has none.
        share: of the training time that it may take, at most.
    """

    compute: Callable[[Learner], object]
    share: float


def surface(learner: Learner) -> Surface | None:
    """The answers over the plane of two inputs; None for other networks."""
    shape, kinds = learner.facts.input, [objective.target.kind for objective in learner.objectives]
    plane = shape.names == ("feature",) and shape.count == 2 and len(learner.inputs) == 1
    if not plane or len(kinds) != 1 or kinds[0] not in ("classes", "number"):
        return None
    low, high = (bound.cpu().numpy() for bound in torch.aminmax(learner.inputs[0], dim=0))
    margin = 0.1 * (high - low) + 1e-6
    (left, bottom), (right, top) = low - margin, high + margin
    across, up = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
    points = torch.from_numpy(np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)).to(learner.device)
    (answers,) = each(learner.model(points))
    (objective,) = learner.objectives
    values, labels = _read(objective.own_unit(answers.float().cpu().numpy()), objective.target.kind)
    extent = (float(left), float(right), float(bottom), float(top))
    return Surface(values.reshape(GRID, GRID), labels.reshape((GRID, GRID) if labels.size else (0, 0)), extent)


LOOKS: dict[str, Kind] = {
    "surface": Kind(surface, 0.02),
}
"""What can be watched, by the name that `Control.watch` is given. A new panel is one line here and one card."""


class Looker:
    """Answers what `control` watches with a Look each, at most ten times a second."""

    def __init__(self, learner: Learner, control: Control) -> None:
        self._learner, self._control = learner, control
        self._next: dict[str, float] = {}

    def look(self, step: int, *, last: bool = False) -> Iterator[Look]:
        """What is watched, possible and due; the last one before a pause or the end is always due."""
        for name in sorted(self._control.watched & LOOKS.keys()):
            begin = self._learner.clock()
            if not last and begin < self._next.get(name, 0.0):
                continue
            kind = LOOKS[name]
            with self._learner.answering(), torch.inference_mode():
                shown = kind.compute(self._learner)
            if shown is not None:
                yield Look(step, name, shown)
            end = self._learner.clock()
            self._next[name] = end + max(OFTEN, (end - begin) / kind.share)


def _read(answers: NDArray[np.float32], kind: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(points, units) -> what is drawn: values and most likely classes."""
    if kind == "number":
        return answers[:, 0], np.empty(0, np.int64)
    if answers.shape[1] == 1:
        return answers[:, 0], (answers[:, 0] > 0.5).astype(np.int64)
    labels = answers.argmax(axis=1).astype(np.int64)
    return (answers[:, 1] if answers.shape[1] == 2 else answers.max(axis=1)), labels
