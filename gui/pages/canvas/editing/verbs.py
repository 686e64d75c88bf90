"""What every edit of the stack shares: where the chosen layers stand, and how a change comes into the document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, Signal

from engine import rewiring
from engine.errors import EngineError
from engine.network import Network
from engine.shapes import Shape
from gui.document import Document
from gui.pages.canvas.editing.selection import Selection
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.paths import found, joined, stack_of

Change = Callable[[Network], tuple[Network, Sequence[str]]]
"""From a stack to another one, and the ids in it that shall be chosen then."""


class Voice(QObject):
    """Tells of what cannot be done, and of what others have to do.

    Signals:
        refused: the EngineError that says why.
        asked: "rename", "note", "keep" or "open": wanted of the page, for the chosen layer.
    """

    refused = Signal(object)
    asked = Signal(str)


class Verbs:
    """Verbs on the open network. Each is one step of undo and leaves a sensible selection.

    No QObject itself, for one of those has a `connect` and a `disconnect` of its own.
    """

    def __init__(self, document: Document, selection: Selection, parent: QObject | None = None) -> None:
        self.document, self.selection = document, selection
        self._voice = Voice(parent)
        self.refused, self.asked = self._voice.refused, self._voice.asked

    def tr(self, text: str) -> str:
        """A text in the person's language."""
        return QCoreApplication.translate("edits", text)

    @property
    def network(self) -> Network:
        return self.document.network

    def place(self) -> tuple[str, int]:
        """Where something new goes: below the chosen layer, in its block; else above Output."""
        if not self.selection.ids:
            return "", len(self.network.layers) - len(self.network.outputs)
        parent, layer_id = split(self.selection.ids[-1])
        return parent, self.clamped(parent, stack_of(self.network, parent).index(layer_id) + 1)

    def place_gap(self) -> Gap:
        """The same as a gap."""
        return Gap(*self.place())

    def clamped(self, parent: str, index: int) -> int:
        """The nearest index between the Inputs and Outputs of a stack."""
        stack = stack_of(self.network, parent)
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
            network, ids = make(stack_of(self.network, parent))
            network = rewiring.put(self.network, parent, network)
        except EngineError as error:
            self.refused.emit(error)
            return False
        self.document.edit(text, network)
        if chosen:
            self.selection.choose(*(joined(parent, layer_id) for layer_id in ids))
        return True

    def together(self, paths: Collection[str]) -> tuple[str, list[str]] | None:
        """The one stack that layers stand in, and their ids there in order; None, and a sentence, for several."""
        parents = {split(path)[0] for path in paths}
        if len(parents) > 1:
            error = EngineError(
                self.tr("These layers stand in different blocks"), hint=self.tr("Choose layers of one block")
            )
            self.refused.emit(error)
            return None
        if not parents:
            return None
        parent = parents.pop()
        ids = {split(path)[1] for path in paths}
        return parent, [layer.id for layer in stack_of(self.network, parent).layers if layer.id in ids]

    def label(self, path: str) -> str:
        """What a layer is called on its card."""
        one = found(self.network, path)
        return one[1].label if one else path

    def named(self, text: str, paths: Iterable[str]) -> str:
        """A step's name: with the layer's label, or how many there are."""
        known = list(paths)
        return text.format(self.label(known[0]) if len(known) == 1 else self.tr("{0} layers").format(len(known)))


def split(path: str) -> tuple[str, str]:
    """The stack that a layer stands in, and its id there."""
    parent, _, layer_id = path.rpartition(".")
    return parent, layer_id
