"""Long jobs beside the window: progress, cancelling, and the result back on the GUI thread.

The thread touches nothing of Qt: it fills a queue that a timer of the GUI thread drains.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from typing_extensions import override

from engine.data.dataset import Ticket
from engine.errors import Cancelled, EngineError

EVERY = 20  # ms between two looks at the queue, while the job goes on

Mail = SimpleQueue[tuple[str, Any]]  # ("told", (share, text)), then one of ("done", result), ("failed", error), ...


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

    def __init__(self, work: Callable[[Ticket], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._mail: Mail = SimpleQueue()
        arguments = (work, self._mail, self._cancel)
        self._thread = threading.Thread(target=_run, args=arguments, name="layerdeck-job", daemon=True)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self._drain)

    def start(self) -> Job:
        """Begins, and returns itself."""
        self._thread.start()
        self._timer.start()
        return self

    def cancel(self) -> None:
        """Asks it to stop; it does at its next `tell`."""
        self._cancel.set()

    def wait(self, seconds: float) -> bool:
        """True where the thread ended in time; its last signal was sent then."""
        self._thread.join(seconds)
        ended = not self._thread.is_alive()
        if ended:
            self._drain()
        return ended

    def _drain(self) -> None:
        told, ending = None, None
        while ending is None:
            try:
                how, value = self._mail.get_nowait()
            except Empty:
                break
            if how == "told":
                told = value
            else:
                ending = how, value
        if told is not None and not self._cancel.is_set():
            self.told.emit(*told)
        if ending is not None:
            self._end(*ending)

    def _end(self, how: str, value: object) -> None:
        self._timer.stop()
        self.setParent(None)  # else its end could free the last hold on the parent, which would delete it a second time
        QTimer.singleShot(0, partial(Job._let_go, self))  # not now: it is its own timer that calls
        if how == "cancelled" or self._cancel.is_set():
            self.cancelled.emit()
        elif how == "failed":
            self.failed.emit(value)
        else:
            self.done.emit(value)

    def _let_go(self) -> None:
        """Held until now. The timer is freed by itself: as a child of what Python frees it would be freed twice."""
        self._timer.setParent(None)


class Latest(QObject):
    """At most one job at a time: a newer one takes the place of the older, of which nothing more is heard.

    A defect goes to the excepthook, after `ended`.

    Signals:
        told: how far it is (0 to 1) and what is being done.
        ended: it is over, however; before the others. Not sent for a job that was replaced or cancelled.
        done: the result.
        failed: there is none, because of this error, whatever it is; before `refused`.
        refused: the EngineError that says why.
    """

    told = Signal(float, str)
    ended = Signal()
    done = Signal(object)
    failed = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._number = 0  # of the latest; a job that its own signals held would be deleted while it is being deleted

    @property
    def busy(self) -> bool:
        """Whether one goes on."""
        return self._job is not None

    def begin(self, work: Callable[[Ticket], Any]) -> None:
        """Starts it in place of the one that goes on."""
        self.cancel()
        job = self._job = Job(work, self)
        self._number += 1
        job.told.connect(partial(self._on_told, self._number))
        job.done.connect(partial(self._on_done, self._number))
        job.failed.connect(partial(self._on_failed, self._number))
        job.cancelled.connect(partial(self._is_over, self._number))
        job.start()

    def cancel(self) -> bool:
        """Gives up the one that goes on; False where none does."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        return job is not None

    def wait(self, seconds: float) -> bool:
        """True where none goes on any more; the last signal of one that ended in time was sent then."""
        return self._job is None or self._job.wait(seconds)

    def shutdown(self, seconds: float) -> bool:
        """Gives up the one that goes on and waits for its thread. True where it ended in time."""
        job = self._job
        self.cancel()
        return job is None or job.wait(seconds)

    def _on_told(self, number: int, done: float, text: str) -> None:
        if self._job is not None and number == self._number:
            self.told.emit(done, text)

    def _on_done(self, number: int, result: object) -> None:
        if self._is_over(number):
            self.done.emit(result)

    def _on_failed(self, number: int, error: Exception) -> None:
        if not self._is_over(number):
            return
        self.failed.emit(error)
        if not isinstance(error, EngineError):
            raise error  # a defect: for the excepthook
        self.refused.emit(error)

    def _is_over(self, number: int) -> bool:
        """Whether it was the latest."""
        latest = self._job is not None and number == self._number
        if latest:
            self._job = None
            self.ended.emit()
        return latest


class _Ticket(Ticket):
    """Tells the queue."""

    def __init__(self, mail: Mail, cancel: threading.Event) -> None:
        self._mail, self._cancel = mail, cancel

    @override
    def tell(self, done: float, text: str) -> None:
        super().tell(done, text)
        self._mail.put(("told", (done, text)))

    @override
    def cancelled(self) -> bool:
        return self._cancel.is_set()


def _run(work: Callable[[Ticket], Any], mail: Mail, cancel: threading.Event) -> None:
    try:
        result = work(_Ticket(mail, cancel))
    except Cancelled:
        mail.put(("cancelled", None))
    except Exception as error:  # handed to `failed`, on the GUI thread
        mail.put(("failed", error))
    else:
        mail.put(("done", result))
