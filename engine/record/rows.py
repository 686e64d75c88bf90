"""What a run's database holds, as values: read with the first half of this file, written with the second.

Every function takes an open connection (engine/record/database.py); documents are JSON, losses float32.
"""

from __future__ import annotations

import json
import math
import sqlite3
import zlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from engine.choices.metrics import METRICS
from engine.record.database import CHUNK, DamagedError
from engine.record.events import EpochEnd, KnobTurned, TacticsChanged
from engine.record.execution import Tactics
from engine.record.files import RunStatus

T = TypeVar("T", RunStatus, EpochEnd)
STARTED, PAUSED, RESUMED, KNOB, TACTICS = "started", "paused", "resumed", "knob", "tactics"
NOTED, REPAIRED = "noted", "repaired"
REPEATED = KNOB, TACTICS  # at the same steps where a run goes on

EPOCHS = "SELECT document FROM epoch ORDER BY epoch"
HAPPENINGS = "SELECT step, kind, time, document FROM event ORDER BY id"
SNAPSHOTS = "SELECT step, epoch, loss, names, file, bytes, digest FROM snapshot ORDER BY step"


@dataclass(frozen=True)
class Annotations:
    """What a person says of a run.

    Attributes:
        tags: short words, in order, none twice.
        group: name that runs which belong together share; "" for none.
        parent: name of the run this one was made from; "" for none.
    """

    tags: tuple[str, ...] = ()
    note: str = ""
    star: bool = False
    group: str = ""
    parent: str = ""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Annotations:
        """From their JSON. TypeError, ValueError or KeyError where that is of another form."""
        return cls(**{**document, "tags": tuple(document["tags"])})


@dataclass(frozen=True)
class Happening:
    """One line of a run's history.

    Attributes:
        kind: STARTED, PAUSED, RESUMED, KNOB, TACTICS, NOTED, REPAIRED, or the state that the run ended in.
        time: UTC, ISO 8601.
        document: the event's other values.
    """

    step: int
    kind: str
    time: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class SnapshotRow:
    """What is known of a snapshot's file.

    Attributes:
        epoch: finished ones.
        loss: what told how good it was; None where nothing did.
        names: "best" and "kept", where it is; "last" is the one with the highest step.
        file: relative to the run's folder.
        digest: of its content, as it also says itself; "" where none was made.
    """

    step: int
    epoch: int
    loss: float | None
    names: tuple[str, ...]
    file: str
    bytes: int
    digest: str = ""


def status(connection: sqlite3.Connection) -> RunStatus:
    """How far the run is."""
    return made(RunStatus, _only(connection, "SELECT status FROM run"))


def about(connection: sqlite3.Connection) -> Annotations:
    """What a person said of the run."""
    row = connection.execute('SELECT tags, note, star, "group", parent FROM run').fetchone()
    if row is None:
        raise DamagedError("The record of a run is empty", hint="Train the run again")
    return Annotations(tuple(json.loads(row[0])), row[1], bool(row[2]), row[3], row[4])


def losses(connection: sqlite3.Connection) -> NDArray[np.float32]:
    """Training loss of every step, (steps,) float32; NaN where a step's loss was lost. DamagedError by its checksum."""
    rows = connection.execute("SELECT chunk, losses, crc FROM curve ORDER BY chunk")
    parts = []
    for place, (chunk, content, crc) in enumerate(rows):
        if chunk != place or zlib.crc32(content) != crc:
            raise DamagedError("The curve of a run is damaged", hint="Train the run again")
        parts.append(content)
    return np.frombuffer(b"".join(parts), np.float32)


def epochs(connection: sqlite3.Connection) -> list[EpochEnd]:
    """What was measured at the end of each epoch."""
    return [epoch_of(row) for row in connection.execute(EPOCHS).fetchall()]


def epoch_of(row: Any) -> EpochEnd:
    """A row of EPOCHS."""
    return made(EpochEnd, row[0])


def happenings(connection: sqlite3.Connection, kind: str = "") -> list[Happening]:
    """The run's history, or what is of one kind in it, in the order in which it happened."""
    found = [happening_of(row) for row in connection.execute(HAPPENINGS).fetchall()]
    return [one for one in found if kind in ("", one.kind)]


def happening_of(row: Any) -> Happening:
    """A row of HAPPENINGS."""
    step, kind, time, document = row
    return Happening(int(step), str(kind), str(time), dict(json.loads(document)))


def knobs(connection: sqlite3.Connection) -> list[KnobTurned]:
    """The changes of settings while the run went on, by step and then in the order in which they were made."""
    found = happenings(connection, KNOB)
    return sorted((KnobTurned(one.step, **one.document) for one in found), key=lambda knob: knob.step)


