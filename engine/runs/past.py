"""The runs of a project, whatever it is called and wherever its file was moved.

A run records the id of its project, and the file. Runs of before there were ids have neither: they are the project's
where the window named them after its file and they were trained on the same data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.project import Origin, Project
from engine.runs.folder import RunFolder
from engine.runs.store import plain_name
from engine.runs.summary import RunSummary


@dataclass(frozen=True)
class Identity:
    """By what a project knows its runs.

    Attributes:
        id: its own.
        origins: the projects that it was saved as a copy of: their runs of before the copy are its past too.
        file: where it is now; None where no file holds it.
        data: path of its data, for runs without an id; "" for none.
    """

    id: str
    origins: tuple[Origin, ...] = ()
    file: Path | None = None
    data: str = ""

    @classmethod
    def of(cls, project: Project, file: Path | None) -> Identity:
        """Of a project with an id, as `projects.identified` gives it."""
        return cls(project.id, project.origins, file, project.data.path if project.data is not None else "")


def runs_of(runs: Iterable[RunSummary], project: Identity) -> list[RunSummary]:
    """Those that are the project's, in the order given."""
    return [run for run in runs if _is_of(run, project)]


def latest(runs: Iterable[RunSummary], project: Identity) -> list[RunSummary]:
    """Those that may be shown as its last one, best first: the newest of this very file, then those of a copy of it.

    Runs by themselves come before folds. One that is being trained is shown where it is trained.

    `runs`: newest first.
    """
    here = str(project.file.resolve()) if project.file is not None else ""
    found = [run for run in runs if not run.going_on]
    return sorted(found, key=lambda run: (bool(run.about.group), not _same_place(run, here)))


def _is_of(run: RunSummary, project: Identity) -> bool:
    status = run.status
    if not status.project:
        return _is_of_before(run, project)
    if status.project == project.id:
        return True
    return any(status.project == origin.id and status.started <= origin.until for origin in project.origins)


def _is_of_before(run: RunSummary, project: Identity) -> bool:
    """Whether a run without an id is likely the project's."""
    if project.file is None or not project.data:
        return False
    if re.sub(r"-\d+$", "", run.folder.name) != plain_name(project.file.stem):
        return False
    try:
        data = RunFolder(run.folder).project().data
    except EngineError:
        return False
    return data is not None and data.path == project.data


def _same_place(run: RunSummary, here: str) -> bool:
    """Whether the run was begun from the file, or from one that is not there any more: it was moved."""
    begun = run.status.file
    return not here or not begun or begun == here or not Path(begun).exists()
