"""Edits that cure a layer whose shapes do not fit. Each is tried on the network first; only what helps is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from engine.analysis.findings import Fix
from engine.analysis.fixes.adapters import BY_KIND, PICTURE, ROW, SEQUENCE, through
from engine.analysis.fixes.joins import Candidate, join_candidates, joined
from engine.analysis.fixes.tuning import in_words, picture_sizes, settings_that_fit
from engine.analysis.places import Place, instead, on_wire
from engine.analysis.shapes import Shapes, given, shapes
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.image.pooling import GlobalPool1d, GlobalPool2d
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten, Reshape
from engine.network import Network
from engine.paths import outermost, parent
from engine.project import Project
from engine.rewiring import at, put
from engine.shapes import Shape

MOST_FIXES = 4


def network_fix(text: str, network: Network) -> Fix:
    """A fix that puts `network` in place of the project's."""
    return Fix(text, lambda project: project.changed(network=network))


def edit_fix(text: str, path: str, edit: Callable[[Network, str], Network]) -> Fix:
    """A fix that edits the network a layer stands in, of its block if it is in one; made only when it is asked for.

    Args:
        edit: takes that network and the layer's id there.
    """

    def apply(project: Project) -> Project:
        inner, name = at(project.network, path)
        return project.changed(network=put(project.network, parent(path), edit(inner, name)))

    return Fix(text, apply)


def out_fix(label: str, path: str) -> Fix:
    """A fix that takes a layer out."""
    return edit_fix(f"Take {label} out", path, lambda network, name: network.remove({name}))


def shape_fixes(network: Network, facts: DataFacts, path: str, known: Shapes) -> tuple[Fix, ...]:
    """What makes the layer at `path` fit what it reads: first what leaves least amiss; taking it out comes last."""
    place = Place(network, path, known)
    found: list[tuple[int, str, Network]] = []
    for text, changed in _tried(place):
        after = shapes(changed, facts)
        if text not in {words for _, words, _ in found} and _helps(place, changed, after):
            found.append((len(after.errors) + _unsuited(changed, facts, after), text, changed))
    kept = sorted(found[:-1], key=lambda fix: fix[0])[:MOST_FIXES] + found[-1:]
    return tuple(network_fix(text, changed) for _, text, changed in kept)


def _tried(place: Place) -> Iterator[tuple[str, Network]]:
    """Every candidate as a whole network; those that cannot be made are left out."""
    yield from _repeated_once(place)
    candidates = _candidates(place)
    while True:
        try:
            text, inner = next(candidates)
            yield text, place.put(inner)
        except StopIteration:
            return
        except (EngineError, ValidationError):
            continue


def _helps(place: Place, changed: Network, after: Shapes) -> bool:
    order = {layer.id: index for index, layer in enumerate(changed.layers)}
    at = place.network.index(outermost(place.path))
    if place.path in after.errors:
        return False
    return place.path in after.outputs or all(order[outermost(name)] >= at for name in after.errors)


def _unsuited(network: Network, facts: DataFacts, known: Shapes) -> int:
    """How many Outputs get another shape than their target's."""
    wrong = 0
    for output in network.outputs:
        target, read = facts.target_of(output.target), known.inputs.get(output.id)
        wrong += bool(target and read and read[0].axes != target.output.axes)
    return wrong


def _candidates(place: Place) -> Iterator[Candidate]:
    layer, inner = place.layer, place.inner
    if layer.arity[0] > 1 and all(shape.values != "ids" for shape in place.read):
        yield from join_candidates(place)
        return
    if len(place.read) > layer.arity[1]:
        yield from joined(place)
        return
    yield from _words(place)
    yield from _undone(place)
    yield from _counterpart(place)
    for name, values in settings_that_fit(layer, place.read):
        yield in_words(layer, name, values[name]), inner.with_values(place.id, **values)
    yield from _arranged(place)
    if layer.kind not in ("input", "output"):
        yield f"Take {layer.label} out", inner.remove({place.id})


