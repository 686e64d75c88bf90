"""Where the next word is asked at each step, no layer may look at later steps: it would see the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.analysis.cures import edit_fix, out_fix
from engine.analysis.findings import Fix, Problem
from engine.analysis.places import Place
from engine.analysis.shapes import Shapes
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.wiring import sources
from engine.project import Project


def order_problems(project: Project, output: str, known: Shapes) -> Iterator[Problem]:
    """Every layer before an output, also inside blocks, that looks ahead."""
    network = project.network
    used = ancestors(network.layers, output)
    for path, layer in _all(network.layers, used, ""):
        if not _looks_ahead(layer, path, known):
            continue
        place = Place(network, path, known)
        message = f"{layer.label} looks at later words, so it sees the word that it shall foretell"
        yield Problem(path, message, "sees the answer", _field(layer), tuple(_fixes(place)), "sees_answer")


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


def _all(layers: Sequence[Layer], used: set[str], above: str) -> Iterator[tuple[str, Layer]]:
    for layer in layers:
        if layer.id not in used:
            continue
        if isinstance(layer, Block) and layer.layers:
            within = ancestors(layer.layers, layer.layers[-1].id)
            yield from _all(layer.layers, within, f"{above}{layer.id}.")
        else:
            yield above + layer.id, layer


def _looks_ahead(layer: Layer, path: str, known: Shapes) -> bool:
    if getattr(layer, "both_ways", False):
        return True
    if hasattr(layer, "causal"):
        return not layer.causal
    if layer.kind == "conv1d":
        read = known.inputs.get(path, ())
        same = getattr(layer, "padding", "") == "same"
        return same and getattr(layer, "kernel", 1) > 1 and bool(read) and "time" in read[0].names
    return False


def _field(layer: Layer) -> str:
    return next((name for name in ("both_ways", "causal", "padding") if hasattr(layer, name)), "")


def _fixes(place: Place) -> Iterator[Fix]:
    layer = place.layer
    changes: dict[str, tuple[str, dict[str, object]]] = {
        "both_ways": ("Switch both ways off", {"both_ways": False}),
        "causal": ("Switch causal on", {"causal": True}),
        "padding": ("Set window to 1", {"kernel": 1}),
    }
    text, values = changes[_field(layer)]
    yield edit_fix(text, place.path, lambda network, name: network.with_values(name, **values))
    yield out_fix(layer.label, place.path)
