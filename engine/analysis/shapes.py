"""The shape after each layer of a network and inside its blocks, and where it stops fitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.errors import ShapeError
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.wiring import ENTRY, sources
from engine.network import Network
from engine.paths import joined
from engine.shapes import Shape

Read = tuple[Shape, ...]
REMEMBERED = 16_384  # results: an edit changes few layers, and all others are looked up


@dataclass(frozen=True)
class Shapes:
    """By path: shapes read, shape given, or the error in its place. A layer below an error is in none of them.

    Inside a block these are of its first repeat, or of the first that does not fit.
    """

    inputs: dict[str, Read] = field(default_factory=dict)
    outputs: dict[str, Shape] = field(default_factory=dict)
    errors: dict[str, ShapeError] = field(default_factory=dict)


@dataclass(frozen=True)
class Inside:
    """What a block makes of a shape.

    Attributes:
        repeats: for each repeat that could be followed, what its layers read and give, by id.
        output: what the block gives; None where a layer does not fit.
        number: the repeat, from 1, in which one does not.
    """

    repeats: tuple[Shapes, ...]
    output: Shape | None
    number: int = 0


def shapes(network: Network, facts: DataFacts | None) -> Shapes:
    """Shapes of every layer that can be known; without facts, none."""
    if facts is None:
        return Shapes()
    entries = {layer.id: facts.shape_of(layer.source) for layer in network.inputs}
    known = {name: shape for name, shape in entries.items() if shape is not None}
    return _follow(network.layers, known)


@lru_cache(maxsize=REMEMBERED)
def given(layer: Layer, read: Read) -> Shape | ShapeError:
    """The shape that a layer gives, or the error in its place."""
    try:
        return layer.output(read)
    except ShapeError as error:
        return error.with_traceback(None)  # kept for long: no frames with it


@lru_cache(maxsize=REMEMBERED)
def inside_of(block: Block, entry: Shape) -> Inside:
    """The inside of a block, repeat by repeat; of many that read and give one shape, the first stands for the rest."""
    found: list[Shapes] = []
    shape = entry
    for number in range(1, block.repeat + 1 if block.layers else 1):
        inner = _follow(block.layers, {ENTRY: shape})
        found.append(inner)
        after = inner.outputs.get(block.layers[-1].id)
        if after is None or inner.errors:
            return Inside(tuple(found), None, number)
        if after == shape:
            found += [inner] * (block.repeat - number)
            break
        shape = after
    return Inside(tuple(found), shape)


def _follow(layers: Sequence[Layer], entries: dict[str, Shape]) -> Shapes:
    found = Shapes()
    known = dict(entries)
    for index, layer in enumerate(layers):
        names = (layer.id,) if layer.kind == "input" else sources(layers, index)
        if any(name not in known for name in names):
            continue
        read = tuple(known[name] for name in names)
        found.inputs[layer.id] = read
        shape = _block(found, layer, read) if isinstance(layer, Block) else _plain(found, layer, read)
        if shape is not None:
            found.outputs[layer.id] = known[layer.id] = shape
    return found


def _plain(found: Shapes, layer: Layer, read: Read) -> Shape | None:
    result = given(layer, read)
    if isinstance(result, Shape):
        return result
    found.errors[layer.id] = result
    return None


def _block(found: Shapes, block: Block, read: Read) -> Shape | None:
    """Puts the inside of a block into `found` by paths, and gives what the block gives."""
    if len(read) != 1:
        return _plain(found, block, read)
    result = inside_of(block, read[0])
    shown = result.repeats[result.number - 1 if result.number else 0] if result.repeats else Shapes()
    for name, shapes_read in shown.inputs.items():
        found.inputs[joined(block.id, name)] = shapes_read
    for name, shape in shown.outputs.items():
        found.outputs[joined(block.id, name)] = shape
    for name, error in shown.errors.items():
        found.errors[joined(block.id, name)] = error
    return result.output
