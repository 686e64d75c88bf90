"""A network and the shape of its input -> the modules to build, in order.

Built, printed and counted from this one list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.choices.losses import Loss
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.calls import Call
from engine.layers.wiring import ENTRY, shapes_through, sources
from engine.network import Network
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

AnswerForm = Literal["shares", "logarithms", "numbers"]
SHARES = frozenset({"nn.Softmax", "nn.Sigmoid"})
SAME = frozenset({"nn.Dropout", "nn.Flatten", "nn.Unflatten"})
"""Modules that leave numbers as they are, once training is over."""


@dataclass(frozen=True)
class Step:
    """One layer of a stage.

    Attributes:
        id: the layer's id, and the attribute's name in the module.
        calls: its modules in order; none for a layer that only hands on, or for a block.
        inputs: ids of the steps it reads.
        output: shape it gives, without the batch axis.
        repeats: for a block, one stage for each repeat.
    """

    id: str
    calls: tuple[Call, ...]
    inputs: tuple[str, ...]
    output: Shape
    repeats: tuple[Stage, ...] = ()

    @property
    def passes_on(self) -> bool:
        return not self.calls and not self.repeats


@dataclass(frozen=True)
class Stage:
    """A list of steps between what comes in (`entry`) and what goes out (`result`): a network or one repeat of a
    block.
    """

    entry: str
    shape: Shape
    steps: tuple[Step, ...]
    result: str

    @property
    def chain(self) -> bool:
        """Whether every step reads just the one before it."""
        before = self.entry
        for step in self.steps:
            if step.inputs != (before,):
                return False
            before = step.id
        return self.result == before

    @property
    def output(self) -> Shape:
        return next((step.output for step in self.steps if step.id == self.result), self.shape)


@dataclass(frozen=True)
class Plan:
    """What to build.

    Attributes:
        stage: the network without its output activation, where the loss brings its own.
        head: the output activation that turns logits into answers; none where `stage` ends with answers already.
    """

    stage: Stage
    head: tuple[Call, ...]


def plan(network: Network, shape: Shape, loss: Loss) -> Plan:
    """The modules of a network that reads samples of `shape`. ShapeError where a layer does not fit."""
    layers = network.layers
    stage = _stage(layers, shape, entry=layers[0].id)
    result = sources(layers, len(layers) - 1)[0]
    stage = replace(stage, steps=stage.steps[1:-1], result=result)
    if loss.link == "none":
        return Plan(stage, ())
    return _without_activation(stage, loss.link)


def answer_form(plan: Plan) -> AnswerForm:
    """What `Model.forward` gives: shares of classes, their logarithms, or plain numbers (scores, counts, measures)."""
    last = plan.head[-1].target if plan.head else _last_module(plan.stage)
    if last == "nn.LogSoftmax":
        return "logarithms"
    return "shares" if last in SHARES else "numbers"


def _last_module(stage: Stage) -> str:
    """Target of the last module that changes numbers on the way to a stage's result; "" where there is none."""
    steps = {step.id: step for step in stage.steps}
    name = stage.result
    while name in steps:
        step = steps[name]
        changing = [call.target for call in step.calls if call.target not in SAME]
        inside = next((last for repeat in reversed(step.repeats) if (last := _last_module(repeat))), "")
        if changing or inside:
            return changing[-1] if changing else inside
        name = step.inputs[0]
    return ""


def _stage(layers: Sequence[Layer], shape: Shape, entry: str) -> Stage:
    rows = shapes_through(layers, shape)
    steps = []
    for index, (layer, (read, output)) in enumerate(zip(layers, rows, strict=True)):
        names = sources(layers, index)
        if isinstance(layer, Block):
            repeats = [_stage(layer.layers, inside[0][0][0], ENTRY) for inside in layer.repeats(read)]
            steps.append(Step(layer.id, (), names, output, tuple(repeats)))
        else:
            steps.append(Step(layer.id, tuple(layer.build(read)), names, output))
    return Stage(entry, shape, tuple(steps), steps[-1].id)


def _without_activation(stage: Stage, link: str) -> Plan:
    """Takes the last activation off where it is the one that belongs to the loss, and nobody else reads it."""
    head = HEADS[link]
    steps = list(stage.steps)
    index = next((number for number, step in enumerate(steps) if step.id == stage.result), -1)
    only_reader = sum(stage.result in step.inputs for step in steps) == 0
    if index >= 0 and only_reader and steps[index].calls:
        last = steps[index].calls[-1]
        if last.target in LINKED.get(link, ()):
            steps[index] = replace(steps[index], calls=steps[index].calls[:-1])
            head = last
    return Plan(replace(stage, steps=tuple(steps)), (head,))
