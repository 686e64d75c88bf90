"""A cross-validation on a thread of its own, in the shape of a Worker."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.errors import EngineError
from engine.project import Project
from engine.record.control import Control
from engine.record.events import Event, Failed
from engine.record.request import TrainingRequest
from engine.runs.cross_validation import cross_validate
from engine.runs.folds import STEM, FoldsEnded, FoldsSummary, summary
from engine.training.worker import TrainingThread, endings, run


class FoldedWorker(TrainingThread):
    """Trains all folds one after the other. `sink` is called on its thread with each event.

    FoldStarted says which fold the events after it are of. Each fold's run ends in an Ended, the whole in FoldsEnded,
    whatever happens.
    """

    def __init__(
        self, project: Project, folds: int, out: Path, control: Control, sink: Callable[[Event], None], stem: str = STEM
    ) -> None:
        """`stem`: of the names of the runs in `out`."""
        super().__init__(sink)
        self._project, self._folds, self._out, self._stem = project, folds, out, stem
        self._control = control
        self._request: TrainingRequest | None = None
        self._step = 0

    def events(self) -> Iterator[Event]:
        folds = cross_validate(self._project, self._folds, self._out, self._control, runner=self._run, stem=self._stem)
        for _, event in folds:
            yield event

    def endings(self, error: BaseException) -> Iterator[Event]:
        yield from self._endings(error)
        yield FoldsEnded(self._so_far())

    def _run(self, request: TrainingRequest, control: Control) -> Iterator[Event]:
        self._request, self._step = request, 0
        for event in run(request, control):
            self._step = getattr(event, "step", self._step)
            yield event
        self._request = None

    def _endings(self, error: BaseException) -> Iterator[Event]:
        if self._request is not None:
            yield from endings(error, self._step, self._request, lambda: self._control.stopping)
            return
        message = str(error) if isinstance(error, EngineError) else f"The folds cannot be trained: {error}"
        yield Failed(0, message, "".join(traceback.format_exception(error)))

    def _so_far(self) -> FoldsSummary:
        with suppress(EngineError):  # a folder may be what went wrong; the event before says so
            return summary(self._out, self._folds, self._stem)
        return FoldsSummary(self._folds)
