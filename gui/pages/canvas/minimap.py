"""A large network at a glance, at the corner of the canvas: press or drag to go there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from gui.kit.style import look
from gui.kit.theme import colour, tokens, watcher
from gui.pages.canvas.view import CanvasView

MANY = 40  # cards above which it is shown
WIDTH, TALLEST = 96, 300  # px
INSET = 6  # px between its edge and what it shows


class Minimap(QFrame):
    """Cards as marks in the colours of their families, problems in red, and a window for the part that is seen."""

    def __init__(self, view: CanvasView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._drawn: tuple[object, QPixmap] | None = None
        self.setObjectName("canvas.minimap")
        self.setAccessibleName(self.tr("Map of the network"))
        self.setToolTip(self.tr("Press to go there"))
        look(self, "panel")
        self.hide()
        view.sheet.rearranged.connect(self.refresh)
        view.zoom.changed.connect(self.update)
        for bar in (view.verticalScrollBar(), view.horizontalScrollBar()):
            bar.valueChanged.connect(self.update)
        watcher().changed.connect(self._on_colours_changed)

    def refresh(self) -> None:
        """Shows itself where there are many cards."""
        self.setVisible(len(self._view.sheet.arrangement.cards) > MANY)
        if self.isVisible() and (self._drawn is None or self._drawn[0] != self._key()):
            self.update()

    def height_in(self, room: int) -> int:
        """The height it takes where there are so many pixels."""
        plan = self._view.sheet.arrangement
        return max(min(round(plan.height * WIDTH / plan.width), TALLEST, room), 4 * INSET)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        seen = self._scale().mapRect(self._view.sheet.seen).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.setPen(QPen(colour(tokens().accent), 1.5))
        painter.setBrush(colour(tokens().accent, 0.14))
        painter.drawRoundedRect(seen, 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._view.wheelEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._drawn = None
        super().hideEvent(event)

    def _go(self, point: QPointF) -> None:
        plan, inner = self._view.sheet.arrangement, self._inner
        across, down = (point.x() - inner.left()) / inner.width(), (point.y() - inner.top()) / inner.height()
        self._view.scroller.centre_on(QPointF(across * plan.width, down * plan.height))

    @property
    def _inner(self) -> QRectF:
        return QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)

    def _scale(self) -> QTransform:
        """From the arrangement's pixels to its own; across and down each as they fit."""
        plan, inner = self._view.sheet.arrangement, self._inner
        x, y = inner.width() / plan.width, inner.height() / plan.height
        return QTransform(x, 0, 0, y, inner.left(), inner.top())

    def _picture(self) -> QPixmap:
        """Drawn anew only where cards, problems or the size are others."""
        key = self._key()
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, self._draw(self._wrong()))
        return self._drawn[1]

    def _key(self) -> object:
        sheet = self._view.sheet
        families = tuple(layer.family for layer in sheet.layers.values())
        plan = sheet.arrangement
        return (plan.order, plan.width, plan.height, families, self._wrong(), self.width(), self.height())

    def _wrong(self) -> frozenset[str]:
        return frozenset(problem.layer for problem in self._view.edits.document.report.problems)

    def _draw(self, wrong: frozenset[str]) -> QPixmap:
        theme, sheet = tokens(), self._view.sheet
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(Qt.GlobalColor.transparent)
        painter, scale = QPainter(picture), self._scale()
        inks = {family: colour(ink, 0.85) for family, ink in theme.families.items()}
        for path, rect in sheet.arrangement.frames.items():
            painter.fillRect(scale.mapRect(rect), colour(theme.families[sheet.layers[path].family.value], 0.2))
        for path, rect in sheet.arrangement.cards.items():
            mark = scale.mapRect(rect)
            mark.setHeight(max(mark.height(), 1.0))
            painter.fillRect(mark, inks[sheet.layers[path].family.value])
            if path in wrong:
                painter.fillRect(QRectF(mark.right() - 5, mark.center().y() - 2.5, 8, 5), colour(theme.danger))
        painter.end()
        return picture

    def _on_colours_changed(self) -> None:
        self._drawn = None
        self.update()
