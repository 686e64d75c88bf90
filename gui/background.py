"""Long jobs beside the window: progress, cancelling, and the result back on the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from engine.data.dataset import Ticket
from engine.errors import Cancelled


class Job(QObject):
    """One long job on a thread of its own.

    Signals (all on the GUI thread; exactly one of the last three, once):
        told: how far it is (0 to 1) and what is being done.
        done: the result.
        failed: the exception.
        cancelled: it stopped because `cancel` was called.
    """

    told = Signal(float, str)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _ended = Signal(str, object)

    def __init__(self, work: Callable[[Ticket], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, args=(work,), name="layerdeck-job", daemon=True)

    def start(self) -> Job:
        """Begins, and returns itself."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Asks it to stop; it does at its next `tell`."""
        self._cancel.set()

    def wait(self, seconds: float) -> bool:
        """True where the thread ended in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self, work: Callable[[Ticket], Any]) -> None:
        ticket = _JobTicket(self, self._cancel)
        try:
            result = work(ticket)
        except Cancelled:
            self._ended.emit("cancelled", None)
        except Exception as error:  # handed to `failed`, on the GUI thread
            self._ended.emit("failed", error)
        else:
            self._ended.emit("done", result)

    def _on_ended(self, how: str, value: object) -> None:
        if how == "cancelled" or self._cancel.is_set():
            self.cancelled.emit()
        elif how == "failed":
            self.failed.emit(value)
        else:
            self.done.emit(value)
        self.deleteLater()


class _JobTicket(Ticket):
    """Tells the job's signals; they cross to the GUI thread by themselves."""

    def __init__(self, job: Job, cancel: threading.Event) -> None:
        self._job, self._cancel = job, cancel

    def tell(self, done: float, text: str) -> None:
        super().tell(done, text)
        self._job.told.emit(done, text)

    def cancelled(self) -> bool:
        return self._cancel.is_set()
