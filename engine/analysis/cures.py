"""Edits that cure a layer whose shapes do not fit. Each is tried on the network first; only what helps is offered."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Fix
from engine.analysis.shapes import Shapes, shapes
from engine.errors import EngineError, ShapeError
from engine.facts import DataFacts
from engine.layers import AnyLayer
from engine.layers.base import Layer
from engine.layers.pooling import GlobalPool1d, GlobalPool2d
from engine.layers.recurrent import Embedding
from engine.layers.shaping import Flatten
from engine.network import Network


def network_fix(text: str, network: Network) -> Fix:
    """A fix that puts `network` in place of the project's."""
    return Fix(text, lambda project: project.changed(network=network))


def shape_fixes(network: Network, facts: DataFacts, layer: AnyLayer, known: Shapes) -> tuple[Fix, ...]:
    """What makes the layer fit what it reads, best first; taking it out comes last."""
    fixes = []
    first = min(map(network.index, known.errors))
    for text, changed in _candidates(network, layer, known):
        after = shapes(changed, facts)
        removed = layer.id not in _ids(changed)
        if layer.id in after.outputs or (removed and all(network.index(name) >= first for name in after.errors)):
            fixes.append(network_fix(text, changed))
    return tuple(fixes)


def _candidates(network: Network, layer: AnyLayer, known: Shapes) -> Iterator[tuple[str, Network]]:
    read = known.inputs[layer.id][0]
    index = network.index(layer.id)
    if read.values == "ids" and isinstance(layer, Embedding):
        yield f"Set vocabulary to {read.vocabulary:,}", network.with_values(layer.id, vocabulary=read.vocabulary)
    if read.values == "ids":
        yield "Put Embedding above", _above(network, layer, Embedding(vocabulary=read.vocabulary))
    source = network.layer(network.reads(layer.id)[0])
    if "returns" in type(source).model_fields:
        yield f"Return every step in {source.label}", network.with_values(source.id, returns="every step")
    yield "Put Flatten above", _above(network, layer, Flatten())
    yield "Put Global pool above", _above(network, layer, GlobalPool2d())
    yield "Put Global pool above", _above(network, layer, GlobalPool1d())
    yield from _smaller_window(network, layer)
    yield from _second_input(network, layer, known)
    if layer.kind not in ("input", "output"):
        yield f"Take {layer.label} out", network.remove({network.layers[index].id})


def _smaller_window(network: Network, layer: AnyLayer) -> Iterator[tuple[str, Network]]:
    """For a window larger than what it slides over: the largest that fits."""
    for name in ("kernel", "size"):
        size = getattr(layer, name, None)
        if isinstance(size, int):
            for smaller in range(size - 1, 0, -1):
                try:
                    yield (
                        f"Set {type(layer).model_fields[name].title or name} to {smaller}".lower().capitalize(),
                        (network.with_values(layer.id, **{name: smaller})),
                    )
                except EngineError:
                    return


def _second_input(network: Network, layer: AnyLayer, known: Shapes) -> Iterator[tuple[str, Network]]:
    """For a layer that joins but reads one layer only: the nearest other that fits."""
    reads = network.reads(layer.id)
    if layer.kind not in ("add", "concatenate") or len(reads) > 1:
        return
    for other in reversed(network.layers[: network.index(layer.id)]):
        if other.id in reads or other.id not in known.outputs:
            continue
        try:
            layer.output((*known.inputs[layer.id], known.outputs[other.id]))
        except ShapeError:
            continue
        yield f"Read {other.label} too", network.with_values(layer.id, inputs=(*reads, other.id))
        return


def _above(network: Network, layer: AnyLayer, new: Layer) -> Network:
    """The network with `new` between the layer and the one it reads."""
    reads = network.reads(layer.id)
    inputs = reads if layer.inputs and len(reads) == 1 else ()
    changed, name = network.insert(new.changed(inputs=inputs), network.index(layer.id))
    return changed.with_values(layer.id, inputs=(name,)) if inputs else changed


def _ids(network: Network) -> set[str]:
    return {layer.id for layer in network.layers}
