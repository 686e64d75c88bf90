"""A run whose database is damaged: it is put aside, and a new one made of all that can still be read.

What the old one still gives, row by row, comes first; then snapshots, which say themselves how far the run was; then
the frozen project. Notes and tags come from the list of runs beside it, where that still has them.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from engine import project as projects
from engine.errors import FileError, unwritable
from engine.record import database, index, rows, snapshots
from engine.record.database import CHUNK, DamagedError, NewerError
from engine.record.events import EpochEnd
from engine.record.files import PROJECT, RECORD, RunStatus, alone, damaged
from engine.record.rows import REPAIRED, Annotations
from engine.record.states import RunState

T = TypeVar("T")
ASIDE = f"{RECORD}.damaged"
NONSENSE = (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError, IndexError, FileError)  # in a damaged file


def repair(folder: Path) -> None:
    """Makes the run's database anew. Nothing is done where another process did it meanwhile.

    FileError where somebody trains in it, nothing can be written there, or nothing is left to make it of.
    """
    with alone(folder):
        path = folder / RECORD
        try:
            with database.reading(path) as connection:
                rows.check(connection)
                return
        except NewerError:
            raise
        except (DamagedError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            pass  # to be made anew
        except FileError:
            if path.is_file():
                raise
        source = path if path.is_file() else folder / ASIDE
        if source == path:
            _keep(path)
        with database.anew(path) as made, database.changing(made):
            _fill(made, source, folder)


def _keep(path: Path) -> None:
    """A copy of the damaged one stays beside the new one."""
    try:
        shutil.copyfile(path, path.with_name(ASIDE))
    except OSError as error:
        raise unwritable(path, error) from error


def _fill(connection: sqlite3.Connection, source: Path, folder: Path) -> None:
    left = _Salvage(source)
    infos = [info for info in snapshots.found(folder, []) if info.whole]
    said = snapshots.header(infos[-1].path) if infos else None
    status = left.status or (_of_snapshot(said) if said else None) or _of_project(folder)
    curve = rows.Curve(connection)
    curve.add(left.losses)
    curve.write()
    ends = left.epochs or (_of_losses(said, status) if said else [])
    for end in ends:
        rows.put_epoch(connection, end)
    rows.put_status(connection, replace(status, best=rows.best_of(ends)))
    rows.put_annotations(connection, left.annotations or _remembered(folder))
    for one in left.happenings:
        values = (one.step, one.kind, one.time, json.dumps(one.document))
        connection.execute("INSERT INTO event (step, kind, time, document) VALUES (?, ?, ?, ?)", values)
    for row in (*left.snapshots, *snapshots.without_row(folder, left.snapshots)):
        rows.put_snapshot(connection, row)
    missing = max(0, status.step - int(np.isfinite(left.losses).sum()))
    what = f"the losses of {missing:,} steps are lost" if missing else "nothing of it is lost"
    message = f"The record of {folder.name} was damaged and has been made anew; {what}."
    rows.put_happening(connection, status.step, REPAIRED, message=message)


class _Salvage:
    """All that a damaged database still gives; each part is empty or None where it gives nothing."""

    def __init__(self, path: Path) -> None:
        self.status: RunStatus | None = None
        self.annotations: Annotations | None = None
        self.losses = np.empty(0, np.float32)
        self.epochs: list[EpochEnd] = []
        self.happenings: list[rows.Happening] = []
        self.snapshots: list[rows.SnapshotRow] = []
        if not path.is_file():
            return
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            self.status = _tried(lambda: rows.status(connection))
            self.annotations = _tried(lambda: rows.about(connection))
            self.epochs = _each(connection, rows.EPOCHS, rows.epoch_of)
            self.happenings = _each(connection, rows.HAPPENINGS, rows.happening_of)
            self.snapshots = _each(connection, rows.SNAPSHOTS, rows.snapshot_of)
            self.losses = _losses(connection)


def _tried(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except NONSENSE:
        return None


def _each(connection: sqlite3.Connection, question: str, make: Callable[[Any], T]) -> list[T]:
    """What can be made of each row, as far as there are rows."""
    made = []
    with suppress(*NONSENSE):  # what came before stays
        for row in connection.execute(question):
            with suppress(*NONSENSE):
                made.append(make(row))
    return made


def _losses(connection: sqlite3.Connection) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Those whose checksum is right; NaN between them."""
    good: dict[int, bytes] = {}
    with suppress(*NONSENSE):  # what came before stays
        for chunk, content, crc in connection.execute("SELECT chunk, losses, crc FROM curve ORDER BY chunk"):
            if isinstance(content, bytes) and 0 <= chunk <= len(good) + 100 and zlib.crc32(content) == crc:
                good[chunk] = content
    if not good:
        return np.empty(0, np.float32)
    last = max(good)
    lost = np.full(CHUNK, np.nan, np.float32).tobytes()
    return np.frombuffer(b"".join(good.get(chunk, lost) for chunk in range(last + 1)), np.float32)


def _remembered(folder: Path) -> Annotations:
    """What the list of runs beside it still has of a person's words."""
    entry = index.load(folder.parent).get(folder.name)
    try:
        return Annotations.of(entry.document["about"]) if entry else Annotations()
    except NONSENSE:
        return Annotations()


def _of_snapshot(said: snapshots.Header) -> RunStatus:
    """As the snapshot tells: stopped there, or finished."""
    known = rows.made(RunStatus, said.status)
    over = known.total_steps and said.step >= known.total_steps
    state = RunState.FINISHED if over else RunState.STOPPED
    return replace(known, state=state, step=said.step, epoch=said.epoch, seconds=float(said.state.get("seconds", 0)))


def _of_project(folder: Path) -> RunStatus:
    try:
        project = projects.load(folder / PROJECT)
    except FileError as error:
        raise damaged(folder / RECORD) from error
    message = "Its record was lost before its first snapshot"
    return RunStatus(RunState.FAILED, folder.name, epochs=project.training.epochs, message=message)


def _of_losses(said: snapshots.Header, status: RunStatus) -> list[EpochEnd]:
    """Of each finished epoch only the loss that the schedule looks at is in a snapshot."""
    per_epoch = status.total_steps // status.epochs if status.epochs else 0
    losses = said.state.get("epoch_losses", [])
    return [EpochEnd(at, at * per_epoch, float("nan"), float(loss)) for at, loss in enumerate(losses, start=1)]
