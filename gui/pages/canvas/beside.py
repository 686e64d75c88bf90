"""The canvas and the code: side by side where there is room, else one above the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget
from typing_extensions import override

NARROW = 720  # px below which they stand one above the other
CODE, BELOW = 400, 200  # px of the code at first: its width beside the canvas, its height below it


class Beside(QSplitter):
    """Two widgets; the second one may be hidden and then takes no room."""

    def __init__(self, canvas: QWidget, code: QWidget, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("network.beside")
        self.setHandleWidth(0)  # the pane draws the line; Qt widens the grip by itself
        for widget, stretch in ((canvas, 1), (code, 0)):
            self.addWidget(widget)
            self.setStretchFactor(self.count() - 1, stretch)
            self.setCollapsible(self.count() - 1, False)
        self.setSizes([10 * CODE, CODE])

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < NARROW
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if wanted != self.orientation():
            self.setOrientation(wanted)
            room, code = (event.size().height(), BELOW) if narrow else (event.size().width(), CODE)
            self.setSizes([room - code, code])
        super().resizeEvent(event)
