"""Redraws at most so many times a second, and only what can be seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

HERTZ = 11  # redrawing at 10 to 15 Hz costs training 4 to 10 %, at 30 Hz up to 20 %


class Redraw(QObject):
    """Calls `draw` some time after `ask`, however often it is asked; a hidden widget is drawn when it is shown."""

    def __init__(self, widget: QWidget, draw: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._draw = widget, draw
        self._wanted = False
        self._last = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.now)
        widget.installEventFilter(self)

    def ask(self) -> None:
        """Something is not as drawn."""
        self._wanted = True
        if self._widget.isVisible() and not self._timer.isActive():
            passed = time.monotonic() - self._last
            self._timer.start(max(0, round(1000 * (1 / HERTZ - passed))))

    def now(self) -> None:
        """Draws what is wanted, at once."""
        self._timer.stop()
        if self._wanted and self._widget.isVisible():
            self._wanted = False
            self._draw()
            self._last = time.monotonic()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and self._wanted:
            self._timer.start(0)
        return False
