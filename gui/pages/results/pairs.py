"""Pictures that a network gives back, each beside the one that went in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from gui.kit.numbers import plain
from gui.kit.thumbnails import pixmap
from gui.pages.results.heads import Head
from gui.pages.results.ranking import errors

SIDE = 76  # px of a picture
BETWEEN = 6  # px
SHOWN = 60  # pairs

Pixels = NDArray[np.uint8]


class Pairs(QListWidget):
    """Pairs in rows: at the left what went in, at the right what came out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(2 * SIDE + BETWEEN, SIDE))
        self.setGridSize(QSize(2 * SIDE + BETWEEN + 20, SIDE + 36))

    def show_pairs(self, head: Head) -> None:
        """The first examples of the split, and how far each answer is from the true picture."""
        self.clear()
        low, high = span(head.targets)
        sizes = errors(head)
        for index in range(min(SHOWN, len(head.targets))):
            pair = beside([pixels(one[index], low, high) for one in (head.targets, head.predicted)])
            item = QListWidgetItem(QIcon(pair), self.tr("MSE {0}").format(plain(float(sizes[index]))))
            item.setToolTip(self.tr("Example {0}: left what went in, right what came out").format(index + 1))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.toolTip()}, {item.text()}")
            item.setData(Qt.ItemDataRole.UserRole, index)
            self.addItem(item)


def span(pictures: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Darkest and lightest value of each channel, (channel, 1, 1); pictures (examples, channel, height, width)."""
    axes = (0, 2, 3)
    low: NDArray[np.float64] = pictures.min(axis=axes)[:, None, None].astype(np.float64)
    high: NDArray[np.float64] = pictures.max(axis=axes)[:, None, None].astype(np.float64)
    return low, high


def pixels(picture: NDArray[Any], low: NDArray[np.float64], high: NDArray[np.float64]) -> Pixels:
    """(channel, height, width) values -> uint8 (height, width, 3); what lies beyond the span is cut."""
    shares = np.clip((picture - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
    channels = shares if len(shares) == 3 else np.repeat(shares[:1], 3, axis=0)
    return np.ascontiguousarray(np.round(channels.transpose(1, 2, 0) * 255).astype(np.uint8))


def beside(pictures: Sequence[Pixels]) -> QPixmap:
    """Pictures side by side, each as large as it can be; small ones keep their sharp pixels."""
    whole = QPixmap(len(pictures) * (SIDE + BETWEEN) - BETWEEN, SIDE)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    for place, found in enumerate(pictures):
        small = max(found.shape[:2]) < SIDE
        way = Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
        scaled = pixmap(found).scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, way)
        painter.drawPixmap(place * (SIDE + BETWEEN), (SIDE - scaled.height()) // 2, scaled)
    painter.end()
    return whole
