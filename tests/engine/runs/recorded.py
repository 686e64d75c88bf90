"""Runs recorded from events made here, so that no training is needed to have one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from engine.record.events import EpochEnd, Event, Finished, Progress, Snapshot, Started
from engine.record.request import TrainingRequest
from engine.training.recorder import record
from tests.engine import toys

PER_EPOCH = 100


def request(folder: Path, *, resume: bool = False, **training: object) -> TrainingRequest:
    """Only what is named so is kept, unless the settings say otherwise."""
    return TrainingRequest(toys.project(**{"keep_snapshots": 0, **training}), toys.rings(), folder, resume=resume)


def losses(first: int, last: int) -> np.ndarray:
    """Of the steps after `first` up to `last`; each step has its own."""
    return (1 / np.arange(first + 1, last + 1)).astype(np.float32)


def snapshot(step: int, *names: str, size: int = 256, loss: float | None = None) -> Snapshot:
    arrays = {"model.weight": np.full(size, step, np.float32), "random": np.arange(7, dtype=np.uint8)}
    state = {"step": step, "epoch": step // PER_EPOCH, "seconds": step / 1000, "epoch_losses": [], "threads": 1}
    return Snapshot(step, arrays, state, names, loss)


def epoch_events(epoch: int, *names: str, size: int = 256) -> Iterator[Event]:
    """One epoch in two bunches, its end and a snapshot."""
    begin, middle, end = ((epoch - 1) * PER_EPOCH, int((epoch - 0.5) * PER_EPOCH), epoch * PER_EPOCH)
    yield Progress(middle, losses(begin, middle), 0.1, middle / 1000)
    yield Progress(end, losses(middle, end), 0.1, end / 1000)
    yield EpochEnd(epoch, end, 1.0 / epoch, 1.5 / epoch, {"accuracy": 1 - 0.5 / epoch})
    yield snapshot(end, *names, size=size, loss=1.5 / epoch)


def started(step: int = 0, epochs: int = 4) -> Started:
    return Started("cpu", 1, PER_EPOCH, PER_EPOCH * epochs, step)


def run(
    folder: Path,
    epochs: int = 4,
    names: dict[int, tuple[str, ...]] | None = None,
    size: int = 256,
    **training: object,
) -> Path:
    """A finished run; `names`: of the snapshots at the ends of epochs, by epoch."""
    named = names or {}
    ends = [event for epoch in range(1, epochs + 1) for event in epoch_events(epoch, *named.get(epoch, ()), size=size)]
    told = [started(0, epochs), snapshot(0, size=size), *ends, Finished(epochs * 100)]
    tell(request(folder, epochs=epochs, **training), told)
    return folder


def tell(to: TrainingRequest, events: Iterable[Event]) -> list[Event]:
    """Records all of these; gives what was handed on."""
    return list(record(to, iter(events)))


def killed(to: TrainingRequest, events: Iterable[Event]) -> None:
    """Records these and then nothing of an ending, as if the process had gone."""
    telling = record(to, iter(events))
    for _ in telling:
        pass
    telling.close()
