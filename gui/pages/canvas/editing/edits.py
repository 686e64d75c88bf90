"""What a person can do to the stack, as edits of the document. Cards, keys, menus and buttons all call these."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject

from engine import clips, rewiring
from engine.analysis import Fix
from engine.errors import EngineError
from engine.network import Network
from engine.paths import is_within, joined, split
from gui.document import Document
from gui.pages.canvas.editing.bench import Bench, translated, without
from gui.pages.canvas.editing.clipboard import Clipboard
from gui.pages.canvas.editing.selection import Selection
from gui.pages.canvas.editing.wiring import Wiring
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.palette.offers import EDGES, Offer


class Edits:
    """Adds, deletes, moves and renames layers, wherever they stand.

    Attributes:
        bench: the open network and its chosen layers; `document`, `selection` and `refused` are its.
        wiring: edits of who reads whom and of blocks.
        clipboard: cut, copy and paste.
    """

    def __init__(self, document: Document, selection: Selection, parent: QObject | None = None) -> None:
        bench = self.bench = Bench(document, selection, parent)
        self.document, self.selection, self.refused = document, selection, bench.refused
        self.wiring, self.clipboard = Wiring(bench), Clipboard(bench)

    @property
    def network(self) -> Network:
        """The open network."""
        return self.document.network

    def add(self, offer: Offer, at: Gap | int | None = None) -> None:
        """Adds what is offered in a gap, or at an index; by default below the chosen layer, else above Output."""
        if offer.key in EDGES:
            self.wiring.add_end(offer.key)
            return
        gap = self._gap(at)
        above = gap.reads or rewiring.stack_at(self.network, gap.parent).layers[gap.index - 1].id
        layer = offer.make(self.bench.arriving(gap.parent, above))
        self.bench.put_in(translated("Add {0}").format(offer.title), [layer], gap)

    def remove(self, paths: Collection[str]) -> None:
        """Deletes layers; the one below is chosen then."""
        where = self.bench.together(paths)
        if where is None:
            return
        parent, ids = where
        self.bench.change(self.bench.named(translated("Delete {0}"), paths), parent, lambda stack: without(stack, ids))

    def duplicate(self, paths: Collection[str]) -> None:
        """Puts a copy below the layers and chooses it. Copies read each other as the originals do."""
        where = self.bench.together(paths)
        if where is None:
            return
        parent, ids = where
        self.bench.change(
            self.bench.named(translated("Duplicate {0}"), paths), parent, lambda stack: _doubled(stack, ids)
        )

    def move(self, paths: Collection[str], at: Gap | int) -> None:
        """Moves layers, in their order, into a gap, or so that they stand where the one at an index stands now."""
        where = self.bench.together(paths)
        if where is None:
            return
        parent, ids = where
        gap = at if isinstance(at, Gap) else Gap(parent, at)
        text = self.bench.named(translated("Move {0}"), paths)
        if gap.parent == parent and not gap.feeds:
            self.bench.change(text, parent, lambda stack: (_moved(stack, ids, gap.index), ids))
        else:
            self._carry(text, parent, ids, gap)

    def step(self, paths: Collection[str], by: int) -> None:
        """Moves layers one place up (-1) or down (1)."""
        if self.can_step(paths, by):
            places = self._places(paths)
            self.move(paths, Gap(split(next(iter(paths)))[0], places[0] - 1 if by < 0 else places[-1] + 2))

    def can_step(self, paths: Collection[str], by: int) -> bool:
        """Whether there is a place further up (-1) or down (1) for layers of one stack."""
        places = self._places(paths)
        if not places:
            return False
        stack = rewiring.stack_at(self.network, split(next(iter(paths)))[0])
        first, last = len(stack.inputs), len(stack.layers) - len(stack.outputs) - 1
        return places[0] + by >= first and places[-1] + by <= last

    def _places(self, paths: Collection[str]) -> list[int]:
        """Indexes in their stack, in order; none where they stand in several."""
        parents = {split(path)[0] for path in paths}
        if len(parents) != 1:
            return []
        stack = rewiring.stack_at(self.network, parents.pop())
        return sorted(stack.index(split(path)[1]) for path in paths)

    def rename(self, path: str, name: str) -> None:
        """Another name on the card; "" shows the kind's own."""
        parent, layer_id = split(path)
        text = translated("Rename {0}").format(self.bench.label(path))
        self.bench.change(
            text, parent, lambda stack: (stack.with_values(layer_id, name=name.strip()), ()), chosen=False
        )

    def fix(self, fix: Fix) -> None:
        """Applies what cures a problem."""
        self.document.edit(fix.text, fix.apply(self.document.project))

    def _gap(self, at: Gap | int | None) -> Gap:
        if isinstance(at, Gap):
            return at
        return self.bench.place_gap() if at is None else Gap("", self.bench.clamped("", at))

    def _carry(self, text: str, parent: str, ids: list[str], gap: Gap) -> None:
        """Into another block, out of one, or onto the wire of a column."""
        reads = gap.reads or rewiring.stack_at(self.network, gap.parent).layers[gap.index - 1].id
        if gap.parent == parent and {reads, gap.feeds} & set(ids):
            return  # the wire is its own
        if any(is_within(gap.parent, joined(parent, block)) for block in ids):
            self.refused.emit(EngineError(translated("A block cannot stand inside itself")))
            return
        stack = rewiring.stack_at(self.network, parent)
        layers = clips.cut_out(stack, ids)
        gone = sum(stack.index(one) < gap.index for one in ids) if gap.parent == parent else 0
        try:
            rest = rewiring.put(self.network, parent, stack.remove(ids))
            below = rewiring.stack_at(rest, gap.parent)
            inner, added = clips.put_in(below, layers, gap.index - gone, reads=reads, feeds=gap.feeds)
            whole = rewiring.put(rest, gap.parent, inner)
        except EngineError as error:
            self.refused.emit(error)
            return
        self.document.edit(text, whole)
        self.selection.choose(*(joined(gap.parent, one) for one in added))


def _doubled(stack: Network, ids: list[str]) -> tuple[Network, Sequence[str]]:
    chosen = [layer for layer in stack.middle if layer.id in ids]
    if not chosen:
        return stack, ids
    last = stack.index(chosen[-1].id) + 1
    if len(chosen) > 1:
        return clips.put_in(stack, chosen, last)
    inputs = chosen[0].inputs if len(chosen[0].inputs) > 1 else ()
    return clips.put_in(stack, [chosen[0].changed(inputs=inputs)], last)


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
