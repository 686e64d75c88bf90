"""Do the settings of training go together, and with the data?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from engine.analysis.findings import Fix, LayerReport, Problem
from engine.analysis.fixes.cures import edit_fix, out_fix
from engine.analysis.problems.causality import before
from engine.analysis.problems.heads import answers
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer, Learning
from engine.layers.learning import frozen_paths
from engine.paths import is_inside, joined, outermost
from engine.project import Project

MOVING = ("random_flip", "random_shift")  # kinds after which a picture is not where it was


def practice_problems(project: Project, rows: Mapping[str, LayerReport]) -> Iterator[Problem]:
    """What cannot be trained so: everything frozen, a precision that the device does not have."""
    frozen = set(frozen_paths(project.network.layers))
    learned = {path for path, row in rows.items() if row.parameters}
    inner = {path for path in learned if not any(is_inside(other, path) for other in learned)}
    if inner and inner <= frozen:
        message = "All layers with weights are frozen, so there is nothing to learn"
        yield Problem("", message, "all frozen", "", (_thawed(project, inner),), "all_frozen")
    training = project.training
    if training.precision == "float16" and training.device == "cpu":
        message = "16-bit floats (float16) need a CUDA graphics card, and the device is set to cpu"
        fixes = _set("Set precision to bfloat16", precision="bfloat16"), _set("Set device to auto", device="auto")
        yield Problem("", message, "float16", "precision", fixes, "half_on_cpu")


def practice_advice(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """What has no effect, or more than is meant."""
    yield from _balance(project, facts)
    training = project.training
    batches = -(-facts.train // training.batch_size)
    if 0 < batches < training.accumulate:
        message = f"Gradients of {training.accumulate:,} batches are put together, but an epoch has {batches:,}"
        fix = _set(f"Set accumulate to {batches:,}", accumulate=batches)
        yield Problem("", message, "accumulates all", "accumulate", (fix,), "accumulate_all")
    yield from _followers(project.network.layers, "")
    yield from _moved(project, facts)


def _balance(project: Project, facts: DataFacts) -> Iterator[Problem]:
    training = project.training
    alike, shuffled = _set("Weigh all alike", class_weights="equal"), _set("Shuffle only", sampling="shuffled")
    balanced = training.class_weights == "balanced", training.sampling == "balanced"
    if not any(answer.target.kind == "classes" for answer in answers(project, facts)):
        for field, fix, wanted in zip(("class_weights", "sampling"), (alike, shuffled), balanced, strict=True):
            if wanted:
                what = "weighed" if field == "class_weights" else "shown equally often"
                message = f"There are no classes that could be {what}"
                yield Problem("", message, "no classes", field, (fix,), "nothing_to_balance")
    elif all(balanced):
        message = "Rare classes are shown more often and weigh more as well: one of the two evens them out"
        yield Problem("", message, "balanced twice", "sampling", (shuffled, alike), "balanced_twice")


def _followers(layers: Sequence[Layer], above: str) -> Iterator[Problem]:
    """Layers that say how they learn, but have no weights of their own."""
    known = {layer.id: layer for layer in layers}
    for layer in layers:
        path = joined(above, layer.id)
        owner = known.get(layer.shares)
        if layer.learning != Learning() and owner is not None and owner.kind == layer.kind:
            message = f"{layer.label} learns as {owner.label} does, whose weights it uses"
            fix = edit_fix("Reset how it learns", path, lambda network, name: network.with_values(name, learning={}))
            yield Problem(path, message, "learns as another", "learning", (fix,), "follows_owner")
        if isinstance(layer, Block):
            yield from _followers(layer.layers, path)


def _moved(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """Layers that move a picture before an answer that is the picture itself; one that blanks a part is well there."""
    found: set[str] = set()
    for answer in answers(project, facts):
        if answer.target.kind != "values" or answer.target.shape not in [fact.shape for fact in facts.inputs]:
            continue
        for path, layer in before(project.network.layers, answer.output.id):
            if layer.kind in MOVING and path not in found:
                found.add(path)
                does = "flips" if layer.kind == "random_flip" else "shifts"
                message = f"{layer.label} {does} the picture, but the target stays as it was"
                fix = out_fix(layer.label, path)
                yield Problem(path, message, "target not moved", "", (fix,), "target_not_moved")


def _thawed(project: Project, paths: set[str]) -> Fix:
    """Lets the last layer with weights learn, with all inside it."""
    last = [layer for layer in project.network.layers if any(outermost(path) == layer.id for path in paths)][-1]

    def apply(project: Project) -> Project:
        layers = tuple(_thaw(one) if one.id == last.id else one for one in project.network.layers)
        return project.changed(network=project.network.changed(layers=layers))

    return Fix(f"Let {last.label} learn", apply)


def _thaw(layer: Layer) -> Layer:
    inside = {"layers": tuple(map(_thaw, layer.layers))} if isinstance(layer, Block) else {}
    return layer.changed(learning=layer.learning.changed(frozen=False), **inside)


def _set(text: str, **values: object) -> Fix:
    return Fix(text, partial(_with, values=values))


def _with(project: Project, values: Mapping[str, object]) -> Project:
    return project.changed(training=project.training.changed(**values))
