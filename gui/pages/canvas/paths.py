"""Paths of layers: "block.conv2d" is conv2d inside block. Where they lead, and all there are."""

from __future__ import annotations

from collections.abc import Iterator

from engine import rewiring
from engine.layers import AnyLayer, Block
from engine.network import Network


def joined(parent: str, layer_id: str) -> str:
    """The path of a layer that stands in `parent`; "" is the network itself."""
    return f"{parent}.{layer_id}" if parent else layer_id


def blocks_above(path: str) -> tuple[str, ...]:
    """Paths of the blocks that a layer stands in, outermost first."""
    parts = path.split(".")
    return tuple(".".join(parts[:end]) for end in range(1, len(parts)))


def found(network: Network, path: str) -> tuple[tuple[int, ...], AnyLayer] | None:
    """The place of a layer as indexes from the network inwards, and the layer; None where the path leads nowhere."""
    layers: tuple[AnyLayer, ...] = network.layers
    places: list[int] = []
    layer: AnyLayer | None = None
    for name in path.split("."):
        index = next((n for n, one in enumerate(layers) if one.id == name), -1)
        if index < 0:
            return None
        layer = layers[index]
        places.append(index)
        layers = layer.layers if isinstance(layer, Block) else ()
    return (tuple(places), layer) if layer is not None else None


def everything(network: Network) -> Iterator[tuple[str, AnyLayer]]:
    """Every layer with its path, top to bottom, what stands inside a block right after it."""
    yield from _inside(network.layers, "")


def _inside(layers: tuple[AnyLayer, ...], parent: str) -> Iterator[tuple[str, AnyLayer]]:
    for layer in layers:
        path = joined(parent, layer.id)
        yield path, layer
        if isinstance(layer, Block):
            yield from _inside(layer.layers, path)


def stack_of(network: Network, parent: str) -> Network:
    """The network that layers stand in: "" is the one itself, else what that block holds. KeyError for no block."""
    if not parent:
        return network
    block = rewiring.layer_at(network, parent)
    if not isinstance(block, Block):
        raise KeyError(parent)
    return rewiring.inside(block)
