"""What every edit of the stack shares: where the chosen layers stand, and how a change comes into the document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, Signal

from engine import clips, rewiring
from engine.errors import EngineError
from engine.layers.base import Layer
from engine.network import Network
from engine.paths import joined, split
from engine.shapes import Shape
from gui.document import Document
from gui.pages.canvas.editing.selection import Selection
from gui.pages.canvas.layout.gaps import Gap

Change = Callable[[Network], tuple[Network, Sequence[str]]]
"""From a stack to another one, and the ids in it that shall be chosen then."""


class Bench(QObject):
    """The open network with its chosen layers. A change of it is one step of undo and leaves a sensible selection.

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

    def place(self) -> tuple[str, int]:
        """Where something new goes: below the chosen layer, in its block; else above Output."""
        if not self.selection.ids:
            return "", len(self.network.layers) - len(self.network.outputs)
        parent, layer_id = split(self.selection.ids[-1])
        return parent, self.clamped(parent, rewiring.stack_at(self.network, parent).index(layer_id) + 1)

    def place_gap(self) -> Gap:
        """The same as a gap."""
        return Gap(*self.place())

    def clamped(self, parent: str, index: int) -> int:
        """The nearest index between the Inputs and Outputs of a stack."""
        stack = rewiring.stack_at(self.network, parent)
        return min(max(len(stack.inputs), index), len(stack.layers) - len(stack.outputs))

    def arriving(self, parent: str, above: str) -> Shape | None:
        """The shape that a layer below `above` gets; None where it is not known."""
        rows = self.document.report.layers
        row = rows.get(joined(parent, above))
        if row is not None:
            return row.output
        outer = rows.get(parent)
        return outer.inputs[0] if outer is not None and outer.inputs else None

    def change(self, text: str, parent: str, make: Change, *, chosen: bool = True) -> bool:
        """Edits the stack called `parent` as one step called `text`; says why where that is refused."""
        try:
            network, ids = make(rewiring.stack_at(self.network, parent))
            network = rewiring.put(self.network, parent, network)
        except EngineError as error:
            self.refused.emit(error)
            return False
        self.document.edit(text, network)
        if chosen:
            self.selection.choose(*(joined(parent, layer_id) for layer_id in ids))
        return True

    def put_in(self, text: str, layers: Sequence[Layer], gap: Gap) -> None:
        """Puts layers into a gap and chooses them."""
        self.change(
            text, gap.parent, lambda stack: clips.put_in(stack, layers, gap.index, reads=gap.reads, feeds=gap.feeds)
        )

    def together(self, paths: Collection[str]) -> tuple[str, list[str]] | None:
        """The one stack that layers stand in, and their ids there in order; None, and a sentence, for several."""
        parents = {split(path)[0] for path in paths}
        if len(parents) > 1:
            error = EngineError(
                translated("These layers stand in different blocks"), hint=translated("Choose layers of one block")
            )
            self.refused.emit(error)
            return None
        if not parents:
            return None
        parent = parents.pop()
        ids = {split(path)[1] for path in paths}
        return parent, [layer.id for layer in rewiring.stack_at(self.network, parent).layers if layer.id in ids]

    def label(self, path: str) -> str:
        """What a layer is called on its card, unlike all others."""
        return self.document.report.label(path)

    def named(self, text: str, paths: Iterable[str]) -> str:
        """A step's name: with the layer's label, or how many there are."""
        known = list(paths)
        return text.format(self.label(known[0]) if len(known) == 1 else translated("{0} layers").format(len(known)))


def translated(text: str) -> str:
    """A text of the edits in the person's language."""
    return QCoreApplication.translate("edits", text)


def without(stack: Network, ids: Sequence[str]) -> tuple[Network, list[str]]:
    """The stack without these, and the layer below them, or above where that would be an Output."""
    rest = stack.remove(ids)
    kept = {layer.id for layer in rest.layers}
    gone = [index for index, layer in enumerate(stack.layers) if layer.id not in kept]
    if not gone:
        return stack, list(ids)
    below = [layer for layer in stack.layers[gone[-1] :] if layer.id in kept]
    above = [layer for layer in stack.layers[: gone[-1]] if layer.id in kept]
    near = below[0] if below and (below[0].kind != "output" or not rest.middle) else above[-1]
    return rest, [near.id]
