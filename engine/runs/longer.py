"""A run that goes on for more epochs than it was begun with."""

from __future__ import annotations

from pydantic import ValidationError

from engine.errors import EngineError
from engine.project import Project
from engine.record.snapshots import LAST
from engine.record.states import is_whole
from engine.runs.folder import RunFolder


def is_over(run: RunFolder) -> bool:
    """Whether going on would do nothing, unless more epochs are asked for."""
    return is_whole(run.status().state)


def with_epochs(run: RunFolder, epochs: int, name: str | int = LAST) -> Project:
    """The run's project with another number of epochs in all, to be resumed; nothing is written.

    The loop goes on from the snapshot called `name` with a schedule over the new total. When the run begins, its
    frozen project gets the number, so that whatever happens it goes on to the same end.

    Raises:
        EngineError: where the run has trained so many epochs already, or it cannot be that many.
    """
    project, done = run.project(), run.snapshot(name).epoch
    if epochs <= done:
        count = f"{done:,} epoch{'s' if done > 1 else ''}"
        raise EngineError(f"The run has trained {count} already", field="epochs", hint=f"Ask for more than {done:,}")
    try:
        longer: Project = project.changed(training=project.training.changed(epochs=epochs))
    except ValidationError as error:
        most = error.errors()[0].get("ctx", {}).get("le", 0)
        raise EngineError(f"A run can have {most:,} epochs at most", field="epochs", hint="Ask for fewer") from error
    return longer
