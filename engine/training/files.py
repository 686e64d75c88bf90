"""The files of a run's folder and the status kept in one of them. Torch-free."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError

PROJECT, STATUS, PREPARATION, FACTS = "project.layerdeck", "run.json", "preparation.json", "facts.json"
LOSSES, EPOCHS, SNAPSHOT = "losses.f32", "epochs.jsonl", "snapshot.safetensors"
LOCK = ".lock"
ALL = (PROJECT, STATUS, PREPARATION, FACTS, LOSSES, EPOCHS, SNAPSHOT, LOCK)
RUNNING = "running"


@dataclass(frozen=True)
class RunStatus:
    """How far a run is, as kept in run.json.

    Attributes:
        state: "running", or the ending in lower case: "finished", "stopped", "diverged", "outofmemory", "failed".
        started: UTC, ISO 8601.
        data: fingerprint of the prepared data.
        seconds: training time, pauses left out.
        metrics: of the last measured epoch, on the validation split.
        message: what the ending said.
    """

    state: str = RUNNING
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
    message: str = ""


def read_status(folder: Path) -> RunStatus:
    """The status of the run in a folder. FileError where it cannot be read."""
    try:
        return RunStatus(**json.loads((folder / STATUS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise damaged(folder / STATUS) from error


def read_losses(folder: Path) -> NDArray[np.float32]:
    """Training loss of every step that is on disk, (steps,); a last number cut short is left out."""
    try:
        content = (folder / LOSSES).read_bytes()
    except FileNotFoundError:
        return np.empty(0, np.float32)
    return np.frombuffer(content[: len(content) // 4 * 4], np.float32)


def epoch_lines(folder: Path) -> list[str]:
    """The lines of the epochs' file; a last one cut short is left out."""
    try:
        lines = (folder / EPOCHS).read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [line for line in lines if line.endswith("\n")]


def damaged(path: Path) -> FileError:
    """A file of a run is not what it should be."""
    return FileError(f"{path} is missing or damaged", hint="Train the run again")
