"""Writes a run's events into its folder as they happen, and hands them on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from engine import project as projects
from engine.analysis import report
from engine.errors import FileError
from engine.facts import DataFacts
from engine.project import write_whole
from engine.training import snapshot as snapshots
from engine.training.events import Ended, EpochEnd, Event, Progress, Saved, Snapshot, Started
from engine.training.files import (
    EPOCHS,
    FACTS,
    LOCK,
    LOSSES,
    PREPARATION,
    PROJECT,
    RUNNING,
    SNAPSHOT,
    STATUS,
    RunStatus,
    epoch_lines,
    read_losses,
    read_status,
)
from engine.training.request import TrainingRequest

STATUS_SECONDS = 1.0  # between writes of the status while nothing else happens


def record(request: TrainingRequest, events: Iterator[Event]) -> Iterator[Event]:
    """Passes events on; a Snapshot becomes Saved once it is on disk.

    FileError where the folder cannot be written, or another process trains in it.
    """
    with _alone(request.folder):
        recorder = _Recorder(request)
        for event in events:
            if isinstance(event, Started) and request.resume:
                recorder.cut_to(event)
            recorder.write(event)
            yield Saved(event.step) if isinstance(event, Snapshot) else event


def record_ending(folder: Path, event: Ended) -> None:
    """Writes how a run ended that an exception ended, where its folder can still be written."""
    path = folder / STATUS
    if path.is_file():
        status = _ended(read_status(folder), event)
        write_whole(path, json.dumps(asdict(status), indent=2).encode())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which the system lets go of however the process ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise FileError(f"The run in {folder} is going on elsewhere", hint="Wait for it, or stop it there") from error
    except OSError as error:
        raise FileError(f"{folder} cannot be written: {error.strerror}", hint="Choose another folder") from error
    try:
        yield
    finally:
        lock.release()


def _ended(status: RunStatus, event: Ended) -> RunStatus:
    return replace(status, state=type(event).__name__.lower(), message=getattr(event, "message", ""))


class _Recorder:
    def __init__(self, request: TrainingRequest) -> None:
        self._folder = request.folder
        self._status = _first_status(request)
        self._written = 0.0
        if not request.resume:
            _prepare(request)

    def cut_to(self, started: Started) -> None:
        """Drops what was written after the snapshot the run goes on from."""
        losses = read_losses(self._folder)[: started.step]
        lost = np.full(started.step - len(losses), np.nan, np.float32)  # not on disk yet when the power went
        write_whole(self._folder / LOSSES, np.concatenate([losses, lost]).tobytes())
        finished = started.step // started.steps_per_epoch
        kept = [line for line in epoch_lines(self._folder) if json.loads(line)["step"] <= started.step]
        write_whole(self._folder / EPOCHS, "".join(kept[:finished]).encode())

    def write(self, event: Event) -> None:
        if isinstance(event, Snapshot):
            snapshots.write(event, self._folder / SNAPSHOT)
        elif isinstance(event, Started):
            self._change(
                device=event.device,
                threads=event.threads,
                total_steps=event.total_steps,
                step=event.step,
                state=RUNNING,
            )
        elif isinstance(event, Progress):
            self._append(LOSSES, event.losses.astype(np.float32).tobytes())
            self._change(step=event.step, seconds=event.seconds, rarely=True)
        elif isinstance(event, EpochEnd):
            self._append(EPOCHS, (json.dumps(asdict(event)) + "\n").encode())
            self._change(
                epoch=event.epoch,
                train_loss=event.train_loss,
                loss=event.loss,
                metrics=dict(event.metrics),
                rarely=True,
            )
        elif isinstance(event, Ended):
            self._status = _ended(self._status, event)
            self._change()

    def _append(self, name: str, content: bytes) -> None:
        try:
            with (self._folder / name).open("ab") as file:
                file.write(content)
        except OSError as error:
            raise FileError(f"The run cannot be written to {self._folder}: {error.strerror}") from error

    def _change(self, *, rarely: bool = False, **values: Any) -> None:
        self._status = replace(self._status, **values)
        if not rarely or time.monotonic() - self._written > STATUS_SECONDS:
            write_whole(self._folder / STATUS, json.dumps(asdict(self._status), indent=2).encode())
            self._written = time.monotonic()


def _first_status(request: TrainingRequest) -> RunStatus:
    if request.resume:
        return read_status(request.folder)
    return RunStatus(
        name=request.folder.name,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        epochs=request.project.training.epochs,
        data=request.dataset.fingerprint,
        parameters=report(request.project, request.dataset.facts).parameters,
    )


def _prepare(request: TrainingRequest) -> None:
    """The run's folder with its frozen project; an earlier run in it is replaced."""
    folder: Path = request.folder
    projects.save(request.project, folder / PROJECT)
    write_whole(folder / PREPARATION, json.dumps(request.dataset.preparation).encode())
    write_whole(folder / FACTS, TypeAdapter(DataFacts).dump_json(request.dataset.facts))
    for name in (LOSSES, EPOCHS, SNAPSHOT):
        (folder / name).unlink(missing_ok=True)