def changes(connection: sqlite3.Connection) -> list[TacticsChanged]:
    """The changes of how the run computed, by step and then in the order in which they were made."""
    found = happenings(connection, TACTICS)
    told = [(one.step, dict(one.document)) for one in found]
    made = [TacticsChanged(step, stays=bool(words.pop("stays")), tactics=Tactics(**words)) for step, words in told]
    return sorted(made, key=lambda one: one.step)


def check(connection: sqlite3.Connection) -> None:
    """Reads all that a run needs to go on. DamagedError, or SQLite's own, where it is damaged."""
    for read in (status, about, losses, epochs, happenings, snapshots):
        read(connection)


def repairs(connection: sqlite3.Connection) -> list[Happening]:
    """When and how the record was made anew; each has a "message"."""
    return happenings(connection, REPAIRED)


def snapshots(connection: sqlite3.Connection) -> list[SnapshotRow]:
    """Rows of snapshots, earliest step first."""
    return [snapshot_of(row) for row in connection.execute(SNAPSHOTS).fetchall()]


def snapshot_of(row: Any) -> SnapshotRow:
    """A row of SNAPSHOTS."""
    step, epoch, loss, names, file, size, digest = row
    loss = None if loss is None else float(loss)
    return SnapshotRow(int(step), int(epoch), loss, tuple(json.loads(names)), str(file), int(size), str(digest))


@cache
def _readers() -> dict[type[Any], TypeAdapter[Any]]:
    """Made when a record is first read: a list of runs without any needs none."""
    return {kind: TypeAdapter(kind) for kind in (RunStatus, EpochEnd)}


def made(kind: type[T], document: str | Mapping[str, Any]) -> T:
    """A dataclass from its JSON; names that it does not know are left out. ValueError where a value does not suit."""
    values = json.loads(document) if isinstance(document, str) else document
    names = {field.name for field in fields(kind)}
    found: T = _readers()[kind].validate_python({name: value for name, value in values.items() if name in names})
    return found


def put_status(connection: sqlite3.Connection, value: RunStatus) -> None:
    """How far the run is now."""
    document = json.dumps(asdict(value))
    connection.execute(
        "INSERT INTO run (id, status) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status",
        (document,),
    )


def put_annotations(connection: sqlite3.Connection, value: Annotations) -> None:
    """What a person says of the run now. The run's status is there already."""
    connection.execute(
        'UPDATE run SET tags = ?, note = ?, star = ?, "group" = ?, parent = ?',
        (json.dumps(value.tags), value.note, int(value.star), value.group, value.parent),
    )


def put_epoch(connection: sqlite3.Connection, end: EpochEnd) -> None:
    """The end of an epoch; one that was measured before is replaced."""
    row = (end.epoch, end.step, json.dumps(asdict(end)))
    connection.execute("INSERT OR REPLACE INTO epoch VALUES (?, ?, ?)", row)


def put_happening(connection: sqlite3.Connection, step: int, kind: str, **values: Any) -> None:
    """A line of the history; what is turned or changed again on replay is not told twice."""
    document = json.dumps(values)
    if (
        kind in REPEATED
        and connection.execute(
            "SELECT 1 FROM event WHERE kind = ? AND step = ? AND document = ?", (kind, step, document)
        ).fetchone()
    ):
        return
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(
        "INSERT INTO event (step, kind, time, document) VALUES (?, ?, ?, ?)", (step, kind, time, document)
    )


def put_snapshot(connection: sqlite3.Connection, row: SnapshotRow) -> None:
    """A snapshot whose file is whole. One of the same step keeps its names; the best one is the best alone."""
    before = {one.step: one.names for one in snapshots(connection)}
    if "best" in row.names:
        for step, names in before.items():
            _rename(connection, step, tuple(name for name in names if name != "best"))
    names = tuple(dict.fromkeys((*before.get(row.step, ()), *row.names)))
    values = (row.step, row.epoch, row.loss, json.dumps(names), row.file, row.bytes, row.digest)
    connection.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def take_name(connection: sqlite3.Connection, name: str, steps: Collection[int]) -> None:
    """The snapshots of these steps are not called so any more."""
    for row in snapshots(connection):
        if row.step in steps and name in row.names:
            _rename(connection, row.step, tuple(one for one in row.names if one != name))


def drop_snapshots(connection: sqlite3.Connection, steps: list[int]) -> None:
    """Forgets snapshots; their files are another matter."""
    connection.executemany("DELETE FROM snapshot WHERE step = ?", [(step,) for step in steps])


