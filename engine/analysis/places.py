"""Where a layer stands, inside blocks or not, and edits of that place: a layer on a wire, another in its stead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.analysis.shapes import Read, Shapes
from engine.layers import AnyLayer
from engine.layers.base import Layer
from engine.layers.wiring import ENTRY
from engine.network import Network
from engine.paths import joined, parent, split
from engine.rewiring import at, layer_at, put
from engine.shapes import Shape


@dataclass(frozen=True)
class Place:
    """A layer whose problem is to be cured.

    Attributes:
        network: the whole.
        path: of the layer.
        known: shapes of the whole.
    """

    network: Network
    path: str
    known: Shapes

    @property
    def parent(self) -> str:
        return parent(self.path)

    @property
    def id(self) -> str:
        return split(self.path)[1]

    @property
    def inner(self) -> Network:
        """The network the layer stands in: of its block, where it is in one."""
        return at(self.network, self.path)[0]

    @property
    def layer(self) -> AnyLayer:
        return layer_at(self.network, self.path)

    @property
    def read(self) -> Read:
        """Shapes that reach it."""
        return self.known.inputs.get(self.path, ())

    @property
    def names(self) -> tuple[str, ...]:
        """Ids that it reads, in its inner network."""
        return self.inner.reads(self.id)

    def shape_of(self, name: str) -> Shape | None:
        """What a layer of the inner network gives; None where that is unknown."""
        if self.parent and name == ENTRY:
            return self._entry()
        return self.known.outputs.get(joined(self.parent, name))

    def put(self, inner: Network) -> Network:
        """The whole with the inner network changed."""
        return put(self.network, self.parent, inner)

    def _entry(self) -> Shape | None:
        """What comes into the block: what any layer that reads it reads."""
        for layer in self.inner.middle:
            names = self.inner.reads(layer.id)
            read = self.known.inputs.get(joined(self.parent, layer.id), ())
            if ENTRY in names and len(read) == len(names):
                return read[names.index(ENTRY)]
        return None


def on_wire(network: Network, layer_id: str, source: str, new: Sequence[Layer]) -> Network:
    """The network with `new`, top to bottom, between a layer and one that it reads; other readers stay as they are."""
    reads, index = network.reads(layer_id), network.index(layer_id)
    plain = not network.layer(layer_id).inputs
    before = source
    for layer in new:
        network, name = network.insert(layer.changed(inputs=() if plain else (before,)), index)
        index, before = index + 1, name
    if plain:
        return network
    return network.with_values(layer_id, inputs=tuple(before if name == source else name for name in reads))


def instead(network: Network, layer_id: str, new: Layer) -> Network:
    """The network with `new` in a layer's place; its readers read `new`."""
    layer = network.layer(layer_id)
    changed, _ = network.insert(
        new.changed(inputs=network.reads(layer_id) if layer.inputs else ()), network.index(layer_id)
    )
    return changed.remove({layer_id})


def pinned(network: Network) -> Network:
    """The network in which each of several Outputs names what it reads, so that a new last layer is not read by all."""
    for output in network.outputs if len(network.outputs) > 1 else ():
        if not output.inputs:
            network = network.with_values(output.id, inputs=network.reads(output.id))
    return network
