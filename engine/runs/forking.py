"""A new run made of another one's snapshot: it has the same past, and its future is still to be trained."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from engine.disk import whole
from engine.errors import FileError, refusing
from engine.record import database, reading, rows, snapshots
from engine.record.files import FACTS, PREPARATION, PROJECT, RECORD, alone, holds_run, remove_run, snapshot_file
from engine.record.rows import Annotations, SnapshotRow
from engine.record.snapshots import SnapshotInfo
from engine.record.states import RunState
from engine.runs.folder import RunFolder


def fork(run: RunFolder, name: str | int, folder: Path) -> None:
    """Makes a run in `folder` that stands where `run` stood at one of its snapshots, to be resumed.

    What came after it is not in it, neither epochs nor knobs that were turned; `run` stays as it is and becomes its
    parent.

    Args:
        name: of the snapshot, as `RunFolder.snapshot` takes it.
    Raises:
        FileError: where there is no such snapshot, the folder holds a run already, or cannot be written.
    """
    info = run.snapshot(name)
    new = not folder.exists()
    try:
        with alone(folder):
            _make(run, info, folder)
    except BaseException:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _make(run: RunFolder, info: SnapshotInfo, folder: Path) -> None:
    if holds_run(folder):
        raise FileError(f"{folder} holds a run already", hint="Choose another folder")
    try:
        _copy(run, info, folder)
        _record(run, info, folder)
    except BaseException:
        with suppress(OSError):
            remove_run(folder)
        raise


def _copy(run: RunFolder, info: SnapshotInfo, folder: Path) -> None:
    """Its files; the snapshot last, for only with one is the folder taken for a run."""
    places = {run.path / file: folder / file for file in (PROJECT, FACTS, PREPARATION)}
    for source, place in {**places, info.path: snapshot_file(folder, info.step)}.items():
        with refusing(source), source.open("rb") as given, whole(place) as written:
            shutil.copyfileobj(given, written)


def _record(run: RunFolder, info: SnapshotInfo, folder: Path) -> None:
    """Its database: that of the run, up to the snapshot."""
    place = snapshot_file(folder, info.step)
    said = snapshots.header(place)
    if said is None:
        raise FileError(f"The snapshot {info.path} is damaged", hint="Choose another one")
    row = SnapshotRow(
        info.step, info.epoch, info.loss, (), place.relative_to(folder).as_posix(), info.bytes, said.digest
    )
    with database.anew(folder / RECORD) as made:
        reading.ask(run.path, lambda connection: connection.backup(made))
        with database.changing(made):
            rows.back_to(made, info.step, info.epoch)
            rows.put_snapshot(made, row)
            status = rows.with_best(rows.status(made), rows.epochs(made))
            begun = datetime.now(UTC).isoformat(timespec="seconds")
            seconds = float(said.state.get("seconds", 0))
            status = replace(status, name=folder.name, started=begun, step=info.step, seconds=seconds)
            rows.put_status(made, replace(status, state=RunState.STOPPED, message=""))
            rows.put_annotations(made, Annotations(parent=run.path.name))
            message = f"Begun from {info.title} of {run.path.name}."
            rows.put_happening(made, info.step, "noted", message=message)
