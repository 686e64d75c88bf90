"""A line and a button whose text ends in … where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from gui.kit.style import look


class ElidedButton(QPushButton):
    """As wide as it is given, never wider for its text; the tooltip and the accessible name say all of it."""

    def __init__(self, text: str, parent: QWidget, *, padding: int = 24) -> None:
        super().__init__(parent)
        self._padding = padding
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Another text."""
        self._whole = text
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def _elide(self) -> None:
        room = self.width() - self._padding - (self.iconSize().width() + 6 if not self.icon().isNull() else 0)
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))


class Elided(QLabel):
    """A line that ends in … where it has not the room; the whole of it is in the tooltip."""

    def __init__(self, words: str, style: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        look(self, style)
        self.say(words)

    def say(self, words: str) -> None:
        """Another line."""
        self.whole = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._elide()
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self.whole) + 4, self.fontMetrics().height() + 4)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, self.width()))
