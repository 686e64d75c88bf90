"""One layer as a card: it paints its face and knows nothing of the document."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.canvas.faces import Face
from gui.theme import colour, font, tokens

GLOW = 8.0  # px around the card, for the glow of the chosen one and the sheets of a block
CORNER = 8.0
EDGE = 7.0  # px of the family's colour
PAD = 14.0
DANGER_FILL = 0.06


class Card(QWidget):
    """A card at any zoom. Mouse and keys go to the view behind it.

    Signals:
        fix_asked: the link on the card (of this layer id) was pressed.
    """

    fix_asked = Signal(str)

    def __init__(self, layer_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.layer_id = layer_id
        self.face: Face | None = None
        self._zoom = 1.0
        self._chosen = self._hovered = self._lifted = False
        self._has_keys = False
        self.setObjectName(f"canvas.card.{layer_id}")
        self.setMouseTracking(True)
        self.link = FixLink(self)
        self.link.setObjectName(f"canvas.fix.{layer_id}")
        self.link.clicked.connect(self._on_link_clicked)

    def show_face(self, face: Face) -> None:
        """Shows what there is to show; painted again only where it differs."""
        if face == self.face:
            return
        self.face = face
        self.setAccessibleName(face.label)
        self.setAccessibleDescription(face.spoken)
        self.setToolTip(face.about)
        self.link.show_text(face.fix if face.problem else "")
        self._place_link()
        self.update()

    def show_state(self, *, chosen: bool, has_keys: bool) -> None:
        """Whether it is chosen, and whether the keyboard is with the canvas."""
        if (chosen, has_keys) != (self._chosen, self._has_keys):
            self._chosen, self._has_keys = chosen, has_keys
            self.update()

    def light(self, hovered: bool) -> None:
        """Whether the mouse is over it."""
        self._hovered = hovered
        self.update()

    def lift(self, lifted: bool) -> None:
        """Fades it while its ghost is dragged."""
        self._lifted = lifted
        self.update()

    def picture(self) -> QPixmap:
        """The card as it looks, with nothing around it."""
        result = QPixmap(self.size() * self.devicePixelRatioF())
        result.setDevicePixelRatio(self.devicePixelRatioF())
        result.fill(Qt.GlobalColor.transparent)
        self.render(result, renderFlags=QWidget.RenderFlag.DrawChildren)
        return result

    def place(self, rect: QRectF, zoom: float) -> None:
        """Puts the card on `rect`, in pixels of the parent; the glow lies around."""
        around = GLOW * zoom
        self._zoom = zoom
        self.setGeometry(rect.adjusted(-around, -around, around, around).toAlignedRect())
        self._place_link()

    @property
    def body(self) -> QRectF:
        """The card without its glow, in its own pixels."""
        around = GLOW * self._zoom
        return QRectF(self.rect()).adjusted(around, around, -around, -around)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.face is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.35 if self._lifted else 1.0)
        painter.scale(self._zoom, self._zoom)
        size = self.body.size() * (1 / self._zoom)
        body = QRectF(QPointF(GLOW, GLOW), size)
        self._paint_body(painter, body, self.face)
        self._paint_words(painter, body, self.face)

    def _paint_body(self, painter: QPainter, body: QRectF, face: Face) -> None:
        theme = tokens()
        for number in range(face.sheets, 0, -1):
            painter.setPen(QPen(colour(theme.border), 1))
            painter.setBrush(colour(theme.card))
            below = body.adjusted(5 * number, 3 * number, -5 * number, 3 * number)
            painter.drawRoundedRect(below, CORNER, CORNER)
        if self._chosen:
            painter.setPen(QPen(colour(theme.accent, 0.32 if self._has_keys else 0.18), 5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(-2, -2, 2, 2), CORNER + 2, CORNER + 2)
        outline = QPainterPath()
        outline.addRoundedRect(body, CORNER, CORNER)
        painter.fillPath(outline, colour(theme.raised if self._hovered else theme.card))
        if face.problem:
            painter.fillPath(outline, colour(theme.danger, DANGER_FILL))
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(body.left(), body.top(), EDGE, body.height()), colour(theme.families[face.family]))
        painter.restore()
        line = theme.danger if face.problem else theme.accent if self._chosen else theme.border
        painter.setPen(QPen(colour(line), 2 if self._chosen else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _paint_words(self, painter: QPainter, body: QRectF, face: Face) -> None:
        theme = tokens()
        top = QRectF(body.left() + EDGE + 11, body.top() + 8, body.width() - EDGE - 11 - PAD, 21)
        bottom = top.translated(0, 20)
        large, small = font(mono=True), font(-1, mono=True)
        said = (face.problem, small, theme.danger) if face.problem else (face.shape, large, theme.text)
        right_bottom = ("" if self.link.text() else face.amount, small, theme.dim)
        left_width = QFontMetricsF(font(bold=True)).horizontalAdvance(face.label)
        used = _right(painter, top, *said, most=max(top.width() - min(left_width, 150) - 12, 80))
        _left(painter, top, face.label, font(bold=True), theme.text, top.width() - used - 12)
        left_width = QFontMetricsF(font(-1)).horizontalAdvance(face.summary)
        used = _right(painter, bottom, *right_bottom, most=max(bottom.width() - left_width - 14, bottom.width() * 0.3))
        used = max(used, self.link.width() / self._zoom if self.link.text() else 0)
        _left(painter, bottom, face.summary, font(-1), theme.dim, bottom.width() - used - 14)

    def _on_link_clicked(self) -> None:
        self.fix_asked.emit(self.layer_id)

    def _place_link(self) -> None:
        size = self.link.size_at(self._zoom)
        corner = self.body.topRight() + QPointF(-PAD * self._zoom - size.width(), 28 * self._zoom)
        self.link.setGeometry(QRectF(corner, size).toRect())


class FixLink(QAbstractButton):
    """The first fix of a problem, as a link on the card."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def show_text(self, text: str) -> None:
        """Shows a fix; nothing where there is none."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def size_at(self, zoom: float) -> QSizeF:
        """Its size at a zoom, in pixels."""
        self._zoom = zoom
        metrics = QFontMetricsF(self._font())
        return QSizeF(metrics.horizontalAdvance(self.text()) + 1, 21) * zoom

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a second click on a link is not a double click on the card

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(self._zoom, self._zoom)
        painter.setFont(self._font())
        painter.setPen(colour(tokens().text if self.underMouse() else tokens().accent_text))
        area = QRectF(QPointF(0, 0), QSizeF(self.size()) * (1 / self._zoom))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.drawRect(area.adjusted(0, 1, -1, -1))

    def _font(self) -> QFont:
        result = font(-1, mono=True)
        result.setUnderline(True)
        return result


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
