"""A run's folder read, whatever form its record has: today's, an older one, or one that is damaged.

Each function reads the disk anew. A damaged record is put aside and made anew from what is left, once, where nobody
trains in the folder; `repair.told` says so in one sentence, and the run's history has it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from engine.errors import FileError
from engine.record import database, legacy, repair
from engine.record import rows as entries
from engine.record import snapshots as kept
from engine.record.database import DamagedError
from engine.record.events import KnobTurned, TacticsChanged
from engine.record.files import OLD_STATUS, RECORD, RunStatus, damaged
from engine.record.snapshots import SnapshotInfo

T = TypeVar("T")


def ask(folder: Path, question: Callable[[sqlite3.Connection], T]) -> T:
    """What the run's database answers. FileError where it cannot be read and cannot be made anew."""
    try:
        return _ask(folder, question)
    except DamagedError:
        repair.repair(folder)
        return _ask(folder, question)


def check(folder: Path) -> None:
    """Reads all of the run's record, so that a damaged one is made anew before the run goes on."""
    ask(folder, entries.check)


def read_status(folder: Path) -> RunStatus:
    """How far the run in a folder is. FileError where it cannot be read."""
    return ask(folder, entries.status)


def knobs(folder: Path) -> list[KnobTurned]:
    """Changes of settings while the run went on, by step: a run that goes on replays them."""
    return ask(folder, entries.knobs)


def changes(folder: Path) -> list[TacticsChanged]:
    """Changes of how the run computed, by step: a run that goes on makes them again."""
    return ask(folder, entries.changes)


def snapshots(folder: Path) -> list[SnapshotInfo]:
    """The snapshots of a run, earliest step first; also where its record cannot be read."""
    try:
        rows = ask(folder, entries.snapshots)
    except FileError:
        rows = []
    return kept.found(folder, rows)


def _ask(folder: Path, question: Callable[[sqlite3.Connection], T]) -> T:
    try:
        with _opened(folder) as connection:
            return question(connection)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise DamagedError(f"{folder / RECORD} is missing or damaged", hint="Train the run again") from error


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / RECORD
    if path.is_file():
        with database.reading(path) as connection:
            yield connection
    elif (folder / OLD_STATUS).is_file():
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            database.lay_out(connection)
            legacy.fill(connection, folder)
            yield connection
        finally:
            connection.close()
    elif kept.found(folder, []):
        raise DamagedError(f"{path} is missing or damaged", hint="Train the run again")
    else:
        raise damaged(path)
