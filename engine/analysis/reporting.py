"""A project and the measures of its data -> a report: shapes, parameters, MACs, memory, problems with fixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from engine.analysis.apart import told_apart
from engine.analysis.counting import rows
from engine.analysis.findings import LayerReport, Problem, Report
from engine.analysis.problems.advice import advice
from engine.analysis.problems.answers import answer_problems
from engine.analysis.problems.augmenting import augmenting_advice, augmenting_problems
from engine.analysis.problems.branches import branch_problems
from engine.analysis.problems.limits import memory_problems, norm_problems
from engine.analysis.problems.misfits import misfit_problems, tie_problems
from engine.analysis.problems.parts import part_problems
from engine.analysis.problems.practice import practice_advice, practice_problems
from engine.analysis.problems.units import added_fixes
from engine.analysis.shapes import Shapes, shapes
from engine.data.settings import SAMPLE
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.paths import depth
from engine.project import Project

NO_DATA = Problem("", "No data yet: open a sample, or your own file or folder", "no data", kind="no_data")


def report(project: Project, facts: DataFacts | None, unread: EngineError | None = None, coming: str = "") -> Report:
    """The report of a project; without facts every shape is unknown and the problem is that data is missing.

    `unread`: why there are no facts although the project names data; None: it is being read.
    `coming`: what data is called that is read for a project without any.
    """
    apart = told_apart(project)
    project = apart.project
    known = shapes(project.network, facts)
    found = {row.layer: row for row in rows(project, known, project.training.batch_size)}
    own = [found[layer.id] for layer in project.network.layers]
    problems = _problems(project, facts, known, own, found) if facts else (_without(project, unread, coming),)
    hints = (
        (*advice(project, facts, known), *practice_advice(project, facts), *augmenting_advice(project, facts))
        if facts
        else ()
    )
    return Report(
        layers=found,
        problems=tuple(map(apart.said, problems)),
        parameters=sum(row.parameters for row in own),
        macs=sum(row.macs for row in own),
        memory=sum(row.memory for row in own),
        advice=tuple(map(apart.said, hints)),
        labels=apart.labels,
    )


def _without(project: Project, unread: EngineError | None, coming: str) -> Problem:
    """Why there are no facts."""
    if project.data is None:
        return _being_read(coming) if coming else NO_DATA
    if unread is not None:
        return Problem("", unread.message, "cannot be read", kind="unreadable")
    return _being_read(PurePath(project.data.path.removeprefix(SAMPLE)).name)


def _being_read(name: str) -> Problem:
    return Problem("", f"{name} is being read", "being read", kind="being_read")


def _problems(
    project: Project,
    facts: DataFacts,
    known: Shapes,
    own: Sequence[LayerReport],
    all_rows: Mapping[str, LayerReport],
) -> Iterator[Problem]:
    if facts.train == 0:
        yield Problem("", "The training split is empty", "no examples", "split", kind="no_examples")
    yield from misfit_problems(project, facts, known)
    yield from tie_problems(project, known)
    yield from part_problems(project, facts, known)
    yield from branch_problems(project, facts, known)
    yield from answer_problems(project, facts, known)
    yield from norm_problems(project, facts, known)
    yield from memory_problems(project, facts, sum(row.memory for row in own), lambda other: _own(other, known))
    if not known.errors and not any(row.parameters for row in own):
        message = "The network has nothing to learn: add a layer with weights, such as Dense"
        fixes = tuple(added_fixes(project, facts, known))
        yield Problem("", message, "nothing to learn", fixes=fixes, kind="nothing_to_learn")
    yield from practice_problems(project, all_rows)
    yield from augmenting_problems(project, facts)


def _own(project: Project, known: Shapes) -> list[LayerReport]:
    """Rows of the network's own layers, without what is inside of blocks."""
    return [row for row in rows(project, known, project.training.batch_size) if not depth(row.layer)]
