"""The mouse on the canvas: what a press chooses, and which gesture a drag begins."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gui.pages.canvas.drawing.card import Card
from gui.pages.canvas.gestures.canvas import Canvas
from gui.pages.canvas.gestures.gestures import Gesture, MoveCards, Pan
from gui.pages.canvas.gestures.rubber import DrawWire

Modifier = Qt.KeyboardModifier


class Pointer:
    """Follows one press from down to up. A click chooses; Ctrl adds to the choice, Shift draws it out to here."""

    def __init__(self, view: Canvas) -> None:
        self._view = view
        self._card: Card | None = None
        self._handle = ""  # path of the card whose dot was pressed
        self._begin = QPoint()
        self.gesture: Gesture | None = None

    def begin(self, gesture: Gesture) -> None:
        """A gesture that began elsewhere, like a drag out of the palette."""
        self.escape() if self.gesture else None
        self.gesture = gesture

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        self._begin = event.position().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.begin(Pan(self._view, self._begin))
        elif event.button() == Qt.MouseButton.LeftButton:
            at = self._view.on_sheet(self._begin)
            self._handle = self._view.sheet.hover.handle_at(at)
            path = self._handle or self._view.sheet.path_at(at)
            self._card = self._view.sheet.cards[path] if path else None
            self._view.sheet.marks.held = self._card.layer_id if self._card else ""
            self._choose(event.modifiers())

    def move(self, point: QPoint, *, held: bool) -> None:
        """The mouse is here now; `held` with the left button down."""
        if self.gesture is not None:
            self.gesture.move(point)
        elif held and self._handle and self._far(point):
            self.gesture = DrawWire(self._view, self._handle, self._begin, point)
        elif held and self._card is not None and self._far(point) and self._movable(self._card):
            place = self._view.sheet.cards[self._card.layer_id]
            self.gesture = MoveCards(self._view, self._card, place.mapFrom(self._view.viewport(), self._begin), point)
        elif not held:
            at = self._view.on_sheet(point)
            self._view.sheet.hover.at(at)
            self._view.show_hold(bool(self._view.sheet.hover.handle_at(at)))

    def release(self, event: QMouseEvent) -> None:
        """A button went up."""
        card, self._card = self._card, None
        self._handle = self._view.sheet.marks.held = ""
        if self.gesture is not None:
            self.end(event.position().toPoint())
        elif card is not None and event.modifiers() == Modifier.NoModifier:
            self._view.selection.choose(card.layer_id)  # of several chosen ones a plain click leaves one

    def end(self, point: QPoint) -> None:
        """What goes on is done."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.end(point)

    def escape(self) -> None:
        """Cancels what goes on; with nothing going on, chooses nothing."""
        gesture, self.gesture = self.gesture, None
        self._card, self._handle = None, ""
        if gesture is not None:
            gesture.cancel()
        else:
            self._view.selection.choose()

    def _choose(self, modifiers: Modifier) -> None:
        selection = self._view.selection
        if self._card is None:
            selection.choose()
        elif modifiers & Modifier.ControlModifier:
            selection.toggle(self._card.layer_id)
        elif modifiers & Modifier.ShiftModifier:
            selection.extend(self._card.layer_id)
        elif self._card.layer_id not in selection.ids:
            selection.choose(self._card.layer_id)

    def _movable(self, card: Card) -> bool:
        return card.layer_id in self._view.selection.movable

    def _far(self, point: QPoint) -> bool:
        return (point - self._begin).manhattanLength() >= QApplication.startDragDistance()
