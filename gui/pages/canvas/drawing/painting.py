"""How a card is painted at zoom 1: its body, its words on one line or two, its marks and its share of the heat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gui.kit import icons
from gui.kit.theme import colour, font, tokens
from gui.pages.canvas.drawing.faces import Face

CORNER = 8.0
EDGE = 7.0  # px of the family's colour
PAD = 14.0
CHEVRON = 20.0  # px at the right of a block's card
HANDLE = 5.0  # px, radius of the dots from which wires are drawn
DANGER_FILL = 0.06
LOCK = 19.0  # px that the sign of a frozen layer takes, before its name
SLIM = 196.0  # px: a card that is narrower has no room for a summary
LOW = 44.0  # px: a card that is lower has one line

Offered = Literal["", "may", "goal", "no"]


@dataclass(frozen=True)
class State:
    """What the person does with a card.

    Attributes:
        chosen, has_keys: it is chosen, and the keyboard is with the canvas.
        hovered: the mouse is over it.
        lifted: its ghost is dragged.
        offered: while a wire is drawn: it "may" read it, is the "goal" below the mouse, or it may "no"t.
        opened: a block that shows what it holds.
    """

    chosen: bool = False
    has_keys: bool = False
    hovered: bool = False
    lifted: bool = False
    offered: Offered = ""
    opened: bool = False

    @property
    def opacity(self) -> float:
        return 0.35 if self.lifted else 0.45 if self.offered == "no" else 1.0


def paint_body(painter: QPainter, body: QRectF, face: Face, state: State) -> None:
    """Outline, colour of the family, glow of the chosen one, and the sheets below a repeated block."""
    theme = tokens()
    for number in range(0 if state.opened else face.sheets, 0, -1):
        painter.setPen(QPen(colour(theme.border), 1))
        painter.setBrush(colour(theme.card))
        painter.drawRoundedRect(body.adjusted(5 * number, 3 * number, -5 * number, 3 * number), CORNER, CORNER)
    goal = state.offered == "goal"
    if state.chosen or goal:
        painter.setPen(QPen(colour(theme.accent, 0.32 if state.has_keys or goal else 0.18), 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body.adjusted(-2, -2, 2, 2), CORNER + 2, CORNER + 2)
    outline = QPainterPath()
    outline.addRoundedRect(body, CORNER, CORNER)
    painter.fillPath(outline, colour(theme.raised if state.hovered or goal else theme.card))
    if face.problem:
        painter.fillPath(outline, colour(theme.danger, DANGER_FILL))
    painter.save()
    painter.setClipPath(outline)
    _paint_heat(painter, body, face)
    painter.fillRect(QRectF(body.left(), body.top(), EDGE, body.height()), colour(theme.families[face.family]))
    painter.restore()
    accent = state.chosen or state.offered in ("may", "goal")
    line = theme.danger if face.problem else theme.accent if accent else theme.border
    painter.setPen(QPen(colour(line), 2 if state.chosen or goal else 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline)
    if face.note:
        _paint_note(painter, body)


def paint_words(painter: QPainter, body: QRectF, face: Face, link: float) -> None:
    """What the card says; `link` px at the lower right are taken by the link of a fix."""
    right = body.right() - PAD - (CHEVRON if face.block else 0)
    left = body.left() + EDGE + 11
    if body.height() < LOW:
        _paint_line(painter, QRectF(left, body.top(), right - left, body.height()), face, link)
        return
    theme, small = tokens(), font(-1, mono=True)
    top = QRectF(left, body.top() + 8, right - left, 21)
    bottom = top.translated(0, 20)
    top = _paint_lock(painter, top, face)
    if body.width() < SLIM and not face.problem:
        _left(painter, top, face.label, font(bold=True), theme.text, top.width())
        _left(painter, bottom, face.heat or face.shape, small, theme.text, bottom.width())
        return
    said = (face.problem, small, theme.danger) if face.problem else (face.shape, font(mono=True), theme.text)
    width = _advance(font(bold=True), face.label)
    used = _right(painter, top, *said, most=max(top.width() - min(width, 150) - 12, min(80, top.width() / 2)))
    _left(painter, top, face.label, font(bold=True), theme.text, top.width() - used - 12)
    width = _advance(font(-1), face.summary)
    amount = "" if link else face.heat or face.amount
    most = bottom.width() if face.heat else max(bottom.width() - width - 14, bottom.width() * 0.3)
    fits = _advance(small, amount) <= most or bottom.width() > 220 or face.heat
    used = _right(painter, bottom, amount if fits else "", small, theme.dim, most=most)
    _left(painter, bottom, face.summary, font(-1), theme.dim, bottom.width() - max(used, link) - 14)


def paint_handles(painter: QPainter, body: QRectF) -> None:
    """The dots from which a wire can be drawn."""
    painter.setPen(QPen(colour(tokens().card), 1.5))
    painter.setBrush(colour(tokens().accent))
    for point in handles(body):
        painter.drawEllipse(point, HANDLE, HANDLE)


def handles(body: QRectF) -> tuple[QPointF, QPointF]:
    """Where the dots are: on the middle of the right edge and of the lower one."""
    return QPointF(body.right(), body.center().y()), QPointF(body.center().x(), body.bottom())


def _paint_lock(painter: QPainter, area: QRectF, face: Face) -> QRectF:
    """The sign of a frozen layer; what is left for its name."""
    if not face.frozen:
        return area
    icons.paint(painter, "lock", QRectF(area.left(), area.center().y() - 7.5, 14, 14), tokens().dim)
    return area.adjusted(LOCK, 0, 0, 0)


def _paint_line(painter: QPainter, area: QRectF, face: Face, link: float) -> None:
    theme, area = tokens(), _paint_lock(painter, area, face)
    said = (face.problem, theme.danger) if face.problem else (face.heat or face.shape, theme.text)
    end = area.adjusted(0, 0, -link - 14, 0) if link else area
    width = _advance(font(bold=True), face.label)
    used = _right(painter, end, said[0], font(-1, mono=True), said[1], most=max(end.width() - min(width, 150) - 12, 40))
    rest = end.width() - used - 12
    _left(painter, area, face.label, font(bold=True), theme.text, rest)
    if rest - width > 60:
        beside = area.adjusted(width + 12, 0, 0, 0)
        _left(painter, beside, face.summary, font(-1), theme.dim, rest - width - 12)


def _paint_heat(painter: QPainter, body: QRectF, face: Face) -> None:
    if not face.heat:
        return
    warm = tokens().warning
    painter.fillRect(body, colour(warm, 0.13 * face.warmth))
    track = QRectF(body.left() + EDGE, body.bottom() - 4, body.width() - EDGE, 4)
    painter.fillRect(track, colour(tokens().border, 0.6))
    painter.fillRect(QRectF(track.topLeft(), QPointF(track.left() + track.width() * face.warmth, track.bottom())), warm)


def _paint_note(painter: QPainter, body: QRectF) -> None:
    """A folded corner."""
    corner, size = body.topRight(), 8.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(tokens().warning))
    ear = [corner + QPointF(-size - 3, 0.5), corner + QPointF(-0.5, size + 3), corner + QPointF(-size - 3, size + 3)]
    painter.drawPolygon(QPolygonF(ear))


def _advance(face: QFont, text: str) -> float:
    return QFontMetricsF(face).horizontalAdvance(text)


def _left(painter: QPainter, area: QRectF, text: str, face: QFont, ink: str, most: float) -> None:
    painter.setFont(face)
    painter.setPen(colour(ink))
    shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, most)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _right(painter: QPainter, area: QRectF, text: str, face: QFont, ink: str, most: float) -> float:
    """Returns the width that the text takes."""
    painter.setFont(face)
    painter.setPen(colour(ink))
    metrics = QFontMetricsF(face)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, most)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)
