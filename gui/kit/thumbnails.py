"""Small pictures in rows, one row for each class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from gui.kit.cards import clear, text
from gui.kit.style import look

SIDE = 56  # px


def pixmap(pixels: NDArray[np.uint8] | None) -> QPixmap:
    """(height, width, 3) as a pixmap; an empty one for None."""
    if pixels is None:
        return QPixmap()
    whole = np.ascontiguousarray(pixels)
    height, width, _ = whole.shape
    return QPixmap.fromImage(QImage(whole.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy())


class Thumbnails(QScrollArea):
    """A grid: the class's name at the left, some of its pictures beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        look(inside, "clear")
        self._grid = QGridLayout(inside)
        self._grid.setSpacing(6)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_classes(self, rows: Sequence[tuple[str, Sequence[NDArray[np.uint8] | None]]]) -> None:
        """Each class with its pictures; None stands for one that cannot be read."""
        clear(self._grid)
        for index, (name, pictures) in enumerate(rows):
            self._grid.addWidget(text(name, "dim"), index, 0)
            for column, pixels in enumerate(pictures):
                label = QLabel()
                label.setFixedSize(QSize(SIDE, SIDE))
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                label.setPixmap(pixmap(pixels))
                label.setAccessibleName(name)
                self._grid.addWidget(label, index, column + 1)
