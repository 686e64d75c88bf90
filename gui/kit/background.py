"""Long jobs beside the window: progress, cancelling, and the result back on the GUI thread.

The thread touches nothing of Qt: it fills a queue that a timer of the GUI thread drains.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from typing_extensions import override

from engine.data.dataset import Ticket
from engine.errors import Cancelled

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
        self.deleteLater()
        if how == "cancelled" or self._cancel.is_set():
            self.cancelled.emit()
        elif how == "failed":
            self.failed.emit(value)
        else:
            self.done.emit(value)


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
