"""The activations that stand last in a network, also before layers that only hand numbers on, and inside blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from engine.layers import Block
from engine.layers.activations import Activation
from engine.layers.base import Layer
from engine.layers.wiring import ENTRY, sources
from engine.network import Network

HANDS_ON = frozenset({"activation", "dropout", "flatten", "reshape"})  # layers without weights


@dataclass(frozen=True)
class Ending:
    """An activation that nothing with weights follows.

    Attributes:
        path: ids down to its layer: one for a layer of the network, more inside blocks.
        layer: the layer it is set on.
        activation: never "none".
        last: whether the output reads the layer itself and nothing else does, so that a loss can take it off.
    """

    path: tuple[str, ...]
    layer: Layer
    activation: Activation
    last: bool = False


def endings(network: Network) -> tuple[Ending, ...]:
    """The last activations of a network, from the output up."""
    source = network.reads(network.layers[-1].id)[0]
    readers = sum(source in network.reads(layer.id) for layer in network.layers)
    found, _ = _back(network.layers, source, ())
    return tuple(Ending(end.path, end.layer, end.activation, end.path == (source,) and readers == 1) for end in found)


def with_activation(network: Network, path: Sequence[str], activation: Activation) -> Network:
    """The network with the activation of the layer at `path` changed."""
    layer = network.layer(path[0])
    if len(path) == 1:
        return network.with_values(path[0], activation=activation)
    return network.with_values(path[0], layers=_changed(layer, path[1:], activation))


def can_end(layer: Layer) -> bool:
    """Whether the layer has an activation that can be left out: a recurrent layer's is part of what it is."""
    field = type(layer).model_fields.get("activation")
    return field is not None and "none" in get_args(field.annotation)


def _back(layers: Sequence[Layer], name: str, above: tuple[str, ...]) -> tuple[list[Ending], bool]:
    """What is found from `name` up, and whether nothing stood in the way up to the entry."""
    found: list[Ending] = []
    places = {layer.id: index for index, layer in enumerate(layers)}
    while name in places:
        layer = layers[places[name]]
        if isinstance(layer, Block):
            inside, through = _inside(layer, above)
            found += inside
            if not through:
                return found, False
        else:
            activation: Activation = getattr(layer, "activation", "none") if can_end(layer) else "none"
            if activation != "none":
                found.append(Ending((*above, layer.id), layer, activation))
            if layer.kind not in HANDS_ON:
                return found, False
        name = sources(layers, places[name])[0]
    return found, name == ENTRY


def _inside(block: Block, above: tuple[str, ...]) -> tuple[list[Ending], bool]:
    if not block.layers:
        return [], True
    return _back(block.layers, block.layers[-1].id, (*above, block.id))


def _changed(block: Any, path: Sequence[str], activation: Activation) -> tuple[Layer, ...]:
    """A block's layers with the one at `path` changed."""
    return tuple(
        layer
        if layer.id != path[0]
        else layer.changed(activation=activation)
        if len(path) == 1
        else layer.changed(layers=_changed(layer, path[1:], activation))
        for layer in block.layers
    )
