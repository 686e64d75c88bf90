"""`suit`: a project for other data, or another column to predict, with a network that fits."""

from __future__ import annotations

from argparse import Namespace

from engine import analysis
from engine import project as projects
from engine.cli.opening import dataset_of, load_project, need_free, predicting, problem_text
from engine.cli.output import complain, say, say_notes, say_task, telling
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.sources import propose
from engine.errors import DataError, EngineError
from engine.facts import DataFacts
from engine.project import Project
from engine.suiting import refit


def run(options: Namespace) -> int:
    """Writes the project; 1 where problems are left that have no cure."""
    project = load_project(options.project)
    out = options.out or options.project
    if out != options.project:
        need_free(out, options.replace, options.data)
    with telling() as ticket:
        data = propose(options.data.absolute(), ticket) if options.data else project.data
        if data is None:
            raise EngineError("The project has no data yet", hint="Name some with --data FILE")
        dataset = load(predicting(data, options.target), ticket)
        known = _known(project, ticket)
    suited = refit(project, known, predicting(data, options.target), dataset.facts)
    projects.save(suited, out)
    say(f"{out} is written")
    say_task(dataset.facts)
    say_notes(dataset.facts)
    report = analysis.report(suited, dataset.facts)
    for problem in report.problems:
        complain(f"Problem: {problem_text(report, problem)}.")
    return 1 if report.problems else 0


def _known(project: Project, ticket: Ticket) -> DataFacts | None:
    """What is known of the data that the project has now; None where it has none, or it is not there any more."""
    try:
        return dataset_of(project, ticket).facts if project.data else None
    except DataError:
        return None
