"""A scroll area that shows the sheet at any zoom, and the small bar that says which."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QWidget

from gui.kit.icons import icon
from gui.kit.style import look
from gui.pages.canvas.drawing.sheet import Sheet
from gui.pages.canvas.layout.gaps import Gap

LEAST, MOST = 0.3, 2.5
STEP = 1.25
RIM = 36  # px from the edge of the view: a drag that comes so near scrolls


class ZoomArea(QScrollArea):
    """Scrolling and zooming; what is at the mouse stays there.

    Signals:
        zoomed: another zoom.
    """

    zoomed = Signal(float)

    def __init__(self, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        self.setWidget(sheet)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self._speed = 0
        self._scroller = QTimer(self, interval=16)
        self._scroller.timeout.connect(self._on_scroller_timeout)

    def card_rect(self, layer_id: str) -> QRect:
        """The card's place in pixels of the viewport; KeyError where there is none."""
        return self.sheet.card_rect(layer_id).translated(self.sheet.pos())

    def gap_rect(self, place: Gap | int) -> QRect:
        """The place of a gap, by itself or by its index in the network, in pixels of the viewport."""
        return self.sheet.gap_rect(place).translated(self.sheet.pos())

    def on_sheet(self, point: QPoint) -> QPoint:
        """From the viewport's pixels to the sheet's."""
        return point - self.sheet.pos()

    def set_zoom(self, zoom: float, at: QPoint | None = None) -> None:
        """Another zoom; what is at `at` (the middle by default) stays where it is."""
        anchor = QPointF(at or self.viewport().rect().center())
        plan = self.sheet.to_plan(self.on_sheet(anchor.toPoint()))
        self.sheet.set_zoom(min(max(zoom, LEAST), MOST))
        wanted = self.sheet.from_plan(plan) - anchor
        self.horizontalScrollBar().setValue(round(wanted.x()))
        self.verticalScrollBar().setValue(round(wanted.y()))
        self.zoomed.emit(self.sheet.zoom)

    def zoom_in(self) -> None:
        self.set_zoom(self.sheet.zoom * STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self.sheet.zoom / STEP)

    def zoom_off(self) -> None:
        self.set_zoom(1.0)

    def fit(self) -> None:
        """The largest zoom up to 1 at which the whole stack is seen."""
        plan, room = self.sheet.arrangement, self.maximumViewportSize()
        self.set_zoom(min(1.0, room.width() / plan.width, room.height() / plan.height))

    def show_layer(self, layer_id: str) -> None:
        """Scrolls so that a card is seen."""
        place = self.sheet.card_rect(layer_id)
        across = min(place.width() // 2 + RIM // 2, self.viewport().width() // 2)
        self.ensureVisible(place.center().x(), place.center().y(), across, place.height())

    def centre_on(self, plan: QPointF) -> None:
        """Scrolls so that a point of the arrangement is in the middle."""
        wanted = self.sheet.from_plan(plan) - QPointF(self.viewport().rect().center())
        self.horizontalScrollBar().setValue(round(wanted.x()))
        self.verticalScrollBar().setValue(round(wanted.y()))

    def scroll_while_at(self, point: QPoint | None) -> None:
        """Scrolls on while a drag is near the upper or lower edge; None stops it."""
        height = self.viewport().height()
        near = 0 if point is None else min(point.y() - RIM, 0) + max(point.y() - height + RIM, 0)
        self._speed = max(-RIM, min(RIM, near)) // 3
        if self._speed and not self._scroller.isActive():
            self._scroller.start()
        elif not self._speed:
            self._scroller.stop()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.sheet.zoom * STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sheet.set_room(self.viewport().size())

    def _on_scroller_timeout(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self._speed)


class ZoomBar(QFrame):
    """Smaller, how large, larger, all of it."""

    def __init__(self, area: ZoomArea, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.zoom")
        look(self, "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._row = row
        self._add("canvas.zoom_out", self.tr("Smaller (Ctrl+-)"), area.zoom_out, picture="minus")
        self.value = self._add("canvas.zoom_value", self.tr("Original size (Ctrl+0)"), area.zoom_off, "100 %")
        self._add("canvas.zoom_in", self.tr("Larger (Ctrl++)"), area.zoom_in, picture="plus")
        self._add("canvas.fit", self.tr("Show all of it (Ctrl+9)"), area.fit, self.tr("Fit"))
        area.zoomed.connect(self._on_zoomed)

    def _add(self, name: str, about: str, action: object, text: str = "", picture: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(about)
        button.setToolTip(about)
        button.setText(text)
        if picture:
            button.setIcon(icon(picture, "dim"))
        else:
            button.setMinimumWidth(48)
        look(button, "flat")
        button.clicked.connect(action)
        self._row.addWidget(button)
        return button

    def _on_zoomed(self, zoom: float) -> None:
        self.value.setText(f"{zoom:.0%}".replace("%", " %"))
