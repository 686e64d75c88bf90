"""What runs between the cards: wires with their shapes, arcs that pass cards by, and the dots behind it all."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from engine.network import Network
from gui.canvas.arrange import Arc, Arrangement
from gui.theme import colour, font, tokens

DOTS = 24  # px between the dots of the ground
BEND = 8.0
BESIDE = 17.0  # between a wire and its words

Texts = dict[str, tuple[str, str]]  # of the wire below each layer: long, and short where the room is narrow


class Wires:
    """Paints at zoom 1, in the arrangement's pixels."""

    def __init__(self, network: Network, arrangement: Arrangement, texts: Texts, chosen: tuple[str, ...] = ()) -> None:
        self._network, self._arrangement = network, arrangement
        self.texts, self.chosen = texts, chosen

    def set_chosen(self, chosen: tuple[str, ...]) -> bool:
        """True where arcs look different now."""
        touched = {name for arc in self._arrangement.arcs for name in (arc.source, arc.target)}
        differs = set(chosen) & touched != set(self.chosen) & touched
        self.chosen = chosen
        return differs

    def changed_gaps(self, before: Wires) -> list[int]:
        """The gaps whose words differ."""
        order = self._arrangement.order
        return [i for i in range(1, len(order)) if self.texts.get(order[i - 1]) != before.texts.get(order[i - 1])]

    def paint(self, painter: QPainter, top: float, bottom: float, spare: float) -> None:
        """Everything between two heights; `spare` is the room at the right of the cards that words may take."""
        for index in range(1, len(self._arrangement.order)):
            gap = self._arrangement.gap(index)
            if gap.bottom() >= top and gap.top() <= bottom:
                self._paint_straight(painter, index, gap, 0.0 if self._arrangement.arcs else spare)
        for arc in self._arrangement.arcs:
            self._paint_arc(painter, arc)

    def paint_insertion(self, painter: QPainter, index: int) -> None:
        """The line where a drop would go."""
        gap = self._arrangement.gap(index)
        y = gap.center().y()
        painter.setPen(QPen(colour(tokens().accent), 3, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(gap.left() - BESIDE, y), QPointF(gap.right() + BESIDE, y))
        painter.setBrush(colour(tokens().accent))
        painter.drawEllipse(QPointF(gap.left() - BESIDE, y), 3.5, 3.5)

    def _paint_straight(self, painter: QPainter, index: int, gap: QRectF, spare: float) -> None:
        theme, above = tokens(), self._arrangement.order[index - 1]
        x = gap.center().x()
        if self._arrangement.order[index] in self._arrangement.straight:
            painter.setPen(QPen(colour(theme.dim, 0.75), 2))
            painter.drawLine(QPointF(x, gap.top()), QPointF(x, gap.bottom()))
        if len(self._arrangement.order) == 2:
            self._paint_invitation(painter, gap)
            return
        painter.setFont(font(-1, mono=True))
        painter.setPen(colour(theme.dim))
        beside = QRectF(x + BESIDE, gap.top(), gap.right() + spare - x - BESIDE, gap.height())
        long, short = self.texts.get(above, ("", ""))
        fits = QFontMetricsF(painter.font()).horizontalAdvance(long) <= beside.width()
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(beside, where | Qt.TextFlag.TextDontClip, long if fits else short)

    def _paint_invitation(self, painter: QPainter, gap: QRectF) -> None:
        theme = tokens()
        area = gap.adjusted(0, 30, 0, -30)
        painter.setBrush(colour(theme.window))
        painter.setPen(QPen(colour(theme.dim, 0.7), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area, BEND, BEND)
        painter.setFont(font())
        painter.setPen(colour(theme.dim))
        text = QCoreApplication.translate("canvas", "Drag a layer here, or double-click one at the left")
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint_arc(self, painter: QPainter, arc: Arc) -> None:
        theme = tokens()
        lit = arc.source in self.chosen or arc.target in self.chosen
        source, target = self._arrangement.cards[arc.source], self._arrangement.cards[arc.target]
        x, begin, end = self._arrangement.lane_x(arc), source.center().y() + 8, target.center().y() - 8
        right = source.right()
        path = QPainterPath(QPointF(right, begin))
        path.lineTo(x - BEND, begin)
        path.quadTo(x, begin, x, begin + BEND)
        path.lineTo(x, end - BEND)
        path.quadTo(x, end, x - BEND, end)
        path.lineTo(right + 5, end)
        ink = colour(theme.accent if lit else theme.families["join"], 1.0 if lit else 0.85)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        tip = [QPointF(right + 1, end), QPointF(right + 8, end - 4), QPointF(right + 8, end + 4)]
        painter.drawPolygon(QPolygonF(tip))

    @staticmethod
    def paint_dots(painter: QPainter, area: QRect) -> None:
        """The ground, in the sheet's own pixels, so that it stays the same at any zoom."""
        pen = QPen(colour(tokens().border, 0.8), 2, c=Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        left, top = area.left() - area.left() % DOTS, area.top() - area.top() % DOTS
        across, down = range(left, area.right() + DOTS, DOTS), range(top, area.bottom() + DOTS, DOTS)
        painter.drawPoints([QPointF(x + DOTS / 2, y + DOTS / 2) for y in down for x in across])
