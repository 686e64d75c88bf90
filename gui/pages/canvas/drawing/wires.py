"""What runs between the cards: wires with their shapes, arcs that pass cards by, frames, and the dots behind it all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from gui.kit.theme import colour, font, tokens
from gui.pages.canvas.layout.arrange import Arrangement
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.layout.routes import Wire
from gui.pages.canvas.layout.stacks import GAP

DOTS = 24  # px between the dots of the ground
BEND = 8.0
BESIDE = 17.0  # between a wire and its words
TALLEST = 60.0  # px of a wire that words stand beside

Texts = Callable[[str], Sequence[str]]  # what stands beside the wire below a layer, longest first


class Wires:
    """Paints at zoom 1, in the arrangement's pixels."""

    def __init__(self, arrangement: Arrangement, texts: Texts, chosen: tuple[str, ...] = ()) -> None:
        self._arrangement, self._texts = arrangement, texts
        self.chosen = chosen
        self._alone = len(arrangement.order) == 2

    def set_chosen(self, chosen: tuple[str, ...]) -> bool:
        """True where arcs look different now."""
        touched = {name for arc in self._arrangement.arcs for name in (arc.source, arc.target)}
        differs = set(chosen) & touched != set(self.chosen) & touched
        self.chosen = chosen
        return differs

    def words(self, top: float, bottom: float) -> dict[str, QRectF]:
        """By source, where words stand between two heights."""
        outlets = self._arrangement.outlets
        near = self._arrangement.wire_shelf.between(top, bottom)
        return {wire.source: _beside(wire) for _, wire in near if outlets.get(wire.source) is wire}

    def paint(self, painter: QPainter, top: float, bottom: float, spare: float) -> None:
        """Everything between two heights; `spare` is the room at the right of it all that words may take."""
        if self._alone:
            self._paint_invitation(painter, self._arrangement.gaps[0].rect)
            return
        near = [wire for _, wire in self._arrangement.wire_shelf.between(top, bottom)]
        for wire in near:
            if wire.kind != "arc":
                _paint_way(painter, wire.points, QPen(colour(tokens().dim, 0.75), 2))
        for wire in near:
            if wire.kind == "arc":
                self._paint_arc(painter, wire)
        outlets = self._arrangement.outlets
        for wire in near:
            if outlets.get(wire.source) is wire:
                self._paint_words(painter, wire, spare)

    def paint_insertion(self, painter: QPainter, gap: Gap) -> None:
        """The line where a drop would go."""
        rect = gap.rect
        y = min(rect.center().y(), rect.top() + TALLEST / 2)
        out = BESIDE if not gap.feeds else 0.0
        painter.setPen(QPen(colour(tokens().accent), 3, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(rect.left() - out, y), QPointF(rect.right() + out, y))
        painter.setBrush(colour(tokens().accent))
        painter.drawEllipse(QPointF(rect.left() - out, y), 3.5, 3.5)

    def _paint_words(self, painter: QPainter, wire: Wire, spare: float) -> None:
        area = _beside(wire)
        painter.setFont(font(-1, mono=True))
        painter.setPen(colour(tokens().dim))
        metrics = QFontMetricsF(painter.font())
        room = self._room(area, self._arrangement.width + spare)
        fitting = (text for text in self._texts(wire.source) if metrics.horizontalAdvance(text) <= room)
        text = next(fitting, "")
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
        painter.drawText(area, where, text)

    def _room(self, area: QRectF, end: float) -> float:
        """To the next wire, frame or card at the right, at most to `end`."""
        middle = area.center().y()
        for _, other in self._arrangement.wire_shelf.between(middle, middle):
            for begin, stop in pairwise(other.points):
                low, high = min(begin.y(), stop.y()), max(begin.y(), stop.y())
                if begin.x() == stop.x() > area.left() and low <= middle <= high:
                    end = min(end, begin.x() - BEND)
        for frame in self._arrangement.frames.values():
            if frame.top() < middle < frame.bottom() and frame.contains(area.center()):
                end = min(end, frame.right() - BEND)
            elif frame.left() > area.left() and frame.top() < middle < frame.bottom():
                end = min(end, frame.left() - BEND)
        for rect, _ in self._arrangement.card_shelf.between(middle, middle):
            if rect.left() > area.left():
                end = min(end, rect.left() - BEND)
        return end - area.left()

    def _paint_invitation(self, painter: QPainter, gap: QRectF) -> None:
        theme = tokens()
        painter.setPen(QPen(colour(theme.dim, 0.75), 2))
        painter.drawLine(QPointF(gap.center().x(), gap.top()), QPointF(gap.center().x(), gap.bottom()))
        area = gap.adjusted(0, 30, 0, -30)
        painter.setBrush(colour(theme.window))
        painter.setPen(QPen(colour(theme.dim, 0.7), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area, BEND, BEND)
        painter.setFont(font())
        painter.setPen(colour(theme.dim))
        text = QCoreApplication.translate("canvas", "Drag a layer here, or double-click one at the left")
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint_arc(self, painter: QPainter, arc: Wire) -> None:
        theme = tokens()
        lit = arc.source in self.chosen or arc.target in self.chosen
        ink = colour(theme.accent if lit else theme.families["join"], 1.0 if lit else 0.85)
        end, before = arc.points[-1], arc.points[-2]
        sideways = before.y() == end.y()
        way = (*arc.points[:-1], end + QPointF(5, 0)) if sideways else arc.points
        _paint_way(painter, way, QPen(ink, 2))
        if sideways:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            tip = [end + QPointF(1, 0), end + QPointF(8, -4), end + QPointF(8, 4)]
            painter.drawPolygon(QPolygonF(tip))


def paint_dots(painter: QPainter, area: QRect) -> None:
    """The ground, in the sheet's own pixels, so that it stays the same at any zoom."""
    tile = _dots(tokens().border, painter.device().devicePixelRatioF())
    painter.drawTiledPixmap(area, tile, QPoint(area.left() % DOTS, area.top() % DOTS))


@cache
def _dots(ink: str, ratio: float) -> QPixmap:
    """A square of the ground with its dot in the middle."""
    tile = QPixmap(round(DOTS * ratio), round(DOTS * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(ink, 0.8), 2, c=Qt.PenCapStyle.RoundCap))
    painter.drawPoint(QPointF(DOTS / 2, DOTS / 2))
    painter.end()
    return tile


def rounded(points: Sequence[QPointF], radius: float = BEND) -> QPainterPath:
    """A way with round corners; where a stretch is short, rounder ones."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = corner - before, after - corner
        bend = min(radius, into.manhattanLength() / 2, out.manhattanLength() / 2)
        path.lineTo(corner - into * (bend / max(into.manhattanLength(), 1e-6)))
        path.quadTo(corner, corner + out * (bend / max(out.manhattanLength(), 1e-6)))
    path.lineTo(points[-1])
    return path


def _paint_way(painter: QPainter, points: Sequence[QPointF], pen: QPen) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(rounded(points))


def _beside(wire: Wire) -> QRectF:
    """Beside the first stretch, which runs down."""
    begin, end = wire.points[0], wire.points[1]
    height = min(end.y() - begin.y(), TALLEST if wire.kind == "straight" else GAP)
    return QRectF(begin.x() + BESIDE, begin.y(), 1.0, max(height, 1.0))
