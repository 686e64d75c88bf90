"""The ground the cards stand on: it places them, paints dots, wires and arcs, and shows where a drop would go."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.arrange import Arrangement, arrange
from gui.canvas.card import Card
from gui.canvas.faces import face, wire_text
from gui.canvas.insert import InsertButton
from gui.canvas.wires import Wires
from gui.document import Document
from gui.theme import tokens


class Sheet(QWidget):
    """Cards by id, updated in place: only what changed is painted again.

    Signals:
        fix_asked: the link on a card (layer id) was pressed.
    """

    fix_asked = Signal(str)

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self.setObjectName("canvas.sheet")
        self.setMouseTracking(True)
        self.cards: dict[str, Card] = {}
        self.zoom = 1.0
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

    def set_insertion(self, index: int | None) -> None:
        """Shows a line where something dropped would go; None takes it away."""
        if index != self.insertion:
            self.insertion = index
            self.update()

    def hover(self, point: QPoint | None) -> None:
        """Shows the plus on the wire below the mouse."""
        index = None if point is None else self.arrangement.gap_at(self.to_plan(point))
        self.plus.stand_at(index, None if index is None else self._centre_of_gap(index), self.zoom)

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
        return (QPointF(point) - self._origin()) / self.zoom

    def to_sheet(self, rect: QRectF) -> QRectF:
        """From the arrangement's pixels to the sheet's."""
        return QRectF(rect.topLeft() * self.zoom + self._origin(), rect.size() * self.zoom)

    def room_changed(self, width: int) -> None:
        """The view got wider or narrower: cards take what there is."""
        self._room = width
        self._arrange(self._wires.texts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), tokens().window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        Wires.paint_dots(painter, event.rect())
        painter.translate(self._origin())
        painter.scale(self.zoom, self.zoom)
        self._wires.paint(painter, self.to_plan(event.rect().topLeft()).y(), self.to_plan(event.rect().bottomRight()).y())
        if self.insertion is not None:
            self._wires.paint_insertion(painter, self.insertion)

    _room = 0

    def _arrange(self, texts: dict[str, str]) -> None:
        arrangement = arrange(self._document.network, self._room)
        wires = Wires(self._document.network, arrangement, texts, self._wires.chosen)
        moved = arrangement != self.arrangement
        dirty = wires.changed_gaps(self._wires)
        self.arrangement, self._wires = arrangement, wires
        if moved:
            self.plus.stand_at(None, None, self.zoom)
            self._place()
        for index in dirty:
            self.update(self.gap_rect(index).adjusted(0, 0, round(200 * self.zoom), 0))

    def _place(self) -> None:
        wanted = QSize(round(self.arrangement.width * self.zoom), round(self.arrangement.height * self.zoom))
        if wanted != self.minimumSize():
            self.setMinimumSize(wanted)
        for layer_id, rect in self.arrangement.cards.items():
            self.cards[layer_id].place(self.to_sheet(rect), self.zoom)
        self.update()

    def _new_card(self, layer_id: str) -> Card:
        card = Card(layer_id, self)
        card.fix_asked.connect(self._on_fix_asked)
        self.cards[layer_id] = card
        card.show()
        self.plus.raise_()
        return card

    def _on_fix_asked(self) -> None:
        card = self.sender()
        if isinstance(card, Card):
            self.fix_asked.emit(card.layer_id)

    def _origin(self) -> QPointF:
        spare = self.width() - self.arrangement.width * self.zoom
        return QPointF(max(0.0, spare / 2), 0.0)

    def _centre_of_gap(self, index: int) -> QPointF:
        return self.to_sheet(self.arrangement.gap(index)).center()
