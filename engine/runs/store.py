"""The list of runs: folders below one root, newest first; notes on them.

The truth of a run is in its own folder (engine/runs/folder.py); the list is read from there and remembered in an index.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile

import platformdirs

from engine.errors import FULL, FileError, unreadable, unwritable
from engine.record import database, index, legacy, reading, rows
from engine.record.files import OLD_STATUS, RECORD, alone, holds_run, is_going_on, snapshot_files
from engine.record.index import Entry
from engine.record.rows import Annotations
from engine.record.states import RunState
from engine.runs import summary
from engine.runs.summary import RunSummary

ROOT = "LAYERDECK_RUNS"  # the environment variable that says where runs go
BIN = ".bin"  # deleted runs rest here, below their root

__all__ = [
    "BIN", "ROOT", "RunSummary", "annotate", "binned", "default_root", "empty_bin", "from_bin", "latest", "make_root",
    "new_folder", "runs", "to_bin",
]  # fmt: skip


def default_root() -> Path:
    """Where the app keeps runs: the folder that the environment names, else by the platform's custom."""
    named = os.environ.get(ROOT, "")
    return Path(named) if named else platformdirs.user_data_path("Layerdeck", appauthor=False) / "runs"


def make_root(root: Path) -> None:
    """Makes the folder of the runs where it is not there. FileError where no run can be written into it."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=root):
            pass
    except OSError as error:
        found = unwritable(root, error)
        if error.errno not in FULL:
            hint = f"Make it writable, or start Layerdeck with the environment variable {ROOT} set to another folder"
            found = FileError(found.message, hint=hint)
        raise found from error


def runs(root: Path, tell: Callable[[float], None] | None = None) -> list[RunSummary]:
    """All runs below `root`, newest first; none where there is no such folder.

    A run that cannot be read is among them, with the state "unreadable" and its trouble. FileError where the root is.

    Args:
        tell: is called with the share that is done; it may raise to give up.
    """
    folders = _folders(root)
    known, changed, found = index.load(root), {}, []
    for number, folder in enumerate(folders):
        if tell is not None:
            tell(number / len(folders))
        before = index.signature(folder)  # before it is read: what changes meanwhile is read again the next time
        run = _remembered(folder, known.get(folder.name), before)
        if run is None:
            run = summary.read(folder)
            if run.status.state != RunState.UNREADABLE:
                changed[folder.name] = Entry(before, run.document())
        found.append(run)
    index.save(root, changed, set(known) - {folder.name for folder in folders})
    return sorted(found, key=lambda run: (run.status.started, run.folder.name), reverse=True)


def latest(root: Path) -> RunSummary | None:
    """The run below `root` that was saved last, without reading the others; None where there is none.

    Its snapshots tell: reading a record that a crash left, or a note, changes the record as well.
    """
    folders = _folders(root)
    return summary.read(max(folders, key=_saved)) if folders else None


def annotate(
    folder: Path,
    *,
    tags: Iterable[str] | None = None,
    note: str | None = None,
    star: bool | None = None,
    group: str | None = None,
    parent: str | None = None,
) -> Annotations:
    """Changes what a person says of a run, also while it goes on; what is None stays. Gives what is said now.

    Tags lose spaces around them and doubles. FileError where the folder cannot be written.
    """
    given = {
        "tags": None if tags is None else tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip())),
        "note": note,
        "star": star,
        "group": group,
        "parent": parent,
    }
    reading.read_status(folder)  # a damaged record is made anew first
    if (folder / OLD_STATUS).is_file() and not (folder / RECORD).is_file():
        with alone(folder):
            legacy.take_over(folder)
    path = folder / RECORD
    with closing(database.open_to_write(path)) as connection, database.asking(path), database.changing(connection):
        known = asdict(rows.about(connection))
        said = Annotations(**{**known, **{name: value for name, value in given.items() if value is not None}})
        rows.put_annotations(connection, said)
    return said


def new_folder(root: Path, name: str) -> Path:
    """A folder that does not exist yet: `spirals-1`, `spirals-2`, ... Made by the run itself."""
    stem = plain_name(name)
    taken = {path.name for path in root.iterdir()} if root.is_dir() else set()
    number = next(number for number in range(1, len(taken) + 2) if f"{stem}-{number}" not in taken)
    return root / f"{stem}-{number}"


def plain_name(name: str) -> str:
    """A name as every file system takes it: "my run (2)" is "my-run-2"."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "run"


def to_bin(folder: Path) -> Path:
    """Moves a run to the bin below its root, from where `from_bin` brings it back; gives its place there.

    FileError where it is no run, cannot be moved, or is being trained.
    """
    _need_run(folder)
    _need_quiet(folder)
    return _moved(folder, folder.parent / BIN, "to the bin")


def _need_run(folder: Path) -> None:
    """Nothing but runs is moved, and so nothing else is ever deleted with the bin."""
    if not holds_run(folder):
        raise FileError(f"{folder} holds no run", hint="Name a run of the list")


def from_bin(folder: Path) -> Path:
    """Moves a run in the bin back to its root, under its name where that is free; gives its place there.

    FileError where it is no run, or not in the bin.
    """
    _need_run(folder)
    if folder.parent.name != BIN:
        raise FileError(f"{folder.name} is not in the bin", hint="List the bin with: runs --bin")
    return _moved(folder, folder.parent.parent, "out of the bin")


def binned(root: Path) -> list[RunSummary]:
    """The runs in the bin of `root`, newest first."""
    return runs(root / BIN)


def empty_bin(root: Path) -> int:
    """Deletes what is in the bin for ever; gives how many runs that were. FileError where it cannot be deleted."""
    place = root / BIN
    count = len(_folders(place))
    try:
        if place.is_dir():
            shutil.rmtree(place)
    except OSError as error:
        raise FileError(f"The bin {place} cannot be emptied: {error.strerror}", hint="Close what uses it") from error
    return count


def _need_quiet(folder: Path) -> None:
    if is_going_on(folder):
        raise FileError(f"{folder.name} is going on", hint="Stop it first")


def _moved(folder: Path, into: Path, where: str) -> Path:
    place = into / folder.name
    if place.exists():
        place = new_folder(into, folder.name)
    try:
        into.mkdir(exist_ok=True)
        return folder.rename(place)
    except OSError as error:
        raise FileError(f"{folder.name} cannot be moved {where}: {error.strerror}") from error


def _folders(root: Path) -> list[Path]:
    """Folders of runs, also of those that cannot be looked into. FileError where the root itself cannot be."""
    try:
        inside = sorted(path for path in root.iterdir() if path.name[0] != ".")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise unreadable(root, error) from error
    return [path for path in inside if _may_hold_run(path)]


def _may_hold_run(folder: Path) -> bool:
    try:
        return holds_run(folder)
    except OSError:
        return True  # what is wrong with it is said in its row


def _saved(folder: Path) -> float:
    """When its last snapshot was written, seconds since the epoch; 0 where there is none."""
    times = [0.0]
    for path in snapshot_files(folder):
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return max(times)


def _remembered(folder: Path, entry: Entry | None, signature: str) -> RunSummary | None:
    if entry is None or not signature or entry.signature != signature:
        return None
    with suppress(KeyError, TypeError, ValueError):
        return summary.remembered(folder, entry.document)
    return None
