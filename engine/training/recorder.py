"""Writes a run's events into its folder as they happen, and hands them on.

What comes in is kept in memory for a second at most and then written in one go; before a snapshot is written, all that
led to it is on the disk. So a kill loses at most the last second of the curve, and never anything before a snapshot.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from engine import project as projects
from engine.analysis import report
from engine.disk import write_whole
from engine.errors import FileError, unwritable
from engine.facts import DataFacts
from engine.record import database, legacy, thinning, timing
from engine.record import rows as entries
from engine.record import snapshots as kept
from engine.record.database import asking, changing
from engine.record.events import (
    Ended,
    EpochEnd,
    Event,
    KnobTurned,
    Noted,
    Paused,
    Progress,
    Resumed,
    Saved,
    Snapshot,
    Started,
    TacticsChanged,
)
from engine.record.files import (
    FACTS,
    OLD_STATUS,
    PREPARATION,
    PROJECT,
    RECORD,
    RunStatus,
    alone,
    remove_half_written,
    remove_run,
    snapshot_file,
    snapshot_files,
)
from engine.record.request import TrainingRequest
from engine.record.rows import Annotations
from engine.record.states import RunState
from engine.training.checkpoint import snapshot as snapshots

COMMIT_SECONDS = 1.0  # between writes while nothing happens that has to be kept at once
KEEP_LAST = 2  # snapshots that are kept because they are the last: where one is damaged there is another


def record(
    request: TrainingRequest, events: Iterator[Event], clock: Callable[[], float] = time.perf_counter
) -> Iterator[Event]:
    """Passes events on; a Snapshot becomes Saved once it is on disk. `clock`: says when what waits is written.

    FileError where the folder cannot be written, or another process trains in it.
    """
    with alone(request.folder):
        recorder = _Recorder(request, clock)
        try:
            for event in events:
                recorder.write(event)
                said = Saved(event.step) if isinstance(event, Snapshot) else event
                del event  # a snapshot's arrays are gone before the next one's are made
                yield said
        finally:
            recorder.close()


def record_ending(folder: Path, event: Ended) -> None:
    """Writes how a run ended that an exception ended, where its folder can still be written and holds a run.

    BusyError where another process trains in it: then its run has not ended.
    """
    if not (folder / RECORD).is_file() and not (folder / OLD_STATUS).is_file():
        return
    with alone(folder):
        connection = _opened(folder)
        try:
            with asking(folder / RECORD), changing(connection):
                _put_ending(connection, entries.status(connection), event)
            with asking(folder / RECORD):
                database.end_wal(connection)
        finally:
            connection.close()


class _Recorder:
    """Holds the run's database open while the run goes on."""

    def __init__(self, request: TrainingRequest, clock: Callable[[], float]) -> None:
        self._request, self._folder, self._clock = request, request.folder, clock
        self._learned = request.resume
        remove_half_written(self._folder)
        try:
            self._connection = _gone_on(request) if request.resume else _prepared(request)
        except FileError:
            self._give_up()
            raise
        try:
            with asking(self._folder / RECORD):
                database.begin_wal(self._connection)
                self._status = entries.status(self._connection)
                self._curve = entries.Curve(self._connection)
        except BaseException:
            self._connection.close()
            self._give_up()
            raise
        self._keep, self._per_epoch = request.project.training.keep_snapshots, 1
        self._later: list[EpochEnd] = []
        self._due = self._clock() + COMMIT_SECONDS
        self._broken = False

    def write(self, event: Event) -> None:
        """Takes an event in; what has to be kept at once is on its way to the disk when this returns."""
        if isinstance(event, Progress):
            self._learned = True
            self._curve.add(event.losses)
            self._status = replace(self._status, step=event.step, seconds=event.seconds)
            if self._clock() >= self._due:
                self._commit()
        elif isinstance(event, EpochEnd):
            self._take_epoch(event)
        elif isinstance(event, Snapshot):
            self._save(event)
        elif isinstance(event, Started):
            self._start(event)
        elif isinstance(event, KnobTurned):
            self._happened(event.step, entries.KNOB, name=event.name, value=event.value, layer=event.layer)
        elif isinstance(event, TacticsChanged):
            self._change(event)
        elif isinstance(event, Noted):
            self._happened(event.step, entries.NOTED, message=event.message)
        elif isinstance(event, Paused | Resumed):
            self._happened(event.step, entries.PAUSED if isinstance(event, Paused) else entries.RESUMED)
        elif isinstance(event, Ended):
            self._end(event)

    def close(self) -> None:
        """Writes what is still in memory, unless that has failed already, and makes the database one plain file."""
        path = self._folder / RECORD
        try:
            if not self._broken:
                self._commit()
                with asking(path):
                    database.end_wal(self._connection)
        except FileError:
            self._broken = True
            raise
        finally:
            self._connection.close()
            if self._broken:
                self._give_up()

    def _give_up(self) -> None:
        """A new run that could not be written before anything was learned is none: it leaves nothing in the list."""
        if not self._learned and not snapshot_files(self._folder):
            with suppress(OSError):
                remove_run(self._folder)

    def _start(self, event: Started) -> None:
        """What was written after the snapshot that the run goes on from is dropped."""
        self._per_epoch = event.steps_per_epoch
        known = replace(
            self._status,
            device=event.device,
            threads=event.threads,
            total_steps=event.total_steps,
            epochs=self._request.project.training.epochs,
            step=event.step,
            state=RunState.RUNNING,
            message="",
            best_by=event.best_by,
        )
        with self._writing():
            if self._request.resume:
                entries.cut(self._connection, event.step, event.steps_per_epoch)
                self._curve.cut(event.step)
                known = entries.with_best(known, entries.epochs(self._connection))
            self._put(known)
            entries.put_happening(self._connection, event.step, entries.STARTED, device=event.device, **event.tactics)

    def _take_epoch(self, end: EpochEnd) -> None:
        self._later.append(end)
        self._status = replace(
            self._status,
            epoch=end.epoch,
            train_loss=end.train_loss,
            loss=end.loss,
            metrics=dict(end.metrics),
            best=entries.better(self._status.best, end),
        )
        if self._clock() >= self._due:
            self._commit()

    def _happened(self, step: int, kind: str, **values: Any) -> None:
        with self._writing():
            self._put(self._status)
            entries.put_happening(self._connection, step, kind, **values)

    def _change(self, event: TacticsChanged) -> None:
        self._status = replace(self._status, threads=event.tactics.threads)
        self._happened(event.step, entries.TACTICS, stays=event.stays, **event.tactics.document())

    def _save(self, event: Snapshot) -> None:
        """First all that led to it, then the file, then its row, then the files that are no longer needed."""
        self._commit(full=True)
        before = self._rows()
        named = {row.step: row.names for row in before}.get(event.step, ())
        stay = self._kept(event, before)
        also = (kept.KEPT,) if event.step in stay else ()
        names = tuple(dict.fromkeys((*named, *event.names, *also)))
        try:
            path = snapshot_file(self._folder, event.step)
            row = snapshots.write(replace(event, names=names), path, asdict(self._status))
        except FileError:
            self._broken = True
            raise
        with self._writing():
            entries.put_snapshot(self._connection, row)
            if self._keep:
                entries.take_name(self._connection, kept.KEPT, {one.step for one in (*before, row)} - stay)
            rows = entries.snapshots(self._connection)
            kept_rows = {one.step for one in rows if one.names} | {one.step for one in rows[-KEEP_LAST:]}
            entries.drop_snapshots(self._connection, [one.step for one in rows if one.step not in kept_rows])
        kept.remove_others(self._folder, kept_rows)

    def _kept(self, event: Snapshot, rows: list[entries.SnapshotRow]) -> set[int]:
        """Steps of the snapshots that are kept along the run from now on, with this one; not where it began."""
        if not self._keep:
            return set()
        before = [row for row in rows if kept.KEPT in row.names and row.step != event.step]
        size = sum(array.nbytes for array in event.arrays.values())
        keep = thinning.fitting(self._folder, sum(row.bytes for row in before), size, self._keep)
        new = entries.SnapshotRow(event.step, 0, event.loss, (), "", size)
        return thinning.spread([*before, new] if event.step else before, self._per_epoch, keep)

    def _end(self, event: Ended) -> None:
        with self._writing():
            self._put(self._status)
            self._status = _put_ending(self._connection, self._status, event)

    def _rows(self) -> list[entries.SnapshotRow]:
        with asking(self._folder / RECORD):
            return entries.snapshots(self._connection)

    def _commit(self, *, full: bool = False) -> None:
        """Writes what is in memory; `full`: and waits until it would outlive a power cut."""
        with self._writing(full):
            self._put(self._status)

    def _put(self, status: RunStatus) -> None:
        """In a transaction: this status and all that is in memory."""
        self._status = status
        entries.put_status(self._connection, status)
        self._curve.write()
        for end in self._later:
            entries.put_epoch(self._connection, end)
        self._later.clear()

    @contextmanager
    def _writing(self, full: bool = False) -> Iterator[None]:
        """All of it or nothing; once it has failed nothing more is tried."""
        try:
            with asking(self._folder / RECORD):
                self._connection.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
                with changing(self._connection):
                    yield
        except BaseException:
            self._broken = True
            raise
        self._due = self._clock() + COMMIT_SECONDS


