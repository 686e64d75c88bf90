"""Which layers are chosen. It follows the document: who vanishes is no longer chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from gui.document import Document


class Selection(QObject):
    """The ids of the chosen layers, in the order of the stack.

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
    def movable(self) -> tuple[str, ...]:
        """The chosen layers without Input and Output."""
        ends = {self._document.network.layers[0].id, self._document.network.layers[-1].id}
        return tuple(layer_id for layer_id in self._ids if layer_id not in ends)

    def choose(self, *layer_ids: str) -> None:
        """Chooses these and no others; unknown ids are left out."""
        known = {layer.id for layer in self._document.network.layers}
        self._current = self._anchor = next((name for name in reversed(layer_ids) if name in known), "")
        self._put(layer_ids)

    def toggle(self, layer_id: str) -> None:
        """Adds a layer to the chosen ones, or takes it away."""
        self._current = self._anchor = layer_id
        self._put(set(self._ids) ^ {layer_id})

    def extend(self, layer_id: str) -> None:
        """Chooses all from where the range began to this layer."""
        order = [layer.id for layer in self._document.network.layers]
        begin = order.index(self._anchor if self._anchor in order else layer_id)
        end = order.index(layer_id)
        self._current = layer_id
        self._put(order[min(begin, end) : max(begin, end) + 1])

    def step(self, by: int, *, extend: bool = False) -> None:
        """Goes `by` cards down (up where negative); from nothing, to the first or the last."""
        order = [layer.id for layer in self._document.network.layers]
        at = order.index(self._current) if self._current in order else (-1 if by > 0 else len(order))
        goal = order[min(max(0, at + by), len(order) - 1)]
        if extend:
            self.extend(goal)
        else:
            self.choose(goal)

    def _put(self, layer_ids: Iterable[str]) -> None:
        wanted = set(layer_ids)
        ids = tuple(layer.id for layer in self._document.network.layers if layer.id in wanted)
        if ids != self._ids:
            self._ids = ids
            self.changed.emit()

    def _on_document_changed(self) -> None:
        known = {layer.id for layer in self._document.network.layers}
        if self._current not in known:
            self._current = ""
        self._put(self._ids)
