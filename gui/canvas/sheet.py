"""The ground the cards stand on: it places them, paints dots, wires and arcs, and shows where a drop would go."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.arrange import MARGIN, Arrangement, arrange
from gui.canvas.card import Card
from gui.canvas.faces import face, wire_text
from gui.canvas.insert import InsertButton
from gui.canvas.wires import Texts, Wires
from gui.document import Document
from gui.theme import tokens


class Sheet(QWidget):
    """Cards by id, updated in place: only what changed is painted again.

    Signals:
        fix_asked: the link on a card (layer id) was pressed.
    """

    fix_asked = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setObjectName("canvas.sheet")
        self.setMouseTracking(True)
        self.cards: dict[str, Card] = {}
        self.zoom = 1.0
        self._room = QSize(0, 0)  # what the view shows at once
        self._hovered: Card | None = None
        self.arrangement: Arrangement = arrange(document.network, 0)
        self._wires = Wires(document.network, self.arrangement, {})
        self.insertion: int | None = None
        self.plus = InsertButton(self)
        self.refresh()

    def refresh(self) -> None:
        """Takes over the document's network and report."""
        network = self._document.network
        ids = {layer.id for layer in network.layers}
        for gone in [layer_id for layer_id in self.cards if layer_id not in ids]:
            card = self.cards.pop(gone)
            self._hovered = None if card is self._hovered else self._hovered
            card.hide()
            card.deleteLater()
        for layer in network.layers:
            card = self.cards.get(layer.id) or self._new_card(layer.id)
            card.show_face(face(self._document, layer))
        texts = {layer.id: wire_text(self._document, layer.id) for layer in network.layers}
        self._arrange(texts)

    def set_zoom(self, zoom: float) -> None:
        """Another scale."""
        self.zoom = zoom
        self._place()

    def set_chosen(self, chosen: tuple[str, ...], *, has_keys: bool) -> None:
        """Marks the chosen cards and the arcs that they are part of."""
        for layer_id, card in self.cards.items():
            card.show_state(chosen=layer_id in chosen, has_keys=has_keys)
        if self._wires.set_chosen(chosen):
            self.update()

    def repaint_all(self) -> None:
        """Other colours."""
        for card in self.cards.values():
            card.update()
        self.update()

    def set_insertion(self, index: int | None) -> None:
        """Shows a line where something dropped would go; None takes it away."""
        if index != self.insertion:
            self.insertion = index
            self.update()

    def hover(self, point: QPoint | None) -> None:
        """Lights up the card below the mouse and shows the plus on the wire below it; None: the mouse is elsewhere."""
        card = None if point is None else self.card_at(point)
        if card is not self._hovered:
            for one, lit in ((self._hovered, False), (card, True)):
                if one is not None:
                    one.light(lit)
            self._hovered = card
        index = None if point is None else self.arrangement.gap_at(self.to_plan(point))
        self.plus.stand_at(
            index, None if index is None else self.to_sheet(self.arrangement.gap(index)).center(), self.zoom
        )

    def card_at(self, point: QPoint) -> Card | None:
        """The card below a point of the sheet."""
        plan = self.to_plan(point)
        found = (layer_id for layer_id, rect in self.arrangement.cards.items() if rect.contains(plan))
        return self.cards.get(next(found, ""))

    def card_rect(self, layer_id: str) -> QRect:
        """The place of a card, without its glow; KeyError where there is none."""
        return self.to_sheet(self.arrangement.cards[layer_id]).toRect()

    def gap_rect(self, index: int) -> QRect:
        """The room above the card at `index`, where its wire runs."""
        return self.to_sheet(self.arrangement.gap(index)).toRect()

    def nearest_gap(self, point: QPoint) -> int:
        """The index that something dropped at this point would get."""
        return self.arrangement.nearest_gap(self.to_plan(point).y())

    def to_plan(self, point: QPoint) -> QPointF:
        """From the sheet's pixels to the arrangement's."""
        return (QPointF(point) - self._origin()) * (1 / self.zoom)

    def from_plan(self, point: QPointF) -> QPointF:
        """From the arrangement's pixels to the sheet's."""
        return point * self.zoom + self._origin()

    def to_sheet(self, rect: QRectF) -> QRectF:
        """A place, from the arrangement's pixels to the sheet's."""
        return QRectF(self.from_plan(rect.topLeft()), rect.size() * self.zoom)

    def set_room(self, room: QSize) -> None:
        """The view is this large: the sheet fills it, and cards take what there is."""
        if room != self._room:
            self._room = room
            self._arrange(self._wires.texts)
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), tokens().window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        Wires.paint_dots(painter, event.rect())
        painter.translate(self._origin())
        painter.scale(self.zoom, self.zoom)
        top, bottom = self.to_plan(event.rect().topLeft()).y(), self.to_plan(event.rect().bottomRight()).y()
        self._wires.paint(painter, top, bottom, self._origin().x() / self.zoom + MARGIN)
        if self.insertion is not None:
            self._wires.paint_insertion(painter, self.insertion)

    def _arrange(self, texts: Texts) -> None:
        arrangement = arrange(self._document.network, self._room.width())
        wires = Wires(self._document.network, arrangement, texts, self._wires.chosen)
        moved = arrangement != self.arrangement
        dirty = wires.changed_gaps(self._wires)
        self.arrangement, self._wires = arrangement, wires
        if moved:
            self.plus.stand_at(None, None, self.zoom)
            self._place()
        for index in dirty:
            self.update(self.gap_rect(index).adjusted(0, 0, round(300 * self.zoom), 0))

    def _place(self) -> None:
        wanted = QSize(round(self.arrangement.width * self.zoom), round(self.arrangement.height * self.zoom))
        self.resize(wanted.expandedTo(self._room))
        for layer_id, rect in self.arrangement.cards.items():
            self.cards[layer_id].place(self.to_sheet(rect), self.zoom)
        self.update()

    def _new_card(self, layer_id: str) -> Card:
        card = Card(layer_id, self)
        card.fix_asked.connect(self.fix_asked)
        self.cards[layer_id] = card
        card.show()
        self.plus.raise_()
        return card

    def _origin(self) -> QPointF:
        spare = self.width() - self.arrangement.width * self.zoom
        return QPointF(max(0.0, spare / 2), 0.0)
