"""The files of a run's folder and the status kept in one of them. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

PROJECT, STATUS, PREPARATION, FACTS = "project.layerdeck", "run.json", "preparation.json", "facts.json"
LOSSES, EPOCHS, SNAPSHOT = "losses.f32", "epochs.jsonl", "snapshot.safetensors"
RUNNING = "running"


@dataclass(frozen=True)
class RunStatus:
    """How far a run is, as kept in run.json.

    Attributes:
        state: "running", or the ending in lower case: "finished", "stopped", "diverged", "outofmemory", "failed".
        started: UTC, ISO 8601.
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
    train_loss: float | None = None
    loss: float | None = None
    metrics: dict[str, float] | None = None
    message: str = ""
