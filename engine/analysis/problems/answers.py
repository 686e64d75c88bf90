"""Does what the network gives suit its targets, losses and metrics? Problems of each Output, with fixes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Problem
from engine.analysis.problems.activations import ending_problems
from engine.analysis.problems.causality import order_problems
from engine.analysis.problems.heads import answers
from engine.analysis.problems.losses import loss_problems, metric_problems
from engine.analysis.problems.units import unit_problems
from engine.analysis.shapes import Shapes
from engine.facts import DataFacts
from engine.project import Project


def answer_problems(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Problems of outputs, losses and metrics, in the order in which they should be cured."""
    yield from metric_problems(project, facts)
    for answer in answers(project, facts):
        unsuited = tuple(loss_problems(answer))
        yield from unsuited
        if answer.output.id not in known.inputs:
            continue
        units = tuple(unit_problems(project, facts, answer, known))
        yield from units
        if not unsuited and not any(problem.kind in ("not_flat", "answer_shape", "every_step") for problem in units):
            yield from ending_problems(project, answer)  # the right activation follows from the loss
        if answer.target.kind == "tokens" and not units:
            yield from order_problems(project, facts, answer, known)