def cut(connection: sqlite3.Connection, step: int, steps_per_epoch: int) -> None:
    """Drops epochs and snapshots after a step; what happened, knobs above all, stays."""
    connection.execute("DELETE FROM epoch WHERE step > ? OR epoch > ?", (step, step // steps_per_epoch))
    connection.execute("DELETE FROM snapshot WHERE step > ?", (step,))


def back_to(connection: sqlite3.Connection, step: int, epoch: int) -> None:
    """Drops all that came after a step, knobs too, and every snapshot. Call it in a transaction."""
    connection.execute("DELETE FROM epoch WHERE epoch > ?", (epoch,))
    connection.execute("DELETE FROM snapshot")
    connection.execute("DELETE FROM event WHERE step > ? OR (step = ? AND kind NOT IN (?, ?))", (step, step, *REPEATED))
    Curve(connection).cut(step)


class Curve:
    """The losses of a run as they are written: whole chunks once, the last one again and again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        last = connection.execute("SELECT chunk, losses FROM curve ORDER BY chunk DESC LIMIT 1").fetchone()
        self._chunk: int = last[0] if last else 0
        self._tail = np.frombuffer(last[1], np.float32)[:CHUNK] if last else np.empty(0, np.float32)
        self._waiting: list[NDArray[np.float32]] = []

    def add(self, values: NDArray[np.float32]) -> None:
        """More steps, float32 (steps,); in memory until `write`."""
        if len(values):
            self._waiting.append(values)

    def write(self) -> None:
        """Puts what is waiting into the database. Call it in a transaction."""
        if not self._waiting:
            return
        values = np.concatenate([self._tail, *self._waiting]).astype(np.float32, copy=False)
        parts = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
        for place, part in enumerate(parts):
            _put_chunk(self._connection, self._chunk + place, part.tobytes())
        self._chunk += len(parts) - 1
        self._tail = parts[-1].copy()
        self._waiting.clear()

    def cut(self, step: int) -> None:
        """Makes it that many steps long; steps whose loss never reached the disk are NaN. Call it in a transaction."""
        self._waiting.clear()
        length = self._chunk * CHUNK + len(self._tail)
        if length < step:
            self._waiting.append(np.full(step - length, np.nan, np.float32))
            self.write()
            return
        self._chunk, keep = divmod(step, CHUNK)
        row = self._connection.execute("SELECT losses FROM curve WHERE chunk = ?", (self._chunk,)).fetchone()
        self._tail = np.frombuffer(row[0], np.float32)[:keep] if row else np.empty(0, np.float32)
        self._connection.execute("DELETE FROM curve WHERE chunk >= ?", (self._chunk,))
        if keep:
            _put_chunk(self._connection, self._chunk, self._tail.tobytes())


def best_of(ends: list[EpochEnd]) -> dict[str, float] | None:
    """The best of each metric and of "loss", the validation loss, over some epochs; None before the first."""
    best: dict[str, float] | None = None
    for end in ends:
        best = better(best, end)
    return best


def with_best(status: RunStatus, ends: list[EpochEnd]) -> RunStatus:
    """The status as these epochs, and no others, leave it."""
    if not ends:
        return replace(status, epoch=0, train_loss=None, loss=None, metrics=None, best=None)
    last = ends[-1]
    return replace(
        status,
        epoch=last.epoch,
        train_loss=last.train_loss,
        loss=last.loss,
        metrics=dict(last.metrics),
        best=best_of(ends),
    )


def better(best: Mapping[str, float] | None, end: EpochEnd) -> dict[str, float]:
    """The best so far, another epoch taken in."""
    found = dict(best or {})
    now = dict(end.metrics) if end.loss is None else {"loss": end.loss, **end.metrics}
    for name, value in now.items():
        if not math.isfinite(value):
            continue
        if name not in found or (value > found[name] if higher_is_better(name) else value < found[name]):
            found[name] = value
    return found


def higher_is_better(name: str) -> bool:
    """Which way is up for a metric as events name it, "accuracy" or "digit: accuracy"; down for losses."""
    choice = {str(known): choice for known, choice in METRICS.items()}.get(name.rpartition(": ")[2])
    return choice is not None and choice.higher_is_better


def _rename(connection: sqlite3.Connection, step: int, names: tuple[str, ...]) -> None:
    connection.execute("UPDATE snapshot SET names = ? WHERE step = ?", (json.dumps(names), step))


def _put_chunk(connection: sqlite3.Connection, chunk: int, content: bytes) -> None:
    values = (chunk, content, zlib.crc32(content))
    connection.execute("INSERT OR REPLACE INTO curve VALUES (?, ?, ?)", values)


def _only(connection: sqlite3.Connection, question: str) -> str:
    row = connection.execute(question).fetchone()
    if row is None:
        raise DamagedError("The record of a run is empty", hint="Train the run again")
    return str(row[0])
