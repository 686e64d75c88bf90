"""Paints a network's sketch in the colours of its layers' families."""

from __future__ import annotations

from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gui.kit.theme import colour, tokens
from gui.pages.templates.sketch import Bar, Sketch

HEIGHT = 116  # px
PAD = 16.0
WIDEST = 18.0  # px of a column
ROOF = 26.0  # px for arcs above the bars
CORNER = 7.0


class Drawing(QWidget):
    """Shows a sketch; empty until there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sketch: Sketch | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_sketch(self, sketch: Sketch) -> None:
        """Shows it."""
        if sketch != self.sketch:
            self.sketch = sketch
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        ground = QPainterPath()
        ground.addRoundedRect(place.adjusted(0, 0, 0, CORNER), CORNER, CORNER)
        painter.setClipPath(ground)
        painter.fillRect(place, colour(tokens().window))
        if self.sketch is not None:
            paint(painter, self.sketch, place.adjusted(PAD, PAD, -PAD, -PAD))
        painter.end()


def paint(painter: QPainter, sketch: Sketch, area: QRectF) -> None:
    """Paints a sketch into an area, in its middle where there is more room than it takes."""
    if sketch.arcs:
        area = area.adjusted(0, ROOF - PAD / 2, 0, 0)
    unit = min(WIDEST, area.width() / sum(sketch.widths))
    left = area.center().x() - unit * sum(sketch.widths) / 2
    edges = [left + unit * width for width in accumulate(sketch.widths, initial=0.0)]
    middle = area.center().y()
    painter.setPen(QPen(colour(tokens().dim, 0.6), 1.5))
    painter.drawLine(QPointF(edges[0], middle), QPointF(edges[-1], middle))
    for begin, end in sketch.arcs:
        _paint_arc(painter, sketch, area, (edges[begin] + edges[begin + 1]) / 2, (edges[end] + edges[end + 1]) / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    for bar in sketch.bars:
        _paint_bar(painter, bar, area, edges[bar.column], edges[bar.column + 1])


def _paint_bar(painter: QPainter, bar: Bar, area: QRectF, left: float, right: float) -> None:
    gap = min(3.0, (right - left) * 0.28)
    room = area.height() / bar.slots
    height = max(3.0, bar.height * (room - (4 if bar.slots > 1 else 0)))
    top = area.top() + room * (bar.slot + 0.5) - height / 2
    painter.setBrush(colour(tokens().families[bar.family], 1.0 if bar.heavy else 0.6))
    rect = QRectF(left + gap / 2, top, right - left - gap, height)
    corner = min(2.0, rect.width() / 3)
    painter.drawRoundedRect(rect, corner, corner)


def _paint_arc(painter: QPainter, sketch: Sketch, area: QRectF, begin: float, end: float) -> None:
    """Rises with how far it reaches, from the top of what it leaves to the top of what it joins."""
    reach = (end - begin) / max(1.0, area.width())
    rise = ROOF * min(1.0, 0.45 + 0.55 * reach)
    base = area.top() + 1
    path = QPainterPath(QPointF(begin, base + 6))
    path.cubicTo(QPointF(begin, base - rise), QPointF(end, base - rise), QPointF(end, base + 6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(tokens().families["join"], 0.85), 1.5))
    painter.drawPath(path)
