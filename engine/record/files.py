"""The files of a run's folder: their names, and who may write them.

A folder holds a run by itself, so that it can be moved, copied and read alone: the frozen project, its facts and its
preparation as JSON, everything that grows in `run.db`, and `snapshots/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import FileError, unwritable
from engine.record.states import RunState

PROJECT, PREPARATION, FACTS = "project.layerdeck", "preparation.json", "facts.json"
RECORD, SNAPSHOTS, LOCK = "run.db", "snapshots", ".lock"
INDEX = "runs.db"  # beside the runs of a root: what the list remembers of them
OLD_STATUS, OLD_LOSSES, OLD_EPOCHS, OLD_SNAPSHOT = "run.json", "losses.f32", "epochs.jsonl", "snapshot.safetensors"
RECORD_FILES = (RECORD, f"{RECORD}-wal", f"{RECORD}-shm", f"{RECORD}-journal")
OLD = (OLD_STATUS, OLD_LOSSES, OLD_EPOCHS, OLD_SNAPSHOT)
SUFFIX = ".safetensors"
SCRATCH = ".scratch-"  # files that have no name where the system can do that
LOCK_SECONDS = 0.5  # a list that looks whether a run is going on holds the lock for a moment


@dataclass(frozen=True)
class RunStatus:
    """How far a run is.

    Attributes:
        state: a RunState, or one of a later Layerdeck.
        started: UTC, ISO 8601.
        data: fingerprint of the prepared data.
        seconds: training time, pauses left out.
        metrics: of the last measured epoch, on the validation split.
        best: the best so far of each metric and of "loss", the validation loss, over all measured epochs.
        message: what the ending said.
        project: id of the project it was begun for; "" where it was not recorded.
        machine, work: what tells whether another run takes as long, as engine/record/timing.py makes them.
        file: of that project; "" where none held it.
        best_by: what decided which epoch is the best, as `metrics` names it, or "loss".
    """

    state: str = RunState.RUNNING
    name: str = ""
    started: str = ""
    step: int = 0
    epoch: int = 0
    total_steps: int = 0
    epochs: int = 0
    seconds: float = 0.0
    device: str = "cpu"
    threads: int = 1
    parameters: int = 0
    data: str = ""
    train_loss: float | None = None
    loss: float | None = None
    metrics: dict[str, float] | None = None
    best: dict[str, float] | None = None
    message: str = ""
    best_by: str = "loss"
    project: str = ""
    file: str = ""
    machine: str = ""
    work: str = ""


class BusyError(FileError):
    """Another process, or another thread, trains in the folder or changes it."""


def holds_run(folder: Path) -> bool:
    """Whether the folder holds a run, of today's form or an older one; also one whose record was lost."""
    if (folder / RECORD).is_file() or (folder / OLD_STATUS).is_file():
        return True
    return (folder / PROJECT).is_file() and bool(snapshot_files(folder))


def snapshot_files(folder: Path) -> list[Path]:
    """Files of snapshots that are there, earliest step first; whether they are whole is not looked at."""
    files = sorted((folder / SNAPSHOTS).glob(f"[0-9]*{SUFFIX}"))
    old = folder / OLD_SNAPSHOT
    return [old, *files] if old.is_file() else files


def snapshot_file(folder: Path, step: int) -> Path:
    """Where the snapshot of a step belongs."""
    return folder / SNAPSHOTS / f"{step:010}{SUFFIX}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which the system lets go of however the process ends. BusyError where another has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=LOCK_SECONDS, thread_local=False)
        lock.acquire(poll_interval=0.02)
    except Timeout as error:
        raise BusyError(f"The run in {folder} is going on elsewhere", hint="Wait for it, or stop it there") from error
    except (OSError, NotImplementedError) as error:
        raise unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def is_going_on(folder: Path) -> bool:
    """Whether someone holds the folder's lock: it is being trained in. False where that cannot be found out."""
    if not (folder / LOCK).is_file():
        return False
    lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return False
    lock.release()
    return False


def remove_half_written(folder: Path) -> None:
    """Removes what a killed process rests beside the files it was writing. Call it only while `alone`."""
    names = (PROJECT, PREPARATION, FACTS, RECORD)
    rests = [path for name in names for path in folder.glob(f".{name}.*")]
    for path in (*rests, *folder.glob(f"{SCRATCH}*"), *(folder / SNAPSHOTS).glob(f".*{SUFFIX}.*")):
        with suppress(OSError):
            path.unlink()


def remove_run(folder: Path) -> None:
    """Deletes the files of a run, but not its lock; whatever else is in the folder stays. OSError where it cannot."""
    for name in (*RECORD_FILES, *OLD, PROJECT, PREPARATION, FACTS):
        (folder / name).unlink(missing_ok=True)
    for path in snapshot_files(folder):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        (folder / SNAPSHOTS).rmdir()


def damaged(path: Path) -> FileError:
    """A file of a run is not what it should be."""
    return FileError(f"{path} is missing or damaged", hint="Train the run again")
