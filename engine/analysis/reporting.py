"""A project and the measures of its data -> a report: shapes, parameters, MACs, memory, problems with fixes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.answers import answer_problems
from engine.analysis.cures import shape_fixes
from engine.analysis.findings import LayerReport, Problem, Report
from engine.analysis.limits import memory_problems, norm_problems
from engine.analysis.shapes import Shapes, shapes
from engine.facts import DataFacts
from engine.layers import AnyLayer
from engine.project import Project

NO_DATA = Problem("", "No data yet: open a sample, or your own file or folder", "no data")
BYTES = 4  # of a float32


def report(project: Project, facts: DataFacts | None) -> Report:
    """The report of a project; without facts every shape is unknown and the problem is that data is missing."""
    known = shapes(project.network, facts)
    rows = {row.layer: row for row in _rows(project, known)}
    parameters = sum(row.parameters for row in rows.values())
    memory = sum(row.memory for row in rows.values())
    problems = tuple(_problems(project, facts, known, parameters, memory)) if facts else (NO_DATA,)
    return Report(
        layers=rows,
        problems=problems,
        parameters=parameters,
        macs=sum(row.macs for row in rows.values()),
        memory=memory,
    )


def _problems(project: Project, facts: DataFacts, known: Shapes, parameters: int, memory: int) -> Iterator[Problem]:
    if facts.train == 0:
        yield Problem("", "The training split is empty", "no examples", "split")
    for layer_id, error in known.errors.items():
        layer = project.network.layer(layer_id)
        fixes = shape_fixes(project.network, facts, layer, known)
        message = error.message if fixes or not error.hint else f"{error.message}. {error.hint}"
        yield Problem(layer_id, message, _short(error.message, layer.label), error.field, fixes)
    yield from answer_problems(project, facts, known)
    yield from norm_problems(project, facts, known)
    yield from memory_problems(project, facts, memory, lambda changed: _rows(changed, known))
    if not known.errors and parameters == 0:
        yield Problem(
            "", "The network has nothing to learn: add a layer with weights, such as Dense", "nothing to learn"
        )


def _rows(project: Project, known: Shapes) -> list[LayerReport]:
    return [_row(project, layer, known) for layer in project.network.layers]


def _row(project: Project, layer: AnyLayer, known: Shapes) -> LayerReport:
    inputs, output = known.inputs.get(layer.id, ()), known.outputs.get(layer.id)
    if output is None or layer.kind == "input":
        return LayerReport(layer.id, inputs, output)
    calls = tuple(layer.build(inputs))
    parameters = layer.parameters(inputs)
    training = project.training
    weights = parameters * (2 + training.optimizer.state)  # the weights, their gradients, the optimizer's own
    activations = output.count * max(1, len(calls)) * training.batch_size if layer.kind != "output" else 0
    return LayerReport(
        layer=layer.id,
        inputs=inputs,
        output=output,
        parameters=parameters,
        macs=layer.macs(inputs, output),
        memory=BYTES * (weights + activations),
        source=tuple(call.source() for call in calls),
    )


def _short(message: str, label: str) -> str:
    return message.removeprefix(f"{label} ") if len(message) < 60 else "shape does not fit"
