"""The search field above a list of layers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.kit.theme import colour, tokens

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SearchField(QLineEdit):
    """Finds kinds of layers.

    Signals:
        taken: Enter.
        stepped: the arrow down.
        left: Escape, with nothing in it.
    """

    taken = Signal()
    stepped = Signal()
    left = Signal()

    def __init__(self, prefix: str, parent: QWidget, *, key: str) -> None:
        super().__init__(parent)
        self._key = key  # that leads here, shown at the right
        self.setObjectName(f"{prefix}.search")
        self.setAccessibleName(self.tr("Search layers"))
        self.setPlaceholderText(self.tr("Search layers"))
        self.setToolTip(self.tr("Find a layer by name or by what it does: / or just type"))
        self.setClearButtonEnabled(True)
        self.setMaxLength(60)
        self.returnPressed.connect(self.taken)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._key and not self.text() and not self.hasFocus():
            painter = QPainter(self)
            painter.setPen(colour(tokens().dim))
            painter.drawText(self.rect().adjusted(0, 0, -11, 0), RIGHT, self._key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.stepped.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape and self._key:
            self.left.emit()
        else:
            super().keyPressEvent(event)
