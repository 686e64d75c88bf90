"""A network and the shapes of its inputs -> the modules to build, in order.

Built, printed and counted from this one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.choices.losses import Loss
from engine.errors import ShapeError
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.calls import Call
from engine.layers.sharing import refused, shared
from engine.layers.wiring import ENTRY, Row, shapes_from, sources
from engine.network import Network, free_id
from engine.paths import joined
from engine.settings import TrainingSettings
from engine.shapes import Shape

LINKED: dict[str, frozenset[str]] = {
    "softmax": frozenset({"nn.Softmax", "nn.LogSoftmax"}),
    "sigmoid": frozenset({"nn.Sigmoid"}),
}
"""The last modules that a loss on logits does itself, so that training leaves them out, by its link."""

HEADS: dict[str, Call] = {
    "softmax": Call.of("nn.Softmax", dim=-1),
    "sigmoid": Call.of("nn.Sigmoid"),
    "exp": Call.of("Exp"),
}
"""What turns logits into answers, by a loss's link."""

Head = tuple[Call, ...]
AnswerForm = Literal["shares", "logarithms", "numbers"]
SHARES = frozenset({"nn.Softmax", "nn.Sigmoid"})
SAME = frozenset({"nn.Dropout", "nn.Flatten", "nn.Unflatten"})
"""Modules that leave numbers as they are, once training is over."""


@dataclass(frozen=True)
class Step:
    """One layer of a stage.

    Attributes:
        id: the layer's id, and the attribute's name in the module.
        calls: its own modules in order; none for a layer that only hands on, for a block, or where it calls another's.
        inputs: ids of the steps it reads.
        output: shape it gives, without the batch axis.
        repeats: for a block, one stage for each repeat.
        shares: id of the step whose weights it uses; "" for its own.
        weight: where that step's module holds the weights that are handed to the first of `calls`, after the inputs;
            "" where the module itself is called again.
        part_of: id of the layer it comes from, where that is another than `id`.
    """

    id: str
    calls: tuple[Call, ...]
    inputs: tuple[str, ...]
    output: Shape
    repeats: tuple[Stage, ...] = ()
    shares: str = ""
    weight: str = ""
    part_of: str = ""

    @property
    def makes(self) -> bool:
        """Whether it has a module of its own."""
        return bool(self.calls or self.repeats)

    @property
    def passes_on(self) -> bool:
        """Whether it hands on what it reads, as it is."""
        return not self.makes and not self.shares

    @property
    def arguments(self) -> int:
        """How many tensors its first module receives."""
        return len(self.inputs) + bool(self.weight)


@dataclass(frozen=True)
class Stage:
    """A list of steps between what comes in (`entries`) and what goes out (`results`): a network or one repeat of a
    block.

    Attributes:
        shapes: of each entry, without the batch axis.
    """

    entries: tuple[str, ...]
    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    results: tuple[str, ...]

    @property
    def entry(self) -> str:
        return self.entries[0]

    @property
    def shape(self) -> Shape:
        return self.shapes[0]

    @property
    def result(self) -> str:
        return self.results[0]

    @property
    def chain(self) -> bool:
        """Whether every step reads just the one before it."""
        before = self.entry
        for step in self.steps:
            if step.inputs != (before,):
                return False
            before = step.id
        return len(self.entries) == 1 and self.results == (before,)

    def owner(self, step_id: str) -> Step | None:
        """The step whose module a step calls: itself, or the one it shares with; None for an entry."""
        step = next((step for step in self.steps if step.id == step_id), None)
        return self.owner(step.shares) if step and step.shares and not step.weight else step

    @property
    def outputs(self) -> tuple[Shape, ...]:
        """The shape of each result."""
        known = {**dict(zip(self.entries, self.shapes, strict=True)), **{step.id: step.output for step in self.steps}}
        return tuple(known[name] for name in self.results)

    @property
    def output(self) -> Shape:
        return self.outputs[0]


MEASURE_BATCH = 512  # examples at once, at most: few enough for Stop to be answered within 200 ms
MEASURE_NUMBERS = 2**24  # numbers in a tensor at once, at most


