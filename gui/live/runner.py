"""The thread of a run as the window holds it, from the job that makes it to its end, and the queue of its events."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.record.control import Control
from engine.record.events import Event, Failed
from gui.kit.background import Job

if TYPE_CHECKING:
    from engine.training.worker import TrainingThread

Make = Callable[..., Any]
"""Control, inbox and ticket -> the thread; called on a job's thread, as it loads torch."""


class Inbox:
    """Events on their way from the thread to the screen, each with the time of time.monotonic at which it was put in:
    the screen looks once a frame, and would take all that came since for one moment.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[float, Event]] = queue.SimpleQueue()

    def put(self, event: Event) -> None:
        """On the thread."""
        self._queue.put((time.monotonic(), event))

    def taken(self) -> Iterator[tuple[float, Event]]:
        """Those that have come since, oldest first."""
        while True:
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return


class Runner(QObject):
    """One thread at a time. It puts frozen events into the inbox and never touches a Qt object.

    Attributes:
        control: of the thread that goes on, or of the last one.

    Signals:
        made: the thread has begun.
        missing: it could not be made; `failure` says why.
    """

    made = Signal()
    missing = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.control = Control()
        self._thread: TrainingThread | None = None
        self._starting: Job | None = None
        self._inbox = Inbox()
        self._error: Exception | None = None

    def begin(self, make: Make, watched: Iterable[str]) -> None:
        """Makes the thread and starts it. `watched`: names of the looks that are in sight."""
        self.control = Control()
        for name in watched:
            self.control.watch(name, on=True)
        self._inbox, self._error = Inbox(), None
        self._starting = Job(partial(make, self.control, self._inbox), self)
        self._starting.done.connect(self._on_made)
        self._starting.failed.connect(self._on_failed)
        self._starting.start()

    def events(self) -> Iterator[tuple[float, Event]]:
        """Those that have come since, each with its time, as Inbox says."""
        return self._inbox.taken()

    @property
    def is_alive(self) -> bool:
        """Whether more may come."""
        return self._thread is not None and self._thread.is_alive()

    def failure(self, step: int) -> Failed | None:
        """The end of a run whose thread did not say one: it was never made, or went without a word; None else."""
        if self._error is not None:
            words = self.tr("Training cannot start: {0}").format(self._error)
            return Failed(0, words, repr(self._error))
        if self._thread is None or self.is_alive:
            return None
        return Failed(step, self.tr("Training stopped without saying why"))

    def release(self) -> None:
        """Its end was seen."""
        self._thread, self._error = None, None

    def wait(self, seconds: float) -> bool:
        """Until it ends; True where that came in time."""
        ended = self._starting is None or self._starting.wait(seconds)
        return ended if self._thread is None else self._thread.join(seconds) and ended

    def _on_made(self, thread: TrainingThread) -> None:
        self._starting, self._thread = None, thread
        thread.start()
        self.made.emit()

    def _on_failed(self, error: Exception) -> None:
        self._starting, self._error = None, error
        self.missing.emit()
