"""The ground the cards stand on: it places them, paints dots, frames and wires, and shows where a drop would go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QMoveEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.layers import AnyLayer, Block
from engine.paths import joined
from gui.document import Document
from gui.kit.theme import tokens
from gui.pages.canvas.drawing.card import Card
from gui.pages.canvas.drawing.faces import face
from gui.pages.canvas.drawing.frames import paint_frames
from gui.pages.canvas.drawing.ground import Ground
from gui.pages.canvas.drawing.heat import NO_HEAT, Heat
from gui.pages.canvas.drawing.hover import Hover
from gui.pages.canvas.drawing.insert import InsertButton
from gui.pages.canvas.drawing.marks import Marks
from gui.pages.canvas.drawing.visible import LiveCards
from gui.pages.canvas.drawing.wire_labels import WireLabels
from gui.pages.canvas.drawing.wires import Wires, paint_dots
from gui.pages.canvas.layout.arrange import arrange
from gui.pages.canvas.layout.gaps import Gap

WORDS = 400.0  # px at the right of a wire that its words may take

Layers = dict[str, AnyLayer]


class Sheet(Ground):
    """Cards by path, updated in place: only what changed is painted again.

    Signals:
        fix_asked: the link on a card (path of its layer) was pressed.
        open_asked: the chevron of a block was pressed.
        rearranged: cards stand elsewhere, or say something else.
    """

    fix_asked = Signal(str)
    open_asked = Signal(str)
    rearranged = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(arrange(document.network, 0), parent)
        self._document = document
        self.setObjectName("canvas.sheet")
        self.setMouseTracking(True)
        self.opened: frozenset[str] = frozenset()
        self.folded: frozenset[str] = frozenset()
        self.ask_heat: Callable[[], Heat] = Heat  # what cards are coloured by, asked anew after each edit
        self._heat = NO_HEAT
        self.cards = LiveCards(self._new_card)
        self.layers: Layers = {}  # of all that is seen, by path
        self.marks = Marks()
        self._structure: object = None
        self._labels = WireLabels(document)
        self._wires = Wires(self.arrangement, self._labels.of)
        self.insertion_gap: Gap | None = None
        self.plus = InsertButton(self)
        self.hover = Hover(self)
        self.refresh()

    def refresh(self) -> None:
        """Takes over the document's network and report."""
        self._heat = self.ask_heat()
        self.layers = dict(_visible("", self._document.network.layers, self.opened))
        for path in [path for path in self.cards if path not in self.layers]:
            self.marks.hovered = "" if path == self.marks.hovered else self.marks.hovered
        self._arrange()
        for path, card in self.cards.items():
            card.show_face(face(self._document, self.layers[path], path, self._heat))
        self._renew_words()
        self.rearranged.emit()

    def set_zoom(self, zoom: float) -> None:
        """Another scale."""
        self.zoom = zoom
        self._place()

    def set_chosen(self, chosen: tuple[str, ...], *, has_keys: bool) -> None:
        """Marks the chosen cards and the arcs that they are part of."""
        self.marks.chosen, self.marks.has_keys = chosen, has_keys
        self.show_marks()
        if self._wires.set_chosen(chosen):
            self.update()

    def show_marks(self) -> None:
        """Brings what `marks` say onto the cards."""
        for path, card in self.cards.items():
            card.show_state(self.marks.state(path, opened=path in self.opened))

    def set_insertion(self, gap: Gap | None) -> None:
        """Shows a line where something dropped would go; None takes it away."""
        if gap != self.insertion_gap:
            self.insertion_gap = gap
            self.update()

    def set_room(self, room: QSize) -> None:
        """The view is this large: the sheet fills it, and cards take what there is."""
        if room != self.room:
            self.room = room
            self._arrange()
            self._place()

    def repaint_all(self) -> None:
        """Other colours."""
        for card in self.cards.values():
            card.update()
        self.update()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._enliven()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), tokens().window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_dots(painter, event.rect())
        painter.translate(self.origin)
        painter.scale(self.zoom, self.zoom)
        top, bottom = self.to_plan(event.rect().topLeft()).y(), self.to_plan(event.rect().bottomRight()).y()
        paint_frames(painter, self.arrangement.frames, self.layers, self.marks.chosen, (top, bottom))
        self._wires.paint(painter, top, bottom, self.origin.x() / self.zoom)
        if self.insertion_gap is not None:
            self._wires.paint_insertion(painter, self.insertion_gap)

    def _arrange(self) -> None:
        """Only where other cards are seen, or the room is another, do they stand elsewhere."""
        wiring = tuple((path, layer.inputs, layer.kind) for path, layer in self.layers.items())
        structure = (self.room.width(), self.opened, self.folded, wiring)
        if structure == self._structure:
            return
        self._structure = structure
        arrangement = arrange(self._document.network, self.room.width(), self.opened, self.folded)
        moved = arrangement != self.arrangement
        self.arrangement = arrangement
        self._wires = Wires(arrangement, self._labels.of, self._wires.chosen)
        if moved:
            self.insertion_gap = None
            self.plus.stand_at(None, None, self.zoom)
            self._place()

    def _place(self) -> None:
        wanted = QSize(round(self.arrangement.width * self.zoom), round(self.arrangement.height * self.zoom))
        self.resize(wanted.expandedTo(self.room))
        self._enliven()
        for path, card in self.cards.items():
            card.place(self.to_sheet(self.arrangement.cards[path]), self.zoom)
        self.update()

    def _enliven(self) -> None:
        """Cards in the view and half a view around it live; further than a whole view, they no longer do."""
        seen = self.seen
        far, near = seen.height(), seen.height() / 2
        shelf = self.arrangement.card_shelf
        spared = {path for _, path in shelf.between(seen.top() - far, seen.bottom() + far)}
        wanted = [path for _, path in shelf.between(seen.top() - near, seen.bottom() + near)]
        self.cards.keep(wanted, (spared | {self.marks.held}) & self.layers.keys())

    def _new_card(self, path: str) -> Card:
        rect = self.arrangement.cards[path]
        card = Card(path, self)
        card.fix_asked.connect(self.fix_asked)
        card.open_asked.connect(self.open_asked)
        card.show_face(face(self._document, self.layers[path], path, self._heat))
        card.show_state(self.marks.state(path, opened=path in self.opened))
        card.place(self.to_sheet(rect), self.zoom)
        card.show()
        self.plus.raise_()
        return card

    def _renew_words(self) -> None:
        """Paints the words again that differ."""
        seen = self.seen
        places = self._wires.words(seen.top(), seen.bottom())
        for path in self._labels.renew(places):
            area = QRectF(places[path].topLeft() - QPointF(2, 0), QSizeF(WORDS, places[path].height()))
            self.update(self.to_sheet(area).toAlignedRect())


def _visible(parent: str, layers: Iterable[AnyLayer], opened: Collection[str]) -> Iterable[tuple[str, AnyLayer]]:
    for layer in layers:
        path = joined(parent, layer.id)
        yield path, layer
        if path in opened and isinstance(layer, Block):
            yield from _visible(path, layer.layers, opened)
