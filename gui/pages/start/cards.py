"""Samples as picture cards."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from gui.kit.icons import paint
from gui.kit.style import look
from gui.kit.theme import colour, tokens

WIDTH, HEIGHT = 196, 228  # px; cards grow in width to fill the row
PICTURE = 124  # px


class Picture(QWidget):
    """A picture that fills its place, cut at the edges, with round upper corners; an icon where there is none."""

    def __init__(self, path: Path | None, symbol: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap(str(path)) if path is not None else QPixmap()
        self._symbol = symbol
        self.setFixedHeight(PICTURE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(place.adjusted(0, 0, 0, 12), 7, 7)
        painter.setClipPath(shape)
        painter.fillRect(place, colour(tokens().window))
        if self._pixmap.isNull():
            middle = place.center()
            paint(painter, self._symbol, QRectF(middle.x() - 20, middle.y() - 20, 40, 40), tokens().dim)
        else:
            painter.drawPixmap(place, self._pixmap, filled(self._pixmap.size(), place.size().toSize()))
        painter.end()


def filled(picture: QSize, place: QSize) -> QRectF:
    """The largest middle part of a picture that has the proportions of its place."""
    scale = min(picture.width() / place.width(), picture.height() / place.height())
    width, height = place.width() * scale, place.height() * scale
    return QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)


class SampleCard(QPushButton):
    """One sample: picture, title and what it is about."""

    def __init__(self, name: str, title: str, about: str, picture: Picture, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"start.sample.{name}")
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        self.setToolTip(about)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(HEIGHT)
        look(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 10)
        column.setSpacing(0)
        picture.setParent(self)
        column.addWidget(picture)
        head, text = QLabel(title, self), QLabel(about, self)
        look(head, "name")
        look(text, "dim")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for label in (head, text):
            label.setContentsMargins(10, 6, 10, 0)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        column.setStretch(2, 1)
