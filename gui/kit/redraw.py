"""Redraws at most so many times a second, only what can be seen, and for no more than a small share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from typing_extensions import override

HERTZ = 11  # redraws a second of one widget, at most
LONGEST = 1.0  # seconds until the next redraw, however slow the last one was
SHARE = 0.03  # of the time for all redraws together, with the painting that follows: by so much they slow a run


class Redraw(QObject):
    """Calls `draw` some time after `ask`, however often it is asked; a hidden widget is drawn when it is shown.

    Where drawing is slow, or much is to be drawn, all of them take turns less often, so that SHARE is kept.
    """

    _free_at: ClassVar[float] = 0.0  # when the last redraws have been paid for; all of one thread share it

    def __init__(self, widget: QWidget, draw: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: in seconds; all that share the time have the same."""
        super().__init__(widget)
        self._widget, self._draw, self._clock = widget, draw, clock
        self._wanted = self._appeared = False
        self._last = self._began = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_timeout)
        self._painted = QTimer(self, singleShot=True, interval=0)  # fires when the events of painting are done
        self._painted.timeout.connect(self._on_painted)
        widget.installEventFilter(self)

    def ask(self) -> None:
        """Something is not as drawn."""
        self._wanted = True
        if self._widget.isVisible() and not self._timer.isActive():
            self._timer.start(self._wait())

    @property
    def waiting(self) -> bool:
        """Whether a widget that can be seen is not drawn as it is yet."""
        return self._wanted and self._widget.isVisible()

    def now(self) -> None:
        """Draws what is wanted, at once."""
        self._timer.stop()
        if self._wanted and self._widget.isVisible():
            self._wanted = False
            self._began = self._clock()
            self._draw()
            self._last = self._clock()
            self._painted.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._wanted:
            self._appeared = True
            self._timer.start(0)
        return False

    def _wait(self) -> int:
        """Milliseconds until this may be drawn again."""
        now = self._clock()
        due = max(self._last + 1 / HERTZ, Redraw._free_at)
        return max(0, round(1000 * (due - now)))

    def _on_timeout(self) -> None:
        wait = 0 if self._appeared else self._wait()  # what comes into sight is never what it was long ago
        self._appeared = False
        if wait > 0:  # others were drawn meanwhile
            self._timer.start(wait)
        else:
            self.now()

    def _on_painted(self) -> None:
        now = self._clock()
        paid = max(now, Redraw._free_at) + (now - self._began) / SHARE
        Redraw._free_at = min(paid, now + LONGEST)
