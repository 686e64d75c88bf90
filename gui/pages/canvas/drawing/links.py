"""What can be pressed on a card: the link of a fix, and the chevron that opens a block."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.kit.theme import colour, font, tokens


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
        shown = QFontMetricsF(self._font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width() + 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            painter.drawRect(area.adjusted(0, 1, -1, -1))

    def _font(self) -> QFont:
        result = font(-1, mono=True)
        result.setUnderline(True)
        return result


class Chevron(QAbstractButton):
    """Opens and closes a block: points right while it is closed, down while it is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def show_state(self, label: str, *, opened: bool) -> None:
        """What it opens, and whether that is open now."""
        self.setChecked(opened)
        text = self.tr("Close {0}") if opened else self.tr("Open {0}")
        self.setAccessibleName(text.format(label))
        self.setToolTip(self.accessibleName())

    def nextCheckState(self) -> None:  # noqa: N802
        """Only `show_state` changes it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(tokens().text if self.underMouse() else tokens().dim), max(1.6, self.width() / 11)))
        unit, middle = self.width() / 20, QRectF(self.rect()).center()
        arms = [QPointF(-2, -4), QPointF(2.4, 0), QPointF(-2, 4)]
        if self.isChecked():
            arms = [QPointF(-4, -2), QPointF(0, 2.4), QPointF(4, -2)]
        painter.drawPolyline(QPolygonF([middle + arm * unit for arm in arms]))
