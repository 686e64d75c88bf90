"""Looks at a network between two steps without disturbing it: no random number is drawn, no weight is changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from engine.record.control import Control
from engine.record.events import Event, Surface
from engine.training.learner import Learner
from engine.training.objective.objectives import each

GRID = 64  # points along each side
SHARE = 0.02  # of the training time, at most


class Looker:
    """Answers `control.surface_wanted` with a Surface, at most ten times a second."""

    def __init__(self, learner: Learner, control: Control) -> None:
        self._learner, self._control = learner, control
        self._next = 0.0
        shape, answered = learner.facts.input, [one.target.kind for one in learner.objectives]
        flat = shape.names == ("feature",) and shape.count == 2 and len(learner.inputs) == 1
        self._plane = flat and len(answered) == 1 and answered[0] in ("classes", "number")

    def look(self, step: int, *, last: bool = False) -> Iterator[Event]:
        """A Surface, where one is wanted, possible and due; the last one before a pause or the end is always due."""
        clock = self._learner.clock
        begin = clock()
        if not (self._plane and self._control.surface_wanted and (last or begin >= self._next)):
            return
        yield self._surface(step)
        end = clock()
        self._next = end + max(0.1, (end - begin) / SHARE)

    def _surface(self, step: int) -> Surface:
        learner = self._learner
        low, high = (bound.cpu().numpy() for bound in torch.aminmax(learner.inputs[0], dim=0))
        margin = 0.1 * (high - low) + 1e-6
        (left, bottom), (right, top) = low - margin, high + margin
        across, up = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
        points = torch.from_numpy(np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)).to(learner.device)
        with learner.answering(), torch.inference_mode():
            (answers,) = each(learner.model(points))
        (objective,) = learner.objectives
        values, labels = _read(objective.own_unit(answers.float().cpu().numpy()), objective.target.kind)
        extent = (float(left), float(right), float(bottom), float(top))
        return Surface(
            step, values.reshape(GRID, GRID), labels.reshape((GRID, GRID) if labels.size else (0, 0)), extent
        )


def _read(
    answers: np.ndarray[tuple[int, ...], np.dtype[np.float32]], kind: str
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """(points, units) -> what is drawn: values and most likely classes."""
    if kind == "number":
        return answers[:, 0], np.empty(0, np.int64)
    if answers.shape[1] == 1:
        return answers[:, 0], (answers[:, 0] > 0.5).astype(np.int64)
    labels = answers.argmax(axis=1).astype(np.int64)
    return (answers[:, 1] if answers.shape[1] == 2 else answers.max(axis=1)), labels
