"""What a pressed mouse does until it is released: one class a gesture. Points are in pixels of the view's viewport."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from engine import rewiring
from engine.paths import is_within, parent, split
from gui.kit.theme import colour, font, tokens
from gui.pages.canvas.drawing.card import Card
from gui.pages.canvas.gestures.canvas import Canvas
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.palette.offers import Offer


class Gesture(ABC):
    """Begins when it is made. Then `move`, and one of `end` and `cancel`, which leaves everything as it was."""

    def __init__(self, view: Canvas) -> None:
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

    def __init__(self, view: Canvas, point: QPoint) -> None:
        super().__init__(view)
        self._bars = view.scroller.bars
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

    def __init__(self, view: Canvas, ghost: QPixmap, hold: QPoint, point: QPoint) -> None:
        super().__init__(view)
        self._ghost = Ghost(ghost, view.window())
        self._hold = hold
        self.move(point)
        self._ghost.show()
        self._ghost.raise_()

    def move(self, point: QPoint) -> None:
        over = self.view.viewport().mapTo(self.view.window(), point)
        self._ghost.move(over - self._hold)
        self.view.sheet.set_insertion(self._gap(point))
        self.view.scroller.while_at(point)

    def end(self, point: QPoint) -> None:
        gap = self._gap(point)
        self.cancel()
        if gap is not None:
            self.drop(gap)

    def cancel(self) -> None:
        self._ghost.hide()
        self._ghost.deleteLater()
        self.view.sheet.set_insertion(None)
        self.view.scroller.while_at(None)

    @abstractmethod
    def drop(self, gap: Gap) -> None:
        """It was let go where this gap is."""

    def _gap(self, point: QPoint) -> Gap | None:
        if not self.view.viewport().rect().contains(point):
            return None
        return self.view.sheet.nearest_gap(self.view.on_sheet(point))


class MoveCards(Drop):
    """Drags the pressed card, and the other chosen ones with it."""

    def __init__(self, view: Canvas, card: Card, hold: QPoint, point: QPoint) -> None:
        self._paths = view.selection.movable
        order = view.sheet.arrangement.order
        self._places = sorted(order.index(path) for path in self._paths if path in order)
        super().__init__(view, card.picture(), hold, point)
        self._lift(self._paths)

    def cancel(self) -> None:
        super().cancel()
        self._lift(())

    def drop(self, gap: Gap) -> None:
        self.view.edits.move(self._paths, gap)

    def _gap(self, point: QPoint) -> Gap | None:
        gap = super()._gap(point)
        return None if gap is None or self._stays(gap) else gap

    def _lift(self, paths: Collection[str]) -> None:
        self.view.sheet.marks.lifted = paths
        self.view.sheet.show_marks()

    def _stays(self, gap: Gap) -> bool:
        """Whether nothing would change there, or a block would stand inside itself."""
        if any(is_within(gap.parent, path) for path in self._paths):
            return True
        parents = {parent(path) for path in self._paths}
        together = self._places[-1] - self._places[0] + 1 == len(self._places)
        if not together or parents != {gap.parent}:
            return False
        order = self.view.sheet.arrangement.order
        ids = [split(order[place])[1] for place in (self._places[0], self._places[-1])]
        if gap.feeds in ids or (gap.reads and gap.reads in ids):
            return True
        first, last = (self._index(place) for place in (self._places[0], self._places[-1]))
        return not gap.feeds and first <= gap.index <= last + 1

    def _index(self, place: int) -> int:
        """The index, in its parent, of what stands there."""
        stack, layer_id = rewiring.at(self.view.edits.network, self.view.sheet.arrangement.order[place])
        return stack.index(layer_id)


class DropKind(Drop):
    """Drags what is offered out of the palette."""

    def __init__(self, view: Canvas, offer: Offer, point: QPoint) -> None:
        self._offer = offer
        super().__init__(view, offer_pixmap(offer, view.viewport()), QPoint(24, 22), point)

    def drop(self, gap: Gap) -> None:
        self.view.edits.add(self._offer, gap)
        self.view.viewport().setFocus()  # the view's own


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


def offer_pixmap(offer: Offer, widget: QWidget) -> QPixmap:
    """A small card of what is not in the stack yet."""
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
    painter.setBrush(colour(theme.families[offer.family.value]))
    painter.drawRoundedRect(QRectF(16, 17, 10, 10), 2.5, 2.5)
    painter.setPen(colour(theme.text))
    painter.setFont(font(bold=True))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(area.adjusted(36, 0, -8, 0), middle, offer.title)
    painter.end()
    return result
