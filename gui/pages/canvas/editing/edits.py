"""What a person can do to the stack, as edits of the document. Cards, keys, menus and buttons all call these."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtGui import QGuiApplication

from engine import clips, rewiring
from engine.analysis import Fix
from engine.errors import EngineError
from engine.layers.base import Layer
from engine.network import Network
from gui.pages.canvas.editing.verbs import split
from gui.pages.canvas.editing.wiring import WiringVerbs
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.palette.offers import EDGES, Offer
from gui.pages.canvas.paths import joined, stack_of


class Edits(WiringVerbs):
    """Adds, deletes, moves, copies and renames layers, wherever they stand."""

    def add(self, offer: Offer, at: Gap | int | None = None) -> None:
        """Adds what is offered in a gap, or at an index; by default below the chosen layer, else above Output."""
        if offer.key in EDGES:
            self.add_end(offer.key)
            return
        gap = self._gap(at)
        above = gap.reads or stack_of(self.network, gap.parent).layers[gap.index - 1].id
        layer = offer.make(self.arriving(gap.parent, above))
        self._put_in(self.tr("Add {0}").format(offer.title), [layer], gap)

    def remove(self, paths: Collection[str]) -> None:
        """Deletes layers; the one below is chosen then."""
        where = self.together(paths)
        if where is None:
            return
        parent, ids = where
        self.change(self.named(self.tr("Delete {0}"), paths), parent, lambda stack: _without(stack, ids))

    def duplicate(self, paths: Collection[str]) -> None:
        """Puts a copy below the layers and chooses it. Copies read each other as the originals do."""
        where = self.together(paths)
        if where is None:
            return
        parent, ids = where
        self.change(self.named(self.tr("Duplicate {0}"), paths), parent, lambda stack: _doubled(stack, ids))

    def move(self, paths: Collection[str], at: Gap | int) -> None:
        """Moves layers, in their order, into a gap, or so that they stand where the one at an index stands now."""
        where = self.together(paths)
        if where is None:
            return
        parent, ids = where
        gap = at if isinstance(at, Gap) else Gap(parent, at)
        text = self.named(self.tr("Move {0}"), paths)
        if gap.parent == parent and not gap.feeds:
            self.change(text, parent, lambda stack: (_moved(stack, ids, gap.index), ids))
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
        stack = stack_of(self.network, split(next(iter(paths)))[0])
        first, last = len(stack.inputs), len(stack.layers) - len(stack.outputs) - 1
        return places[0] + by >= first and places[-1] + by <= last

    def _places(self, paths: Collection[str]) -> list[int]:
        """Indexes in their stack, in order; none where they stand in several."""
        parents = {split(path)[0] for path in paths}
        if len(parents) != 1:
            return []
        stack = stack_of(self.network, parents.pop())
        return sorted(stack.index(split(path)[1]) for path in paths)

    def rename(self, path: str, name: str) -> None:
        """Another name on the card; "" shows the kind's own."""
        parent, layer_id = split(path)
        text = self.tr("Rename {0}").format(self.label(path))
        self.change(text, parent, lambda stack: (stack.with_values(layer_id, name=name.strip()), ()), chosen=False)

    def copy(self, paths: Collection[str]) -> bool:
        """Puts layers on the clipboard as text; False where there are none."""
        where = self.together(paths)
        if where is None:
            return False
        parent, ids = where
        layers = clips.cut_out(stack_of(self.network, parent), ids)
        if layers:
            QGuiApplication.clipboard().setText(clips.to_text(layers))
        return bool(layers)

    def cut(self, paths: Collection[str]) -> None:
        """Copies layers and deletes them."""
        where = self.together(paths)
        if where is not None and self.copy(paths):
            parent, ids = where
            self.change(self.named(self.tr("Cut {0}"), paths), parent, lambda stack: _without(stack, ids))

    def paste(self) -> None:
        """Puts the layers on the clipboard below the chosen one; says why where there are none."""
        try:
            layers = clips.from_text(QGuiApplication.clipboard().text())
        except EngineError as error:
            self.refused.emit(error)
            return
        what = layers[0].label if len(layers) == 1 else self.tr("{0} layers").format(len(layers))
        self._put_in(self.tr("Paste {0}").format(what), layers, self._gap(None))

    def fix(self, fix: Fix) -> None:
        """Applies what cures a problem."""
        self.document.edit(fix.text, fix.apply(self.document.project))

    def _gap(self, at: Gap | int | None) -> Gap:
        if isinstance(at, Gap):
            return at
        return self.place_gap() if at is None else Gap("", self.clamped("", at))

    def _put_in(self, text: str, layers: Sequence[Layer], gap: Gap) -> None:
        self.change(
            text, gap.parent, lambda stack: clips.put_in(stack, layers, gap.index, reads=gap.reads, feeds=gap.feeds)
        )

    def _carry(self, text: str, parent: str, ids: list[str], gap: Gap) -> None:
        """Into another block, out of one, or onto the wire of a column."""
        reads = gap.reads or stack_of(self.network, gap.parent).layers[gap.index - 1].id
        if gap.parent == parent and {reads, gap.feeds} & set(ids):
            return  # the wire is its own
        if any(f"{gap.parent}.".startswith(f"{joined(parent, block)}.") for block in ids):
            self.refused.emit(EngineError(self.tr("A block cannot stand inside itself")))
            return
        stack = stack_of(self.network, parent)
        layers = clips.cut_out(stack, ids)
        gone = sum(stack.index(one) < gap.index for one in ids) if gap.parent == parent else 0
        try:
            rest = rewiring.put(self.network, parent, stack.remove(ids))
            below = stack_of(rest, gap.parent)
            inner, added = clips.put_in(below, layers, gap.index - gone, reads=reads, feeds=gap.feeds)
            whole = rewiring.put(rest, gap.parent, inner)
        except EngineError as error:
            self.refused.emit(error)
            return
        self.document.edit(text, whole)
        self.selection.choose(*(joined(gap.parent, one) for one in added))


def _without(stack: Network, ids: Sequence[str]) -> tuple[Network, list[str]]:
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
