"""The scale of the sheet in its scroll area, scrolling to a place, and the small bar that says the scale."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QWidget

from gui.kit.commands import Actions
from gui.kit.icons import icon
from gui.kit.style import look
from gui.pages.canvas.drawing.sheet import Sheet

LEAST, MOST = 0.3, 2.5
STEP = 1.25
RIM = 36  # px from the edge of the view: a drag that comes so near scrolls


class Zoom(QObject):
    """How large the sheet is shown; what is at the mouse stays there.

    Attributes:
        floating: asked how many px at the lower edge of the view something else covers.

    Signals:
        changed: another zoom.
    """

    changed = Signal(float)

    def __init__(self, area: QScrollArea, sheet: Sheet) -> None:
        super().__init__(area)
        self._area, self._sheet = area, sheet
        self.floating: Callable[[], int] = lambda: 0

    def set(self, zoom: float, at: QPoint | None = None) -> None:
        """Another zoom; what is at `at` (the middle by default) stays where it is."""
        anchor = QPointF(at or self._area.viewport().rect().center())
        plan = self._sheet.to_plan(anchor.toPoint() - self._sheet.pos())
        self._sheet.set_zoom(min(max(zoom, LEAST), MOST))
        scroll_to(self._area, self._sheet.from_plan(plan) - anchor)
        self.changed.emit(self._sheet.zoom)

    def larger(self) -> None:
        """One step."""
        self.set(self._sheet.zoom * STEP)

    def smaller(self) -> None:
        """One step."""
        self.set(self._sheet.zoom / STEP)

    def off(self) -> None:
        """The original size."""
        self.set(1.0)

    def fit(self) -> None:
        """The largest zoom up to 1 at which the whole stack is seen, clear of what floats at the lower edge."""
        plan, room = self._sheet.arrangement, self._area.maximumViewportSize()
        self.set(min(1.0, room.width() / plan.width, (room.height() - self.floating()) / plan.height))

    def take_wheel(self, event: QWheelEvent) -> bool:
        """Zooms where Ctrl is held; False where the wheel shall scroll."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        self.set(self._sheet.zoom * STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
        event.accept()
        return True


class Scroller(QObject):
    """Brings a place of the sheet into view, and goes on while a drag is near an edge."""

    def __init__(self, area: QScrollArea, sheet: Sheet) -> None:
        super().__init__(area)
        self._area, self._sheet = area, sheet
        self.bars = area.horizontalScrollBar(), area.verticalScrollBar()
        self._speed = 0
        self._timer = QTimer(self, interval=16)
        self._timer.timeout.connect(self._on_timeout)

    def show_layer(self, layer_id: str) -> None:
        """Scrolls so that a card is seen."""
        place = self._sheet.card_rect(layer_id)
        across = min(place.width() // 2 + RIM // 2, self._area.viewport().width() // 2)
        self._area.ensureVisible(place.center().x(), place.center().y(), across, place.height())

    def centre_on(self, plan: QPointF) -> None:
        """Scrolls so that a point of the arrangement is in the middle."""
        scroll_to(self._area, self._sheet.from_plan(plan) - QPointF(self._area.viewport().rect().center()))

    def while_at(self, point: QPoint | None) -> None:
        """Scrolls on while a drag is near the upper or lower edge; None stops it."""
        height = self._area.viewport().height()
        near = 0 if point is None else min(point.y() - RIM, 0) + max(point.y() - height + RIM, 0)
        self._speed = max(-RIM, min(RIM, near)) // 3
        if self._speed and not self._timer.isActive():
            self._timer.start()
        elif not self._speed:
            self._timer.stop()

    def _on_timeout(self) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + self._speed)


def scroll_to(area: QScrollArea, corner: QPointF) -> None:
    """Brings a point of the sheet into the upper left corner."""
    area.horizontalScrollBar().setValue(round(corner.x()))
    area.verticalScrollBar().setValue(round(corner.y()))


class ZoomBar(QFrame):
    """Smaller, how large, larger, all of it."""

    def __init__(self, zoom: Zoom, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setObjectName("canvas.zoom")
        look(self, "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._row = row
        self._add("canvas.zoom_out", "view.zoom_out")
        self.value = self._add("canvas.zoom_value", "view.zoom_off")
        self._add("canvas.zoom_in", "view.zoom_in")
        self._add("canvas.fit", "view.fit")
        zoom.changed.connect(self._on_zoomed)

    def _add(self, name: str, of: str) -> QToolButton:
        command, button = self._actions.command(of), QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(command.spoken)
        button.setToolTip(f"{command.spoken} ({command.keys})")
        if command.icon:
            button.setIcon(icon(command.icon, "dim"))
        else:
            button.setText(command.spoken)
            button.setMinimumWidth(48)
        look(button, "flat")
        button.clicked.connect(self._actions[of].trigger)
        self._row.addWidget(button)
        return button

    def _on_zoomed(self, zoom: float) -> None:
        self.value.setText(f"{zoom:.0%}".replace("%", " %"))
