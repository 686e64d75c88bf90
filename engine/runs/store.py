"""The list of runs: folders below one root, newest first. Torch-free."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.errors import FileError
from engine.training.files import STATUS, RunStatus, read_status

BIN = ".bin"  # deleted runs rest here


@dataclass(frozen=True)
class RunSummary:
    """One row of the list."""

    folder: Path
    status: RunStatus


def default_root() -> Path:
    """Where the app keeps runs, by the platform's custom."""
    return platformdirs.user_data_path("Layerdeck", appauthor=False) / "runs"


def runs(root: Path) -> list[RunSummary]:
    """All readable runs below `root`, newest first; none where there is no such folder."""
    found = []
    for path in sorted(root.glob(f"*/{STATUS}")):
        try:
            found.append(RunSummary(path.parent, read_status(path.parent)))
        except FileError:
            continue  # a run that was being written when the machine stopped; its folder stays
    return sorted(found, key=lambda run: (run.status.started, run.folder.name), reverse=True)


def new_folder(root: Path, name: str) -> Path:
    """A folder that does not exist yet: `spirals-1`, `spirals-2`, ... Made by the run itself."""
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "run"
    taken = {path.name for path in root.iterdir()} if root.is_dir() else set()
    number = next(number for number in range(1, len(taken) + 2) if f"{stem}-{number}" not in taken)
    return root / f"{stem}-{number}"


def to_bin(folder: Path) -> Path:
    """Moves a run to the bin beside it, from where it can be moved back. FileError where it cannot be moved."""
    place = new_folder(folder.parent / BIN, folder.name)
    try:
        place.parent.mkdir(exist_ok=True)
        return folder.rename(place)
    except OSError as error:
        raise FileError(f"{folder.name} cannot be moved to the bin: {error.strerror}") from error
