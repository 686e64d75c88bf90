"""What each layer costs: numbers to learn, multiply-adds, memory, and its code. Looked up where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from engine.analysis.findings import LayerReport
from engine.analysis.shapes import REMEMBERED, Read, Shapes, inside_of
from engine.analysis.ties import own_calls
from engine.errors import ShapeError
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.calls import Call
from engine.memory import layer_bytes
from engine.paths import depth, joined
from engine.project import Project
from engine.shapes import Shape


def rows(project: Project, known: Shapes, batch: int) -> Iterator[LayerReport]:
    """A row for each layer of the network and, by path, of its blocks' insides; `batch` examples at once."""
    yield from _rows(project.network.layers, known, batch, project.training.optimizer.state, "")


def _rows(
    layers: Sequence[Layer], known: Shapes, batch: int, state: int, above: str, frozen: bool = False
) -> Iterator[LayerReport]:
    for layer in layers:
        still = frozen or layer.learning.frozen
        path = joined(above, layer.id)
        read, output = known.inputs.get(path, ()), known.outputs.get(path)
        if output is None or layer.kind == "input":
            yield LayerReport(path, read, output)
        else:
            own = own_calls(layer, layers, known, above) if layer.shares else None
            yield row(path, layer, read, output, batch, state, None if isinstance(own, ShapeError) else own, still)
        yield from _rows(layer.inside, known, batch, state, path, still)


@lru_cache(maxsize=REMEMBERED)
def row(
    path: str,
    layer: Layer,
    read: Read,
    output: Shape,
    batch: int,
    state: int,
    own: tuple[Call, ...] | None = None,
    frozen: bool = False,
) -> LayerReport:
    """The row of a layer that fits.

    Args:
        state: numbers that the optimizer keeps for each weight.
        own: modules whose weights are the layer's own, where it shares those of another.
        frozen: whether it, or a block around it, is frozen.
    """
    if isinstance(layer, Block):
        return _sum(path, layer, read, output, batch, state, own is None, frozen)
    calls = tuple(layer.build(read))
    learned = calls if own is None else own
    parameters = sum(call.parameters for call in learned)
    memory = layer_bytes(calls, read, output, batch, state, own, frozen).total if layer.kind != "output" else 0
    return LayerReport(
        layer=path,
        inputs=read,
        output=output,
        parameters=parameters,
        macs=layer.macs(read, output),
        memory=memory,
        source=tuple(call.source() for call in calls),
    )


def _sum(
    path: str, block: Block, read: Read, output: Shape, batch: int, state: int, own: bool, frozen: bool
) -> LayerReport:
    parameters = macs = memory = 0
    for inner in inside_of(block, read[0]).repeats:
        for part in _rows(block.layers, inner, batch, state, "", frozen):
            if not depth(part.layer):
                parameters += part.parameters if own else 0
                macs += part.macs
                memory += part.memory
    return LayerReport(path, read, output, parameters, macs, memory)
