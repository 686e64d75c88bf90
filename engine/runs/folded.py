"""A cross-validation on a thread of its own, in the shape of a Worker."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.errors import EngineError
from engine.project import Project
from engine.runs.folds import STEM, FoldsEnded, FoldsSummary, cross_validate, summary
from engine.training.control import Control
from engine.training.events import Ended, Event, Failed
from engine.training.request import TrainingRequest
from engine.training.worker import ending, run


class FoldedWorker:
    """Trains all folds one after the other. `sink` is called on its thread with each event.

    FoldStarted says which fold the events after it are of. Each fold's run ends in an Ended, the whole in FoldsEnded,
    whatever happens.
    """

    def __init__(
        self, project: Project, folds: int, out: Path, control: Control, sink: Callable[[Event], None], stem: str = STEM
    ) -> None:
        """`stem`: of the names of the runs in `out`."""
        self._project, self._folds, self._out, self._stem = project, folds, out, stem
        self._control, self._sink = control, sink
        self._request: TrainingRequest | None = None
        self._step = 0
        self._thread = threading.Thread(target=self._work, name="layerdeck-training", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Waits for the end; True where it came in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        try:
            folds = cross_validate(
                self._project, self._folds, self._out, self._control, runner=self._run, stem=self._stem
            )
            for _, event in folds:
                self._sink(event)
        except BaseException as error:  # as in Worker: whatever happens becomes an event
            self._sink(self._ending(error))
            self._sink(FoldsEnded(self._so_far()))

    def _run(self, request: TrainingRequest, control: Control) -> Iterator[Event]:
        self._request, self._step = request, 0
        for event in run(request, control):
            self._step = getattr(event, "step", self._step)
            yield event
        self._request = None

    def _ending(self, error: BaseException) -> Ended:
        if self._request is not None:
            return ending(error, self._step, self._request)
        message = str(error) if isinstance(error, EngineError) else f"The folds cannot be trained: {error}"
        return Failed(0, message, "".join(traceback.format_exception(error)))

    def _so_far(self) -> FoldsSummary:
        with suppress(EngineError):  # a folder may be what went wrong; the event before says so
            return summary(self._out, self._folds, self._stem)
        return FoldsSummary(self._folds)
