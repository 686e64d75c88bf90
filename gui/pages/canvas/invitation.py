"""What an empty canvas offers beside the palette: a known network to start from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from gui.document import Document
from gui.kit.icons import icon

ABOVE = 72  # px from the lower edge of the canvas, above its bars


class Invitation(QPushButton):
    """Floats low in the middle of its parent while the network holds nothing between its ends."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self.setObjectName("canvas.templates")
        self.setText(self.tr(" Start from a known network"))
        self.setAccessibleName(self.tr("Start from a known network"))
        self.setIcon(icon("network", "accent_text"))
        self.adjustSize()
        parent.installEventFilter(self)
        document.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows itself where the network is empty."""
        self.setVisible(not self._document.network.middle)
        self._place()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - ABOVE)
        self.raise_()
