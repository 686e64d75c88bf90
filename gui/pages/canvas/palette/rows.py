"""One thing to stack as a row of the palette."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gui.kit.theme import RADIUS, colour, font, tokens
from gui.pages.canvas.palette.offers import Offer

HEIGHT = 27


class OfferRow(QAbstractButton):
    """Colour and title of an offer.

    A double click, Enter or the screen reader's press takes it; a drag carries it away.

    Signals:
        taken: the person wants one.
        carried: a drag began or went on, at this point of the screen.
        let_go: the drag ended at this point of the screen.
        kept: the drag was cancelled.
        stepped: an arrow key: to the row before (-1) or after (1).
        typed: a letter: it belongs into the search.
    """

    taken = Signal()
    carried = Signal(QPoint)
    let_go = Signal(QPoint)
    kept = Signal()
    stepped = Signal(int)
    typed = Signal(str)

    def __init__(self, offer: Offer, prefix: str, parent: QWidget, *, one_click: bool) -> None:
        super().__init__(parent)
        self.offer, self._one_click = offer, one_click
        self._begin: QPoint | None = None
        self._carrying = self._first = False
        self.setObjectName(f"{prefix}.{offer.key}")
        self.setText(offer.title)
        self.setAccessibleName(offer.title)
        self.setAccessibleDescription(offer.about)
        self.setToolTip(offer.about)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedHeight(HEIGHT)
        self.clicked.connect(self.taken)  # by Space or a screen reader; the mouse goes its own way below

    def mark(self, first: bool) -> None:
        """Shows that Enter in the search would take this one."""
        if first != self._first:
            self._first = first
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 44, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position().toPoint()
        if self._begin is None or self._one_click:
            return
        if self._carrying or (here - self._begin).manhattanLength() >= QApplication.startDragDistance():
            self._carrying = True
            self.carried.emit(self.mapToGlobal(here))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._begin = self._begin, None
        carrying, self._carrying = self._carrying, False
        here = event.position().toPoint()
        if carrying:
            self.let_go.emit(self.mapToGlobal(here))
        elif pressed is not None and self._one_click and self.rect().contains(here):
            self.taken.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._one_click:
            self.taken.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._carrying:
            self._begin, self._carrying = None, False
            self.kept.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif key in steps:
            self.stepped.emit(steps[key])
        elif event.text().isprintable() and event.text().strip() and not event.modifiers():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus() or self._first:
            painter.setPen(QPen(colour(theme.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 2, RADIUS - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.families[self.offer.family.value]))
        painter.drawRoundedRect(QRectF(QPointF(8, (HEIGHT - 10) / 2), QPointF(18, (HEIGHT + 10) / 2)), 2.5, 2.5)
        painter.setPen(colour(theme.text))
        painter.setFont(font())
        area = self.rect().adjusted(26, 0, -4, 0)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
