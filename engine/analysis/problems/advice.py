"""What does not keep a project from training, but could be better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from engine.analysis.findings import Fix, Problem
from engine.analysis.fixes.cures import edit_fix, out_fix
from engine.analysis.places import Place
from engine.analysis.problems.branches import read_fix
from engine.analysis.problems.limits import batch_fix
from engine.analysis.shapes import Shapes
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense
from engine.layers.wiring import sources
from engine.paths import joined
from engine.project import Project

Found = tuple[str, str]  # path and kind
IDEMPOTENT = frozenset({"relu"})


def advice(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Harmless things, each with what to do about it."""
    yield from _data(project, facts)
    for path, kind in in_layers(project.network.layers):
        place = Place(project.network, path, known)
        yield Problem(path, *_words(kind, place), "", (_fix(kind, place),), kind)


def _data(project: Project, facts: DataFacts) -> Iterator[Problem]:
    size, read = project.training.batch_size, {entry.source or facts.input_name for entry in project.network.inputs}
    if facts.train and size > facts.train:
        message = f"The batch size is {size:,}, but there are {facts.train:,} training examples"
        yield Problem("", message, "large batch", "batch_size", (batch_fix(facts.train),), "large_batch")
    missing = [name for name, count in zip(facts.target.classes, facts.class_counts, strict=False) if not count]
    if missing:
        yield Problem("", f"No example shows {', '.join(missing[:3])}", kind="class_without_examples")
    if facts.target.kind == "classes" and facts.target.size == 1:
        message = f"Every example is {facts.target.classes[0]}, so there is nothing to tell apart"
        yield Problem("", message, kind="one_class")
    if facts.validation == 0:
        yield Problem("", "No examples are kept for validation", "no validation", "split", kind="no_validation")
    for fact in facts.inputs:
        if fact.name not in read and len(facts.inputs) > 1:
            fix = read_fix(project, facts, fact.name)
            yield Problem("", f"No Input reads {fact.name}", "not read", "", (fix,) if fix else (), "part_unread")


@lru_cache(maxsize=64)
def in_layers(layers: tuple[Layer, ...]) -> tuple[Found, ...]:
    """Path and kind of what can be said from the layers alone, also inside blocks."""
    return tuple(_in_layers(layers, ""))


def _in_layers(layers: Sequence[Layer], above: str) -> Iterator[Found]:
    known = {layer.id: layer for layer in layers}
    for index, layer in enumerate(layers):
        names = () if layer.kind == "input" else sources(layers, index)
        source = known.get(names[0]) if len(names) == 1 else None
        path = joined(above, layer.id)
        if isinstance(layer, Block):
            if not layer.layers:
                yield path, "empty_block"
            yield from _in_layers(layer.layers, path)
        elif isinstance(layer, Dense) and isinstance(source, Dense) and _adds_nothing(source, layer):
            yield joined(above, source.id), "linear_stack"
        elif isinstance(layer, ActivationLayer) and getattr(source, "activation", "") == layer.activation in IDEMPOTENT:
            yield path, "activation_repeated"


def _adds_nothing(upper: Dense, lower: Dense) -> bool:
    """Whether two Dense layers are no more than one; a narrow upper one is a bottleneck, which is something."""
    return upper.activation == "none" and upper.units >= lower.units and not upper.lora_rank


def _words(kind: str, place: Place) -> tuple[str, str]:
    label = place.layer.label
    if kind == "empty_block":
        return f"{label} holds nothing", "empty"
    if kind == "linear_stack":
        inner = place.inner
        below = next(
            lower.label for lower in inner.layers if isinstance(lower, Dense) and inner.reads(lower.id) == (place.id,)
        )
        return f"{label} has no activation, so it and {below} below do what one does", "no activation"
    return f"{label} does again what the layer above has done", "done already"


def _fix(kind: str, place: Place) -> Fix:
    if kind == "linear_stack":
        return edit_fix(
            "Set activation to ReLU", place.path, lambda network, name: network.with_values(name, activation="relu")
        )
    return out_fix(place.layer.label, place.path)
