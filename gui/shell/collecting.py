"""Takes Python's collector of reference cycles off the threads and runs it on the GUI thread, a little at a time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

EVERY = 250  # ms between two looks
SELDOM = 60.0  # seconds between two collections of everything


class Collecting(QObject):
    """Collects cycles by a timer of the GUI thread, by the thresholds Python would have used itself.

    Python collects wherever its count of new objects happens to run over: often on the training thread or on a job's.
    A cycle that holds a widget, a timer or a signal's slot would then be taken apart there, and Qt objects may only be
    destroyed on the thread they live on: a crash, or a warning about timers, hours later and hard to find. So the
    automatic collection is off while the window is up, and each look collects at most one generation. The oldest one,
    which can take long, waits until no run goes on or the window is not in front.

    Only cycles wait: all else is still freed the moment nobody holds it, on any thread.
    """

    def __init__(self, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        """`busy`: whether a run goes on, which must not be held up."""
        super().__init__(parent)
        self._busy = busy
        self._was_on = False
        self._last = 0.0
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on nothing is collected but here."""
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """As it was before `start`, for what ends the app."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    def freeze(self) -> None:
        """Once, when torch is loaded: what is there now stays, and is not looked through again and again."""
        gc.freeze()

    def look(self) -> int | None:
        """Collects the oldest generation that is due; the generation, or None where none is."""
        due = [count > threshold for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        now = time.monotonic()
        if due[2] and now - self._last > SELDOM and self._quiet():
            self._last = now
            generation = 2
        elif due[1]:
            generation = 1
        elif due[0]:
            generation = 0
        else:
            return None
        gc.collect(generation)
        return generation

    def _quiet(self) -> bool:
        return not (self._busy() and self._in_front())

    @staticmethod
    def _in_front() -> bool:
        return QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
