"""`train`: a project -> a new run."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from pydantic import ValidationError

from engine import project as projects
from engine.cli.augmenting import augmented
from engine.cli.opening import dataset_of, load_project, located, need_trainable
from engine.cli.output import complain_notes, telling
from engine.cli.training import train_here
from engine.cli.usage import UsageError
from engine.errors import FileError
from engine.project import Project
from engine.record.files import alone, holds_run, remove_run
from engine.record.request import TrainingRequest


def run(options: Namespace) -> int:
    """Trains the project into the folder."""
    project = located(_overruled(load_project(options.project), options), options.data)
    project = projects.identified(augmented(project, options.augment), options.project)
    _need_free(options.out, options.replace)
    with telling(options.json) as ticket:
        dataset = dataset_of(project, ticket)
    need_trainable(project, dataset)
    complain_notes(dataset.facts)
    if options.replace:
        _remove(options.out)
    return train_here(
        TrainingRequest(project, dataset, options.out.absolute(), file=options.project), json_lines=options.json
    )


def _overruled(project: Project, options: Namespace) -> Project:
    given = {name: getattr(options, name) for name in ("epochs", "seed", "threads")}
    values = {name: value for name, value in given.items() if value is not None}
    try:
        changed: Project = project.changed(training=project.training.changed(**values))
    except ValidationError as error:
        first = error.errors()[0]
        limit = first.get("ctx", {}).get("le", "what is allowed")
        raise UsageError(f"--{first['loc'][0]} takes a whole number up to {limit}") from error
    return changed


def _need_free(folder: Path, replace: bool) -> None:
    if holds_run(folder) and not replace:
        raise FileError(
            f"{folder} holds a run already",
            hint=f"Choose another folder, give --replace, or go on with: resume {folder}",
        )


def _remove(folder: Path) -> None:
    """Deletes the run's own files; whatever else is in the folder stays. BusyError where it is going on."""
    if not holds_run(folder):
        return
    with alone(folder):
        try:
            remove_run(folder)
        except OSError as error:
            raise FileError(f"{folder} cannot be deleted: {error.strerror}", hint="Choose another folder") from error
