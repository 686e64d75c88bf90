"""What several commands begin with: a project and its data, or a run that exists."""

from __future__ import annotations

from pathlib import Path

from engine import analysis
from engine import project as projects
from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.errors import EngineError
from engine.project import Project


def dataset_of(project: Project, ticket: Ticket) -> Dataset:
    """The project's data, prepared. EngineError where it has none or it cannot be read."""
    if project.data is None:
        raise EngineError("The project has no data yet", hint="Make one with: new --data FILE --out FILE")
    return load(project.data, ticket)


def open_project(path: Path, ticket: Ticket) -> tuple[Project, Dataset]:
    """A project file and its prepared data."""
    project = projects.load(path)
    return project, dataset_of(project, ticket)


def need_trainable(project: Project, dataset: Dataset) -> None:
    """EngineError with the first problem where the project cannot be trained."""
    problems = analysis.report(project, dataset.facts).problems
    if problems:
        first = problems[0]
        where = f"{project.network.layer(first.layer).label}: " if first.layer else ""
        raise EngineError(f"{where}{first.message}".rstrip("."), hint="See all with: check PROJECT")
