"""What several commands begin with: a project and its data, or a run that exists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine import analysis
from engine import project as projects
from engine.analysis import Problem, Report
from engine.cli.output import complain
from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.data.settings import DataSettings
from engine.errors import EngineError, FileError
from engine.project import Project
from engine.runs.folder import RunFolder
from engine.runs.weights import named


def dataset_of(project: Project, ticket: Ticket) -> Dataset:
    """The project's data, prepared. EngineError where it has none or it cannot be read."""
    if project.data is None:
        raise EngineError("The project has no data yet", hint="Make one with: new --data FILE --out FILE")
    return load(project.data, ticket)


def snapshot_of(run: Path, asked: str | None) -> str | int:
    """The snapshot that is asked for, or the usual one, which is then said on stderr, and why it is that one."""
    snapshot, sentence = named(RunFolder(run), asked)
    if sentence:
        complain(sentence)
    return snapshot


def open_project(path: Path, ticket: Ticket, place: Path | None = None) -> tuple[Project, Dataset]:
    """A project file and its prepared data; `place` as in `located`."""
    project = located(load_project(path), place)
    return project, dataset_of(project, ticket)


def located(project: Project, place: Path | None) -> Project:
    """The project with its data where it is now.

    Args:
        place: what the person gave as --data; None: where the project says.
    Raises:
        FileError: nothing is there.
    """
    if place is not None:
        project = projects.with_data_at(project, str(place.absolute()))
    missing = projects.missing_data(project)
    if missing and place is not None:
        raise FileError(f"There is no file or folder {place}", hint="Check the name after --data")
    if missing:
        raise FileError(f"The data is not there any more, {missing}", hint="Say where it is now with --data PATH")
    return project


def load_project(path: Path) -> Project:
    """A project file. FileError where it is none."""
    try:
        return projects.load(path)
    except FileError:
        if path.suffix.lower() == projects.SUFFIX or not path.exists():
            raise
    raise FileError(
        f"{path} is not a Layerdeck project",
        hint=f"Make one of data with: new --data {path} --out NEW{projects.SUFFIX}",
    )


def need_trainable(project: Project, dataset: Dataset) -> None:
    """EngineError with the first problem where the project cannot be trained."""
    report = analysis.report(project, dataset.facts)
    if report.problems:
        first = report.problems[0]
        fix = f"Fix: {first.fixes[0].text.rstrip('.')}. " if first.fixes else ""
        raise EngineError(problem_text(report, first), hint=f"{fix}See all with: check PROJECT")


def problem_text(report: Report, problem: Problem) -> str:
    """The problem with the name of its layer in front, once; without a final stop."""
    message = problem.message.rstrip(".")
    if not problem.layer:
        return message
    label = report.label(problem.layer)
    if message.startswith(f"{label} "):
        return f"{label} ({problem.layer}){message.removeprefix(label)}"
    return f"{label} ({problem.layer}): {message}"


def need_free(out: Path, replace: bool, data: Path | None = None) -> None:
    """FileError where the file to write is the data, or is there already and shall not be replaced."""
    if not out.exists():
        return
    if out.is_dir():
        raise FileError(f"{out} is a folder", hint="Give the name of a file to write")
    if data is not None and data.exists() and data.samefile(out):
        raise FileError(f"{out} is the data file itself", hint="Give another name after --out")
    if not replace:
        raise FileError(f"{out} is there already", hint="Give another name, or --replace to write over it")


def predicting(data: DataSettings, targets: Sequence[str]) -> DataSettings:
    """The data with these columns to predict; as it is where none are named. EngineError where it has no columns."""
    if targets and data.of_files:
        raise EngineError(f"{data.path} is a folder: the target is the folder a file is in", hint="Leave --target out")
    return data.with_targets(*targets) if targets else data
