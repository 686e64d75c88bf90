"""One row of the list of runs, as read from a run's folder and as the index remembers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import FileError, unreadable
from engine.record import reading
from engine.record import rows as entries
from engine.record import snapshots as kept
from engine.record.files import RECORD_FILES, RunStatus, is_going_on
from engine.record.rows import Annotations
from engine.record.states import RunState


@dataclass(frozen=True)
class RunSummary:
    """One row of the list.

    Attributes:
        status: how far it is; `status.metrics` are the last ones, `status.best` the best ones.
        about: tags, note, star, group, parent.
        snapshots: how many there are.
        bytes: on the disk, record and snapshots.
        trouble: one sentence where its record was damaged and made anew, or cannot be read; "" else.
        going_on: some process trains in it right now.
    """

    folder: Path
    status: RunStatus
    about: Annotations = field(default_factory=Annotations)
    snapshots: int = 0
    bytes: int = 0
    trouble: str = ""
    going_on: bool = False

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def trained(self) -> bool:
        """Whether there are weights to measure or export."""
        return self.snapshots > 0

    @property
    def state(self) -> str:
        """As `status.state`, but "interrupted" for a run that was killed, and "unreadable" where nothing is known."""
        state = self.status.state
        return RunState.INTERRUPTED if state == RunState.RUNNING and not self.going_on else state

    def document(self) -> dict[str, Any]:
        """For the index: all but where it is and whether it goes on, which is looked at anew."""
        return {
            "status": vars(self.status),
            "about": vars(self.about),
            "snapshots": self.snapshots,
            "bytes": self.bytes,
            "trouble": self.trouble,
        }


def read(folder: Path) -> RunSummary:
    """Reads a run's row from its folder; state "unreadable" and its trouble where that cannot be done."""
    try:
        return _read(folder)
    except (FileError, OSError) as error:
        said = str(unreadable(error.filename or folder, error) if isinstance(error, OSError) else error)
        return RunSummary(folder, RunStatus(RunState.UNREADABLE, folder.name, message=said), trouble=said)


def _read(folder: Path) -> RunSummary:
    status, about, rows, repairs = reading.ask(
        folder,
        lambda connection: (
            entries.status(connection),
            entries.about(connection),
            entries.snapshots(connection),
            entries.repairs(connection),
        ),
    )
    infos = kept.found(folder, rows)
    size = sum(info.bytes for info in infos) + sum(_size(folder / name) for name in RECORD_FILES)
    trouble = str(repairs[-1].document.get("message", "")) if repairs else ""
    return RunSummary(folder, status, about, len(infos), size, trouble, _going_on(folder, status))


def remembered(folder: Path, document: Mapping[str, Any]) -> RunSummary:
    """A row from what the index holds. KeyError, TypeError or ValueError where that is of another form."""
    status = entries.made(RunStatus, document["status"])
    return RunSummary(
        folder,
        status,
        Annotations.of(document["about"]),
        document["snapshots"],
        document["bytes"],
        document["trouble"],
        _going_on(folder, status),
    )


def _going_on(folder: Path, status: RunStatus) -> bool:
    return status.state == RunState.RUNNING and is_going_on(folder)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
