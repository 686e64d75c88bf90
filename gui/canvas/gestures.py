"""What a pressed mouse does until it is released: one class a gesture. Points are in pixels of the view's viewport."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from engine.layers.base import Layer
from gui.canvas.card import Card
from gui.theme import colour, font, tokens

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Gesture(ABC):
    """Begins when it is made. Then `move`, and one of `end` and `cancel`, which leaves everything as it was."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    @abstractmethod
    def move(self, point: QPoint) -> None:
        """The mouse is here now."""

    @abstractmethod
    def end(self, point: QPoint) -> None:
        """The mouse was released here."""

    @abstractmethod
    def cancel(self) -> None:
        """Escape was pressed, or the window lost the mouse."""


class Pan(Gesture):
    """Moves the ground below the window, with the middle button."""

    def __init__(self, view: CanvasView, point: QPoint) -> None:
        super().__init__(view)
        self._bars = (view.horizontalScrollBar(), view.verticalScrollBar())
        self._begin, self._values = point, tuple(bar.value() for bar in self._bars)
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, point: QPoint) -> None:
        by = point - self._begin
        for bar, value, distance in zip(self._bars, self._values, (by.x(), by.y()), strict=True):
            bar.setValue(value - distance)

    def end(self, point: QPoint) -> None:
        self.view.viewport().unsetCursor()

    def cancel(self) -> None:
        self.move(self._begin)
        self.end(self._begin)


class Drop(Gesture):
    """Carries a ghost and shows the line where it would go. Subclasses say what is dropped."""

    def __init__(self, view: CanvasView, ghost: QPixmap, hold: QPoint, point: QPoint) -> None:
        super().__init__(view)
        self._ghost = Ghost(ghost, view.window())
        self._hold = hold
        self.move(point)
        self._ghost.show()
        self._ghost.raise_()

    def move(self, point: QPoint) -> None:
        over = self.view.viewport().mapTo(self.view.window(), point)
        self._ghost.move(over - self._hold)
        self.view.sheet.set_insertion(self._index(point))
        self.view.scroll_while_at(point)

    def end(self, point: QPoint) -> None:
        index = self._index(point)
        self.cancel()
        if index is not None:
            self.drop(index)

    def cancel(self) -> None:
        self._ghost.hide()
        self._ghost.deleteLater()
        self.view.sheet.set_insertion(None)
        self.view.scroll_while_at(None)

    @abstractmethod
    def drop(self, index: int) -> None:
        """It was let go where the layer at `index` stands."""

    def _index(self, point: QPoint) -> int | None:
        if not self.view.viewport().rect().contains(point):
            return None
        return self.view.sheet.nearest_gap(self.view.on_sheet(point))


class MoveCards(Drop):
    """Drags the pressed card, and the other chosen ones with it."""

    def __init__(self, view: CanvasView, card: Card, hold: QPoint, point: QPoint) -> None:
        self._cards = [view.sheet.cards[layer_id] for layer_id in view.selection.movable]
        self._places = [view.sheet.arrangement.order.index(one.layer_id) for one in self._cards]
        super().__init__(view, card.picture(), hold, point)
        for one in self._cards:
            one.lift(True)

    def cancel(self) -> None:
        super().cancel()
        for one in self._cards:
            one.lift(False)

    def drop(self, index: int) -> None:
        self.view.edits.move([one.layer_id for one in self._cards], index)

    def _index(self, point: QPoint) -> int | None:
        index = super()._index(point)
        together = self._places[-1] - self._places[0] + 1 == len(self._places)
        stays = index is not None and together and self._places[0] <= index <= self._places[-1] + 1
        return None if stays else index


class DropKind(Drop):
    """Drags a kind of layer out of the palette."""

    def __init__(self, view: CanvasView, kind: type[Layer], point: QPoint) -> None:
        self._kind = kind
        super().__init__(view, kind_pixmap(kind, view), QPoint(24, 22), point)

    def drop(self, index: int) -> None:
        self.view.edits.add(self._kind, index)
        self.view.setFocus()


class Ghost(QWidget):
    """What is being dragged, half transparent, above everything."""

    def __init__(self, pixmap: QPixmap, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixmap = pixmap
        self.setObjectName("canvas.ghost")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(pixmap.deviceIndependentSize().toSize())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(0.92)
        painter.drawPixmap(0, 0, self._pixmap)


def kind_pixmap(kind: type[Layer], widget: QWidget) -> QPixmap:
    """A small card of a kind that is not in the stack yet."""
    ratio = widget.devicePixelRatioF()
    result = QPixmap(round(220 * ratio), round(44 * ratio))
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter, theme = QPainter(result), tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(1, 1, 218, 42)
    painter.setPen(colour(theme.accent))
    painter.setBrush(colour(theme.card))
    painter.drawRoundedRect(area, 8, 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.families[kind.family.value]))
    painter.drawRoundedRect(QRectF(16, 17, 10, 10), 2.5, 2.5)
    painter.setPen(colour(theme.text))
    painter.setFont(font(bold=True))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(area.adjusted(36, 0, -8, 0), middle, kind.title)
    painter.end()
    return result
