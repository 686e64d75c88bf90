"""A network and the measures of its data -> a report: shapes, parameters, MACs, memory, problems with fixes. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import ShapeError
from engine.facts import DataFacts
from engine.layers import AnyLayer
from engine.project import Project
from engine.shapes import Shape


@dataclass(frozen=True)
class Fix:
    """An edit that cures a problem. `text` is the button: "Set units to 2"."""

    text: str
    apply: Callable[[Project], Project]


@dataclass(frozen=True)
class Problem:
    """What keeps a project from training.

    Attributes:
        layer: id of the layer it is pinned to; "" for the data or the training settings.
        message: one plain sentence without a final stop.
        short: a few words for the card.
        field: setting it belongs to, or "".
        fixes: edits that cure it, best first.
    """

    layer: str
    message: str
    short: str = ""
    field: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class LayerReport:
    """What analysis says of one layer.

    Attributes:
        layer: its id.
        inputs: shapes it reads; empty where one is unknown.
        output: shape it gives, without the batch axis; None where it is unknown because of a problem.
        parameters: numbers training changes.
        macs: multiply-adds for one sample.
        memory: bytes while training with the project's batch size: weights, gradients, optimizer state, activations.
        source: its modules as PyTorch code, one a line.
    """

    layer: str
    inputs: tuple[Shape, ...] = ()
    output: Shape | None = None
    parameters: int = 0
    macs: int = 0
    memory: int = 0
    source: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What analysis says of a project. It can be trained where `problems` is empty."""

    layers: dict[str, LayerReport]
    problems: tuple[Problem, ...]
    parameters: int
    macs: int
    memory: int

    @property
    def trainable(self) -> bool:
        return not self.problems

    def problems_of(self, layer_id: str) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.layer == layer_id)


NO_DATA = Problem("", "No data yet: open a sample or your own file or folder", "no data")


def report(project: Project, facts: DataFacts | None) -> Report:
    """The report of a project; without facts every shape is unknown and the problem is that data is missing."""
    known: dict[str, Shape] = {}
    rows: dict[str, LayerReport] = {}
    problems: list[Problem] = [] if facts else [NO_DATA]
    for layer in project.network.layers:
        rows[layer.id] = _layer_report(project, facts, layer, known, problems)
        output = rows[layer.id].output
        if output is not None:
            known[layer.id] = output
    return Report(
        layers=rows,
        problems=tuple(problems),
        parameters=sum(row.parameters for row in rows.values()),
        macs=sum(row.macs for row in rows.values()),
        memory=sum(row.memory for row in rows.values()),
    )


def _layer_report(
    project: Project, facts: DataFacts | None, layer: AnyLayer, known: dict[str, Shape], problems: list[Problem]
) -> LayerReport:
    if layer.kind == "input":
        shape = facts.input if facts else None
        return LayerReport(layer.id, (shape,) if shape else (), shape)
    names = project.network.reads(layer.id)
    if any(name not in known for name in names):
        return LayerReport(layer.id)
    inputs = tuple(known[name] for name in names)
    try:
        output = layer.output(inputs)
    except ShapeError as error:
        problems.append(Problem(layer.id, f"{error.message}. {error.hint}" if error.hint else error.message, "shape does not fit"))
        return LayerReport(layer.id, inputs)
    return LayerReport(
        layer.id,
        inputs,
        output,
        layer.parameters(inputs),
        layer.macs(inputs, output),
        source=tuple(call.source() for call in layer.build(inputs)),
    )
