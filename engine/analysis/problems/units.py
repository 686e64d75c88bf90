"""Does what reaches an Output have the shape of its target?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Fix, Problem
from engine.analysis.fixes.adapters import ROW, adapters, said
from engine.analysis.fixes.cures import network_fix
from engine.analysis.fixes.joins import Candidate
from engine.analysis.fixes.steps import answered_above
from engine.analysis.places import on_wire, pinned
from engine.analysis.problems.heads import Answer, answers
from engine.analysis.shapes import Shapes, shapes
from engine.choices.losses import Loss
from engine.errors import EngineError
from engine.facts import DataFacts, Target
from engine.layers import AnyLayer
from engine.layers.core.basics import Dense
from engine.layers.shape.shaping import Flatten, Reshape
from engine.network import Network
from engine.project import Project
from engine.shapes import Shape

MOST_FIXES = 3
GIVES_UP_STEPS = ("flatten", "global_pool", "slice", "mean")  # how kinds begin that leave no steps


def unit_problems(project: Project, facts: DataFacts, answer: Answer, known: Shapes) -> Iterator[Problem]:
    """One number of a row for each class, one for a number; for values and words exactly their shape."""
    got, wanted, target = known.inputs[answer.output.id][0], answer.target.output, answer.target
    if got.axes == wanted.axes or (got.axes == (("feature", 1),) and _single(target, answer.loss)):
        return
    kind = _kind(target, got, wanted)
    network = project.network
    last = network.layer(network.reads(answer.output.id)[0])
    layer = last if kind == "units" and last.kind in ("dense", "conv1d") else answer.output
    found: list[tuple[bool, Fix]] = []
    for text, changed in _tried(network, answer, last, known):
        after = shapes(changed, facts)
        fits = after.inputs.get(answer.output.id, (got,))[0].axes == wanted.axes
        if fits and len(after.errors) <= len(known.errors) and len(found) < 2 * MOST_FIXES:
            found.append((_disturbs(network, answer, known, after), network_fix(text, changed)))
    fixes = [fix for _, fix in sorted(found, key=lambda pair: pair[0])][:MOST_FIXES]
    message, short = _said(kind, last, target, got, wanted)
    yield Problem(layer.id, message, short, "units" if kind == "units" else "", tuple(fixes), kind)


def _disturbs(network: Network, answer: Answer, known: Shapes, after: Shapes) -> bool:
    """Whether another Output would get another shape: two that read one layer would be cured against each other."""
    others = [output.id for output in network.outputs if output.id != answer.output.id]
    return any(known.inputs.get(name) != after.inputs.get(name) for name in others)


def added_fixes(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Fix]:
    """Layers with weights before the first Output."""
    for answer in answers(project, facts):
        read = known.inputs.get(answer.output.id)
        if read is None:
            return
        size, row = answer.target.output.count, () if read[0].names == ROW else (Flatten(),)
        end = Dense(units=size, activation=answer.activation)
        shape = () if answer.target.output.names == ROW else (Reshape(sizes=answer.target.output.sizes),)
        source = project.network.reads(answer.output.id)[0]
        changed = on_wire(pinned(project.network), answer.output.id, source, (*row, end, *shape))
        yield network_fix(f"Add {said((*row, end, *shape))}", changed)
        return


def _single(target: Target, loss: Loss) -> bool:
    """Whether one number is enough: for two classes with a loss on single columns."""
    return target.kind == "classes" and target.size == 2 and loss.target == "one-hot" and loss.link != "softmax"


def _kind(target: Target, got: Shape, wanted: Shape) -> str:
    if target.kind == "tokens" and "time" not in got.names:
        return "every_step"
    if got.values == "ids" or (got.names != ROW and wanted.names == ROW):
        return "not_flat"
    same = got.names == wanted.names and got.sizes[:-1] == wanted.sizes[:-1]
    return "units" if same and got.names[-1] == "feature" else "answer_shape"


def _said(kind: str, last: AnyLayer, target: Target, got: Shape, wanted: Shape) -> tuple[str, str]:
    """The problem's sentence and its few words."""
    if kind == "units":
        size = wanted.size("feature")
        what = {"classes": f"{size:,} classes", "tokens": f"{size:,} words", "values": f"{size:,} values"}
        has = f"target has {what[target.kind]}" if target.kind in what else "target is one number"
        units = got.size("feature")
        return f"{last.label} has {units:,} {'unit' if units == 1 else 'units'}, the {has}", has
    if kind == "every_step":
        steps = wanted.size("time")
        return (
            f"The next word is asked at each of {steps:,} steps, but {last.label} gives {got} for all",
            "one row only",
        )
    if kind == "not_flat":
        return f"The output needs one row of {wanted.count:,}, got {got}", f"got {got.short}, not flat"
    return f"The answer has to be {wanted}, got {got}", f"needs {wanted.short}, got {got.short}"


def _tried(network: Network, answer: Answer, last: AnyLayer, known: Shapes) -> Iterator[Candidate]:
    candidates = _candidates(network, answer, last, known)
    while True:
        try:
            yield next(candidates)
        except StopIteration:
            return
        except EngineError:
            return


def _candidates(network: Network, answer: Answer, last: AnyLayer, known: Shapes) -> Iterator[Candidate]:
    got, wanted = known.inputs[answer.output.id][0], answer.target.output
    yield from _sized(network, last, wanted)
    yield from _stepped(network, answer, last, wanted)
    source = network.reads(answer.output.id)[0]
    ends = answer.activation
    for chain in adapters(got, wanted):
        if chain and not (answer.target.kind == "tokens" and isinstance(chain[-1], Reshape)):  # it would see all words
            head, end = chain[:-1], chain[-1]
            end = end.changed(activation=ends) if isinstance(end, Dense) else end
            yield f"Add {said(chain)}", on_wire(pinned(network), answer.output.id, source, (*head, end))
    if answer.target.kind == "tokens":
        yield from answered_above(network, answer.output.id, source, known, wanted, ends)


def _sized(network: Network, last: AnyLayer, wanted: Shape) -> Iterator[Candidate]:
    """The last layer's own width."""
    for field, axis in (("units", "feature"), ("channels", "channel"), ("channels", "feature")):
        if field in type(last).model_fields and axis in wanted.names:
            size = wanted.size(axis)
            yield f"Set {field} to {size:,}", network.with_values(last.id, **{field: size})


def _stepped(network: Network, answer: Answer, last: AnyLayer, wanted: Shape) -> Iterator[Candidate]:
    """Steps kept where they are asked for, given up where they are not; with the last layer's units set, if need be."""
    steps = "time" in wanted.names
    name = last.id
    fields: list[tuple[str, dict[str, int]]] = [("", {})]
    size = wanted.size("feature") if "feature" in wanted.names else 0
    if size and getattr(last, "units", size) != size:
        fields.append((f" and set units to {size:,}", {"units": size}))
    for _ in range(len(network.layers)):
        layer = network.layer(name)
        for words, values in fields:
            returns = "every step" if steps else "last step"
            if getattr(layer, "returns", returns) != returns:
                changed = network.with_values(name, returns=returns).with_values(last.id, **values)
                yield f"Return {'every' if steps else 'the last'} step in {layer.label}{words}", changed
            elif steps and layer.kind.startswith(GIVES_UP_STEPS):
                kept = network.with_values(last.id, **values) if last.id != name else network
                yield f"Take {layer.label} out{words}", kept.remove({name})
        if layer.kind == "input":
            return
        name = network.reads(name)[0]