def _words(place: Place) -> Iterator[Candidate]:
    """Token numbers that meet a layer for real ones, and the other way round."""
    layer, inner = place.layer, place.inner
    for name, shape in zip(place.names, place.read, strict=True):
        if shape.values == "ids" and isinstance(layer, Embedding):
            yield f"Set vocabulary to {shape.vocabulary:,}", inner.with_values(place.id, vocabulary=shape.vocabulary)
        elif shape.values == "ids":
            new = Embedding(vocabulary=shape.vocabulary)
            yield "Put Embedding above", on_wire(inner, place.id, name, [new])
            pooled = (new, GlobalPool1d())
            yield "Put Embedding and Global pool above", on_wire(inner, place.id, name, pooled)
        elif isinstance(layer, Embedding):
            yield f"Take {layer.label} out", inner.remove({place.id})
            yield "Use Dense instead", instead(inner, place.id, Dense(units=layer.dimensions))


def _undone(place: Place) -> Iterator[Candidate]:
    """The layer above gave up the axes that this one needs: it returns every step, or goes."""
    for name in place.names:
        above = place.inner.layer(name)
        if "returns" in type(above).model_fields:
            yield f"Return every step in {above.label}", place.inner.with_values(name, returns="every step")
        if above.kind.startswith(("flatten", "global_pool")):
            yield f"Take {above.label} out", place.inner.remove({name})


def _counterpart(place: Place) -> Iterator[Candidate]:
    """The same for sequences or for pictures: Conv 2D for Conv 1D."""
    layer = place.layer
    for old, new in (("1d", "2d"), ("2d", "1d"), ("3d", "2d"), ("3d", "1d"), ("2d", "3d")):
        kind = BY_KIND.get(layer.kind.removesuffix(old) + new) if layer.kind.endswith(old) else None
        if kind is None:
            continue
        values = {name: getattr(layer, name) for name in kind.model_fields if hasattr(layer, name)}
        made = kind.model_validate({**values, "kind": kind.model_fields["kind"].default, "id": "", "name": ""})
        if isinstance(given(made, place.read), Shape):
            yield f"Use {kind.title} instead", instead(place.inner, place.id, made)


def _arranged(place: Place) -> Iterator[Candidate]:
    """The numbers that come in, arranged as the layer needs them."""
    for name, shape in zip(place.names, place.read, strict=True):
        fitting = not place.layer.accepts or shape.names in place.layer.accepts
        for text, chain in () if fitting else _arrangements(place.layer, shape):
            if through(chain, shape) is not None:
                yield text, on_wire(place.inner, place.id, name, chain)


def _arrangements(layer: Layer, shape: Shape) -> Iterator[tuple[str, tuple[Layer, ...]]]:
    if ROW in layer.accepts:
        yield "Put Flatten above", (Flatten(),)
        yield "Put Global pool above", (GlobalPool2d(),)
        yield "Put Global pool above", (GlobalPool1d(),)
    if SEQUENCE in layer.accepts:
        patches = BY_KIND.get("patch_embedding")
        patch = next((size for size in (4, 2, 7, 5, 3, 1) if all(axis % size == 0 for axis in shape.sizes[1:])), 1)
        if patches and shape.names == PICTURE:
            yield "Put Patch embedding above", (patches.model_validate({"kind": "patch_embedding", "patch": patch}),)
        sizes = (shape.sizes[1], shape.sizes[2] * shape.sizes[0]) if len(shape.axes) == 3 else (shape.count, 1)
        if len(shape.axes) != 3 or shape.sizes[0] == 1:
            yield f"Put Reshape to {sizes[0]:,} × {sizes[1]:,} above", (Reshape(sizes=sizes),)
    if PICTURE in layer.accepts:
        picture = (1, *shape.sizes) if len(shape.axes) == 2 else picture_sizes(shape.count)
        words = " × ".join(f"{size:,}" for size in picture)
        yield f"Put Reshape to {words} above", (Reshape(sizes=picture),)


def _repeated_once(place: Place) -> Iterator[tuple[str, Network]]:
    """For a layer inside a block that fits the first repeat only: whole networks without the others."""
    if not place.parent:
        return
    outer = Place(place.network, place.parent, place.known)
    if isinstance(outer.layer, Block) and outer.layer.repeat > 1:
        yield f"Set repeat of {outer.layer.label} to 1", outer.put(outer.inner.with_values(outer.id, repeat=1))