def _opened(folder: Path) -> sqlite3.Connection:
    """The database of a run that is there, of today's form from now on. Call it only while `alone`."""
    path = folder / RECORD
    if not path.is_file() and (folder / OLD_STATUS).is_file():
        legacy.take_over(folder)
    elif (folder / OLD_STATUS).is_file():
        legacy.finish(folder)
    connection = database.open_to_write(path)
    with asking(path), changing(connection):
        for row in kept.without_row(folder, entries.snapshots(connection)):
            entries.put_snapshot(connection, row)
    return connection


def _gone_on(request: TrainingRequest) -> sqlite3.Connection:
    """The database of a run that goes on, perhaps with more epochs than before: its project is then this one."""
    path = request.folder / PROJECT
    try:
        known = projects.load(path)
    except FileError:
        known = None
    now = request.project if known is None else projects.as_own(known, request.project)
    if known != now:
        projects.save(now, path)
    return _opened(request.folder)


def _prepared(request: TrainingRequest) -> sqlite3.Connection:
    """A new run's database, and its frozen project beside it; an earlier run in the folder is replaced."""
    folder, dataset = request.folder, request.dataset
    try:
        remove_run(folder)
    except OSError as error:
        raise unwritable(folder, error) from error
    projects.save(request.project, folder / PROJECT)
    write_whole(folder / PREPARATION, json.dumps(dataset.preparation).encode())
    write_whole(folder / FACTS, TypeAdapter(DataFacts).dump_json(dataset.facts))
    status = RunStatus(
        name=folder.name,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        epochs=request.project.training.epochs,
        data=dataset.fingerprint,
        project=request.project.id,
        machine=timing.machine(),
        work=timing.work(request.project),
        file=str(request.file.resolve()) if request.file is not None else "",
        parameters=report(request.project, dataset.facts).parameters,
    )
    with database.anew(folder / RECORD) as made, changing(made):
        entries.put_status(made, status)
        entries.put_annotations(made, Annotations(group=request.group, parent=request.parent))
    return database.open_to_write(folder / RECORD)


def _put_ending(connection: sqlite3.Connection, status: RunStatus, event: Ended) -> RunStatus:
    """In a transaction: the run is over, and how."""
    message = getattr(event, "message", "")
    ended = replace(status, state=event.state, message=message)
    entries.put_status(connection, ended)
    entries.put_happening(connection, event.step, event.state, message=message)
    return ended