@dataclass(frozen=True)
class Plan:
    """What to build.

    Attributes:
        stage: the network without its output activations, where the losses bring their own.
        heads: for each Output the activation that turns logits into answers; none where `stage` gives answers already.
        sources: for each Input the name of the part of the data that it reads.
        targets: for each Output the name of the target that it answers.
        ends: ids of the Outputs.
    """

    stage: Stage
    heads: tuple[Head, ...]
    sources: tuple[str, ...] = ("",)
    targets: tuple[str, ...] = ("",)
    ends: tuple[str, ...] = ("output",)

    @property
    def head(self) -> Head:
        return self.heads[0]

    @property
    def several(self) -> bool:
        """Whether the model gives several tensors."""
        return len(self.heads) > 1

    @property
    def measured_at_once(self) -> int:
        """Examples at once while measuring: fewer where layers give much, so that it needs no more than training."""
        return max(1, min(MEASURE_BATCH, MEASURE_NUMBERS // _widest(self.stage)))


def _widest(stage: Stage) -> int:
    """Numbers for one example in the largest tensor that a step gives, inside blocks too."""
    inside = (_widest(one) for step in stage.steps for one in step.repeats)
    return max(1, *(step.output.count for step in stage.steps), *inside) if stage.steps else 1


def plan_of(network: Network, facts: DataFacts, training: TrainingSettings) -> Plan:
    """The modules of a network for this data and these losses.

    ShapeError where a layer does not fit, or names an input or target that the data does not have.
    """
    entries, sources_, targets, losses = {}, [], [], []
    for layer in network.inputs:
        shape = facts.shape_of(layer.source)
        if shape is None:
            raise _unknown(layer, "source", layer.source, [fact.name for fact in facts.inputs])
        entries[layer.id] = shape
        sources_.append(layer.source or facts.input_name)
    for output in network.outputs:
        target = facts.target_of(output.target)
        if target is None:
            raise _unknown(output, "target", output.target, [known.name for known in facts.targets])
        targets.append(target.name)
        losses.append(_loss(training, facts, target))
    return _plan(network, entries, losses, tuple(sources_), tuple(targets))


def plan(network: Network, shape: Shape, loss: Loss) -> Plan:
    """The modules of a network whose Inputs all read samples of `shape` and whose Outputs all have one loss.

    ShapeError where a layer does not fit.
    """
    entries = {layer.id: shape for layer in network.inputs}
    names = tuple(layer.source for layer in network.inputs), tuple(layer.target for layer in network.outputs)
    return _plan(network, entries, [loss] * len(network.outputs), *names)


def answer_form(plan: Plan, output: int = 0) -> AnswerForm:
    """What `Model.forward` gives for an Output: shares of classes, their logarithms, or plain numbers."""
    head = plan.heads[output]
    last = head[-1].target if head else _last_module(plan.stage, plan.stage.results[output])
    if last == "nn.LogSoftmax":
        return "logarithms"
    return "shares" if last in SHARES else "numbers"


def _last_module(stage: Stage, name: str) -> str:
    """Target of the last module that changes numbers on the way to a result; "" where there is none."""
    steps = {step.id: step for step in stage.steps}
    while name in steps:
        step = steps[name] if steps[name].makes else stage.owner(name) or steps[name]
        changing = [call.target for call in step.calls if call.target not in SAME]
        inside = next((last for repeat in reversed(step.repeats) if (last := _last_module(repeat, repeat.result))), "")
        if changing or inside:
            return changing[-1] if changing else inside
        name = steps[name].inputs[0]
    return ""


def _loss(training: TrainingSettings, facts: DataFacts, target: Target) -> Loss:
    return training.loss_of(target, target is facts.target)[0]


def _unknown(layer: Layer, field: str, name: str, names: list[str]) -> ShapeError:
    return ShapeError(
        f"{layer.label} names {name}, which the data does not have",
        layer=layer.id,
        field=field,
        hint=f"Choose one of {', '.join(names)}",
    )


def _plan(
    network: Network,
    entries: Mapping[str, Shape],
    losses: Sequence[Loss],
    named: tuple[str, ...],
    targets: tuple[str, ...],
) -> Plan:
    rows = shapes_from(network.layers, entries)
    first, last = len(network.inputs), len(network.layers) - len(network.outputs)
    steps = _steps(network.layers, rows)[first:last]
    results = tuple(sources(network.layers, index)[0] for index in range(last, len(network.layers)))
    stage = Stage(tuple(entries), tuple(entries.values()), steps, results)
    stage, heads = without_activations(stage, [loss.link for loss in losses])
    return Plan(stage, heads, named, targets, tuple(layer.id for layer in network.outputs))


def _repeats(block: Block, read: Sequence[Shape]) -> tuple[Stage, ...]:
    """A stage for each repeat of a block. ShapeError, pinned by path ("block.dense"), where weights do not suit."""
    try:
        return tuple(_stage(block.layers, inside[0][0][0]) for inside in block.repeats(read))
    except ShapeError as error:
        if error.layer == block.id:
            raise
        path = joined(block.id, error.layer)
        raise ShapeError(error.message, layer=path, field=error.field, hint=error.hint) from error


def _stage(layers: Sequence[Layer], shape: Shape) -> Stage:
    steps = _steps(layers, shapes_from(layers, {ENTRY: shape}))
    return Stage((ENTRY,), (shape,), steps, (steps[-1].id if steps else ENTRY,))


def _steps(layers: Sequence[Layer], rows: Sequence[Row]) -> tuple[Step, ...]:
    made: dict[str, Step] = {}
    known = {layer.id: layer for layer in layers}
    for index, (layer, (read, output)) in enumerate(zip(layers, rows, strict=True)):
        names = sources(layers, index)
        calls = () if isinstance(layer, Block) else tuple(layer.build(read))
        step = Step(layer.id, calls, names, output, _repeats(layer, read) if isinstance(layer, Block) else ())
        made[layer.id] = _sharing(step, layer, known, made) if layer.shares else step
    return tuple(made.values())


def _sharing(step: Step, layer: Layer, layers: Mapping[str, Layer], made: Mapping[str, Step]) -> Step:
    """The step that uses the weights of an earlier one of its stage."""
    if layer.shares not in made:
        raise refused(
            layer, f"{layer.label} shares the weights of {layer.shares}, which is not above it", "Choose a layer above"
        )
    owner = made[layer.shares]
    found = shared(layer, layers[owner.id], step.calls, owner.calls)
    if step.repeats != owner.repeats:
        raise refused(layer, f"{layer.label} and {layers[owner.id].label} hold different layers", "Make both alike")
    return replace(step, calls=found.calls, repeats=(), shares=owner.id, weight=found.weight)


def without_activations(stage: Stage, links: Sequence[str]) -> tuple[Stage, tuple[Head, ...]]:
    """Takes the last activations off where they belong to the loss, and gives what makes answers of each result.

    Args:
        links: of the loss of each result.
    """
    pairs = list(zip(stage.results, links, strict=True))
    found = [_linked(stage, result, link) for result, link in pairs]
    heads = tuple(
        () if link == "none" else (last or HEADS[link],) for (_, link), last in zip(pairs, found, strict=True)
    )
    for result, link in pairs:
        if _linked(stage, result, link):
            stage = _peeled(stage, result, links)
    return stage, heads


def _linked(stage: Stage, result: str, link: str) -> Call | None:
    """The activation with which a step ends, where a loss of this link does it itself."""
    step = stage.owner(result)
    last = step.calls[-1] if step and step.calls else None
    return last if last and last.target in LINKED.get(link, ()) else None


def _peeled(stage: Stage, result: str, links: Sequence[str]) -> Stage:
    """The stage with the activation that ends a result's module as a step of its own, for all that still need it."""
    owner = stage.owner(result)
    assert owner is not None
    last = owner.calls[-1]
    taken = {step.id for step in stage.steps}
    ending = {step.id for step in stage.steps if step is owner or (step.shares == owner.id and not step.weight)}
    steps: list[Step] = []
    names: dict[str, str] = {}  # a step -> the one that gives its activated numbers
    for step in stage.steps:
        calls = step.calls[:-1] if step is owner else step.calls
        steps.append(replace(step, calls=calls, inputs=tuple(names.get(name, name) for name in step.inputs)))
        if step.id in ending and _needed(stage, step.id, last, links):
            names[step.id] = free_id(f"{step.id}_activation", taken)
            steps.append(Step(names[step.id], (last,), (step.id,), step.output, part_of=step.id))
    results = [
        name if last.target in LINKED.get(link, ()) else names.get(name, name)
        for name, link in zip(stage.results, links, strict=True)
    ]
    return replace(stage, steps=tuple(steps), results=tuple(results))


def _needed(stage: Stage, step_id: str, last: Call, links: Sequence[str]) -> bool:
    """Whether somebody reads a step's activated numbers: a step, or a result whose loss does not activate itself."""
    if any(step_id in step.inputs for step in stage.steps):
        return True
    ends = zip(stage.results, links, strict=True)
    return any(name == step_id and last.target not in LINKED.get(link, ()) for name, link in ends)
