"""What a person can do to the stack, as edits of the document. Cards, keys, menus and buttons all call these."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from engine import rewiring
from engine.analysis import Fix
from engine.errors import EngineError
from engine.layers.base import Layer
from engine.network import Network
from gui.canvas.selection import Selection
from gui.document import Document


class Edits(QObject):
    """Verbs on the open network. Each is one step of undo and leaves a sensible selection.

    Signals:
        refused: the EngineError that says why something cannot be done.
    """

    refused = Signal(object)

    def __init__(self, document: Document, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.selection = document, selection

    @property
    def network(self) -> Network:
        return self.document.network

    def place(self) -> int:
        """Where a new layer goes: below the chosen one, else above Output."""
        last = len(self.network.layers) - 1
        return min(self.network.index(self.selection.ids[-1]) + 1, last) if self.selection.ids else last

    def add(self, kind: type[Layer], index: int | None = None) -> None:
        """Adds a layer of this kind at `index`; by default below the chosen layer, else above Output."""
        network, layer_id = self.network.insert(kind.model_validate({}), self.place() if index is None else index)
        self.document.edit(self.tr("Add {0}").format(kind.title), rewiring.splice(network, layer_id))
        self.selection.choose(layer_id)

    def add_kind(self, kind: type[Layer]) -> None:
        """Adds a layer at its default place."""
        self.add(kind)

    def remove(self, layer_ids: Collection[str]) -> None:
        """Deletes layers; the one below is chosen then."""
        gone = [layer for layer in self.network.layers[1:-1] if layer.id in layer_ids]
        if not gone:
            return
        below = self.network.layers[self.network.index(gone[-1].id) + 1].id
        if below == self.network.layers[-1].id and len(self.network.layers) - len(gone) > 2:
            kept = [layer.id for layer in self.network.layers[:-1] if layer not in gone]
            below = kept[-1]
        self.document.edit(self._named(self.tr("Delete {0}"), gone), self.network.remove([layer.id for layer in gone]))
        self.selection.choose(below)

    def duplicate(self, layer_ids: Collection[str]) -> None:
        """Puts a copy below each of the layers and chooses the copies."""
        chosen = [layer for layer in self.network.layers[1:-1] if layer.id in layer_ids]
        network, copies = self.network, []
        for layer in chosen:
            network, copy = network.duplicate(layer.id)
            network = rewiring.splice(network, copy)
            copies.append(copy)
        if copies:
            self.document.edit(self._named(self.tr("Duplicate {0}"), chosen), network)
            self.selection.choose(*copies)

    def move(self, layer_ids: Collection[str], index: int) -> None:
        """Moves layers, in their order, so that they stand where the layer at `index` stands now."""
        chosen = [layer for layer in self.network.layers[1:-1] if layer.id in layer_ids]
        try:
            network = _moved(self.network, [layer.id for layer in chosen], index)
        except EngineError as error:
            self.refused.emit(error)
            return
        self.document.edit(self._named(self.tr("Move {0}"), chosen), network)

    def step(self, layer_ids: Collection[str], by: int) -> None:
        """Moves layers one place up (-1) or down (1)."""
        places = sorted(self.network.index(layer_id) for layer_id in layer_ids)
        if places and places[0] + by > 0 and places[-1] + by < len(self.network.layers) - 1:
            self.move(layer_ids, places[0] - 1 if by < 0 else places[-1] + 2)

    def make_block(self, layer_ids: Collection[str]) -> None:
        """Puts neighbours into one block and chooses it."""
        try:
            network, block = rewiring.group(self.network, layer_ids)
        except EngineError as error:
            self.refused.emit(error)
            return
        self.document.edit(self.tr("Make block"), network)
        self.selection.choose(block)

    def ungroup(self, block_id: str) -> None:
        """Puts what a block holds in its place and chooses it."""
        if not block_id:
            return
        try:
            network, ids = rewiring.ungroup(self.network, block_id)
        except EngineError as error:
            self.refused.emit(error)
            return
        self.document.edit(self.tr("Ungroup"), network)
        self.selection.choose(*ids)

    def toggle_read(self, layer_id: str, name: str) -> None:
        """Lets a layer read another one above it, or no longer."""
        text = self.tr("Change what {0} reads").format(self.network.layer(layer_id).label)
        self.document.edit(text, rewiring.toggle(self.network, layer_id, name))

    def fix(self, fix: Fix) -> None:
        """Applies what cures a problem."""
        self.document.edit(fix.text, fix.apply(self.document.project))

    def _named(self, text: str, layers: Collection[Layer]) -> str:
        one = next(iter(layers)).label if len(layers) == 1 else self.tr("{0} layers").format(len(layers))
        return text.format(one)


def _moved(network: Network, layer_ids: list[str], index: int) -> Network:
    """One by one, in the order in which nobody has to pass a layer that moves along. EngineError where one cannot."""
    order = [layer.id for layer in network.layers]
    pivot = next(name for name in reversed(order[: max(1, index)]) if name not in layer_ids)
    above = [name for name in layer_ids if order.index(name) < order.index(pivot)]
    for name in reversed(above):
        network = network.move(name, network.index(pivot))
    pivot = above[-1] if above else pivot
    for name in layer_ids[len(above) :]:
        network = network.move(name, network.index(pivot) + 1)
        pivot = name
    return network
