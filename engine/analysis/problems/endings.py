"""The layers that stand last before an output, also inside blocks: activations, and what disturbs answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from engine.layers import Block
from engine.layers.activations import Activation
from engine.layers.base import Layer
from engine.layers.wiring import ENTRY, sources
from engine.network import Network
from engine.paths import joined

DROPS = frozenset(
    {"dropout", "spatial_dropout", "alpha_dropout", "noise", "random_flip", "random_shift", "cutout"}
)  # they disturb at random
HANDS_ON = DROPS | {"activation", "flatten", "reshape", "permute"}  # layers without weights


@dataclass(frozen=True)
class Ending:
    """A layer that nothing with weights follows.

    Attributes:
        path: of the layer, through its blocks.
        layer: an activation or a layer that has one, or one that disturbs numbers.
        activation: "none" for one that disturbs numbers.
        last: whether the output reads the layer itself and nothing else does, so that a loss can take it off.
    """

    path: str
    layer: Layer
    activation: Activation
    last: bool = False

    @property
    def drops(self) -> bool:
        """Whether it disturbs numbers at random."""
        return self.layer.kind in DROPS


def endings(network: Network, output: str) -> tuple[Ending, ...]:
    """The last activations and dropouts before an output, from the output up."""
    source = network.reads(output)[0]
    readers = sum(source in network.reads(layer.id) for layer in network.layers)
    found, _ = _back(network.layers, source, "")
    return tuple(Ending(end.path, end.layer, end.activation, end.path == source and readers == 1) for end in found)


def can_end(layer: Layer) -> bool:
    """Whether the layer has an activation that can be left out: a recurrent layer's is part of what it is."""
    field = type(layer).model_fields.get("activation")
    return field is not None and "none" in get_args(field.annotation)


def _back(layers: Sequence[Layer], name: str, above: str) -> tuple[list[Ending], bool]:
    """What is found from `name` up, and whether nothing stood in the way up to the entry."""
    found: list[Ending] = []
    places = {layer.id: index for index, layer in enumerate(layers)}
    while name in places:
        layer = layers[places[name]]
        if layer.kind == "input":
            return found, True
        if isinstance(layer, Block):
            inside, through = _inside(layer, above)
            found += inside
            if not through:
                return found, False
        else:
            activation: Activation = getattr(layer, "activation", "none") if can_end(layer) else "none"
            if activation != "none" or layer.kind in DROPS:
                found.append(Ending(joined(above, layer.id), layer, activation))
            if layer.kind not in HANDS_ON:
                return found, False
        name = sources(layers, places[name])[0]
    return found, name == ENTRY


def _inside(block: Block, above: str) -> tuple[list[Ending], bool]:
    if not block.layers:
        return [], True
    return _back(block.layers, block.layers[-1].id, joined(above, block.id))
