"""Runs as they were kept before `run.db`: read as they are, taken over when they are changed.

Their status was in `run.json`, losses in `losses.f32`, a line an epoch in `epochs.jsonl`, and one snapshot beside them.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.errors import unwritable
from engine.record import database, rows, snapshots
from engine.record.events import EpochEnd
from engine.record.files import (
    OLD_EPOCHS,
    OLD_LOSSES,
    OLD_SNAPSHOT,
    OLD_STATUS,
    RECORD,
    RunStatus,
    damaged,
    snapshot_file,
)


def fill(connection: sqlite3.Connection, folder: Path) -> None:
    """Puts what the old files tell into an empty database. FileError where the status cannot be read."""
    try:
        status = rows.made(RunStatus, (folder / OLD_STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise damaged(folder / OLD_STATUS) from error
    with database.changing(connection):
        rows.put_status(connection, status)
        curve = rows.Curve(connection)
        with suppress(OSError):
            content = (folder / OLD_LOSSES).read_bytes()
            curve.add(np.frombuffer(content[: len(content) // 4 * 4], np.float32))
        curve.write()
        for end in _epochs(folder):
            rows.put_epoch(connection, end)
        rows.put_status(connection, replace(status, best=rows.best_of(rows.epochs(connection))))


def take_over(folder: Path) -> None:
    """Makes a run of today's form of it. Killed at any moment it is one or the other. Call it only while `alone`."""
    with database.anew(folder / RECORD) as made:
        fill(made, folder)
    finish(folder)


def finish(folder: Path) -> None:
    """Moves the old snapshot to where they are kept now and removes the other old files. FileError where it cannot."""
    try:
        old = folder / OLD_SNAPSHOT
        if old.is_file():
            place = snapshot_file(folder, _step_of(old))
            place.parent.mkdir(exist_ok=True)
            old.replace(place)
        for name in (OLD_LOSSES, OLD_EPOCHS, OLD_STATUS):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def _epochs(folder: Path) -> list[EpochEnd]:
    """Lines that are damaged, or were cut short by a crash, are left out."""
    try:
        lines = (folder / OLD_EPOCHS).read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError:
        return []
    found = []
    for line in lines:
        with suppress(ValueError, TypeError, AttributeError):
            found.append(rows.made(EpochEnd, json.loads(line)))
    return found


def _step_of(snapshot: Path) -> int:
    """0 where it is damaged; a damaged one is never the last that is good."""
    known = snapshots.header(snapshot)
    return known.step if known else 0
