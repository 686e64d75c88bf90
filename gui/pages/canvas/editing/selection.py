"""Which layers are chosen. It follows the document: who vanishes is no longer chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from PySide6.QtCore import QObject, Signal

from engine.layers import AnyLayer
from engine.paths import walk
from engine.rewiring import find
from gui.document import Document


class Selection(QObject):
    """The paths of the chosen layers, in the order of the stack.

    Signals:
        changed: others are chosen than before.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._ids: tuple[str, ...] = ()
        self._anchor = ""  # where a range begins
        self._current = ""  # where the keyboard is
        self._walk: Callable[[], Sequence[str]] = lambda: [layer.id for layer in document.network.layers]
        document.changed.connect(self._on_document_changed)
        document.opened.connect(self.choose)

    @property
    def ids(self) -> tuple[str, ...]:
        return self._ids

    @property
    def current(self) -> str:
        """The layer chosen last; "" where none is."""
        return self._current

    @property
    def layers(self) -> tuple[AnyLayer, ...]:
        """The chosen layers themselves."""
        return tuple(layer for _, layer in self._known())

    @property
    def movable(self) -> tuple[str, ...]:
        """The chosen layers without Inputs and Outputs."""
        return tuple(path for path, layer in self._known() if layer.kind not in ("input", "output"))

    @property
    def removable(self) -> tuple[str, ...]:
        """The chosen layers that can go: of Inputs and of Outputs one of each stays."""
        network = self._document.network
        spare = {
            layer.id
            for ends in (network.inputs, network.outputs)
            if not {layer.id for layer in ends} <= set(self._ids)
            for layer in ends
        }
        movable = self.movable
        return tuple(path for path in self._ids if path in movable or path in spare)

    def walk_along(self, walk: Callable[[], Sequence[str]]) -> None:
        """From now on the keyboard and ranges follow the paths that `walk` gives, top to bottom."""
        self._walk = walk

    def choose(self, *layer_ids: str) -> None:
        """Chooses these and no others; unknown ones are left out."""
        known = [path for path in layer_ids if find(self._document.network, path)]
        self._current = self._anchor = known[-1] if known else ""
        self._put(known)

    def choose_all(self) -> None:
        """Chooses every layer of the network."""
        self.choose(*(layer.id for layer in self._document.network.layers))

    def toggle(self, layer_id: str) -> None:
        """Adds a layer to the chosen ones, or takes it away."""
        self._current = self._anchor = layer_id
        self._put(set(self._ids) ^ {layer_id})

    def extend(self, layer_id: str) -> None:
        """Chooses all from where the range began to this layer."""
        order = list(self._walk())
        begin = order.index(self._anchor if self._anchor in order else layer_id)
        end = order.index(layer_id)
        self._current = layer_id
        self._put(order[min(begin, end) : max(begin, end) + 1])

    def step(self, by: int, *, extend: bool = False) -> None:
        """Goes `by` cards down (up where negative); from nothing, to the first or the last."""
        order = list(self._walk())
        at = order.index(self._current) if self._current in order else (-1 if by > 0 else len(order))
        goal = order[min(max(0, at + by), len(order) - 1)]
        if extend:
            self.extend(goal)
        else:
            self.choose(goal)

    def _known(self) -> Iterator[tuple[str, AnyLayer]]:
        """Those that are still there: others may hear of a change before the selection does."""
        for path in self._ids:
            layer = find(self._document.network, path)
            if layer is not None:
                yield path, layer

    def _put(self, layer_ids: Iterable[str]) -> None:
        chosen = set(layer_ids)
        ids = tuple(path for path, _ in walk(self._document.network.layers) if path in chosen)
        if ids != self._ids:
            self._ids = ids
            self.changed.emit()

    def _on_document_changed(self) -> None:
        if self._current and find(self._document.network, self._current) is None:
            self._current = ""
        self._put(self._ids)
