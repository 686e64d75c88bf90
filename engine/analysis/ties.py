"""Layers that use the weights of another: what is left for them to build, and where it does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.analysis.shapes import Shapes
from engine.errors import ShapeError
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.calls import Call
from engine.layers.sharing import refused, shared
from engine.network import unnamed_layer
from engine.paths import joined
from engine.shapes import Shape


def own_calls(layer: Layer, layers: Sequence[Layer], known: Shapes, above: str) -> tuple[Call, ...] | ShapeError:
    """The modules that a layer which shares weights builds itself, or why it cannot share them.

    Args:
        layers: those among which it stands.
        above: path of the block that holds them; "" for the network itself.
    """
    owner = next((other for other in layers if other.id in (layer.shares, layer.id)), layer)
    path, owner_path = joined(above, layer.id), joined(above, owner.id)
    read = known.inputs.get(path)
    if owner.id == layer.id:  # it stands above the one whose weights it wants
        wanted = next((other.label for other in layers if other.id == layer.shares), layer.shares)
        return refused(
            layer, f"{layer.label} shares the weights of {wanted}, which is not above it", "Choose a layer above"
        )
    if read is None or not {path, owner_path} <= known.outputs.keys():
        return ()
    owned = known.inputs[owner_path]
    try:
        found = shared(layer, owner, _calls(layer, read), _calls(owner, owned))
    except ShapeError as error:
        return error
    if isinstance(layer, Block) and isinstance(owner, Block) and _unlike(layer, owner, read == owned):
        return refused(layer, f"{layer.label} and {owner.label} hold different layers", "Make both alike")
    return found.calls


def tie_errors(layers: Sequence[Layer], known: Shapes, above: str = "") -> Iterator[tuple[str, ShapeError]]:
    """Path and error of every layer whose shared weights do not fit."""
    for layer in layers:
        if layer.shares:
            result = own_calls(layer, layers, known, above)
            if isinstance(result, ShapeError):
                yield joined(above, layer.id), result
        yield from tie_errors(layer.inside, known, joined(above, layer.id))


def _calls(layer: Layer, read: Sequence[Shape]) -> tuple[Call, ...]:
    return () if isinstance(layer, Block) else tuple(layer.build(read))


def _unlike(one: Block, other: Block, same_read: bool) -> bool:
    held, others = ([unnamed_layer(layer) for layer in block.layers] for block in (one, other))
    return not same_read or (held, one.repeat) != (others, other.repeat)
