"""Where the next word is asked at each step, no layer may look at later steps: it would see the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.analysis.findings import Fix, Problem
from engine.analysis.fixes.cures import edit_fix, network_fix, out_fix
from engine.analysis.fixes.steps import answered_above
from engine.analysis.places import Place
from engine.analysis.problems.heads import Answer
from engine.analysis.shapes import Shapes, shapes
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.wiring import sources
from engine.network import Network
from engine.paths import joined, outermost
from engine.project import Project

ROWS_TO_STEPS = ("repeat", "reshape")  # kinds that make steps of a row, which holds all words

OVER_STEPS = ("group_norm", "instance_norm")  # kinds that compare each step with all others


def order_problems(project: Project, facts: DataFacts, answer: Answer, known: Shapes) -> Iterator[Problem]:
    """Every layer before an output, also inside blocks, that looks ahead."""
    network = project.network
    for path, layer in before(network.layers, answer.output.id):
        if not _looks_ahead(layer, path, known):
            continue
        fixes = tuple(_fixes(Place(network, path, known)))
        if layer.kind in ROWS_TO_STEPS and _breaks(fixes[0], project, facts, known):
            above = network.reads(outermost(path))[0]
            found = answered_above(network, answer.output.id, above, known, answer.target.output, answer.activation)
            fixes = (*(network_fix(text, changed) for text, changed in found), *fixes)
        message = f"{layer.label} looks at later words, so it sees the word that it shall foretell"
        yield Problem(path, message, "sees the answer", _field(layer), fixes, "sees_answer")


def _breaks(fix: Fix, project: Project, facts: DataFacts, known: Shapes) -> bool:
    """Whether more layers do not fit after it than before."""
    return len(shapes(fix.apply(project).network, facts).errors) > len(known.errors)


def ancestors(layers: Sequence[Layer], name: str) -> set[str]:
    """Ids of all that a layer reads, directly or not, and its own."""
    places = {layer.id: index for index, layer in enumerate(layers)}
    found, waiting = {name}, [name]
    while waiting:
        index = places.get(waiting.pop())
        for other in sources(layers, index) if index is not None else ():
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def before(layers: Sequence[Layer], name: str) -> Iterator[tuple[str, Layer]]:
    """Path and layer of all that a layer reads, directly or not, also inside blocks, and its own."""
    yield from _all(layers, ancestors(layers, name), "")


def _all(layers: Sequence[Layer], used: set[str], above: str) -> Iterator[tuple[str, Layer]]:
    for layer in layers:
        if layer.id not in used:
            continue
        if isinstance(layer, Block) and layer.layers:
            within = ancestors(layer.layers, layer.layers[-1].id)
            yield from _all(layer.layers, within, joined(above, layer.id))
        else:
            yield joined(above, layer.id), layer


def _looks_ahead(layer: Layer, path: str, known: Shapes) -> bool:
    if getattr(layer, "both_ways", False):
        return True
    if hasattr(layer, "causal"):
        return not layer.causal
    if layer.kind in ROWS_TO_STEPS:
        read, given = known.inputs.get(path, ()), known.outputs.get(path)
        return given is not None and bool(read) and "time" not in read[0].names and "time" in given.names
    if layer.kind in OVER_STEPS:
        read = known.inputs.get(path, ())
        return bool(read) and "time" in read[0].names
    if layer.kind == "conv1d":
        read = known.inputs.get(path, ())
        same = getattr(layer, "padding", "") == "same"
        return same and getattr(layer, "kernel", 1) > 1 and bool(read) and "time" in read[0].names
    return False


def _field(layer: Layer) -> str:
    return next((name for name in ("both_ways", "causal", "padding") if hasattr(layer, name)), "")


def _fixes(place: Place) -> Iterator[Fix]:
    layer = place.layer
    if layer.kind in ROWS_TO_STEPS:
        source = place.inner.layer(place.names[0])
        if "returns" in type(source).model_fields:
            yield edit_fix(f"Return every step in {source.label}", place.path, _every_step)
    if layer.kind in (*ROWS_TO_STEPS, *OVER_STEPS):
        yield out_fix(layer.label, place.path)
        return
    changes: dict[str, tuple[str, dict[str, object]]] = {
        "both_ways": ("Switch both ways off", {"both_ways": False}),
        "causal": ("Switch causal on", {"causal": True}),
        "padding": ("Set window to 1", {"kernel": 1}),
    }
    text, values = changes[_field(layer)]
    yield edit_fix(text, place.path, lambda network, name: network.with_values(name, **values))
    yield out_fix(layer.label, place.path)


def _every_step(network: Network, name: str) -> Network:
    """The network without the layer called `name`, where the one above it returns every step."""
    return network.with_values(network.reads(name)[0], returns="every step").remove({name})
