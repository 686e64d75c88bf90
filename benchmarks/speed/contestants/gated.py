"""The engine's runs, made to wait at the end of epochs until it is their turn."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.speed.turns import Turns
from engine.record.control import Control
from engine.record.events import EpochEnd, Event, Progress, Started
from engine.record.request import TrainingRequest
from engine.training import worker


def gate(turns: Turns) -> None:
    """From now on runs train by turns. Clocks stand still meanwhile, so that snapshots keep their share of the time."""
    original = worker.run

    def run(request: TrainingRequest, control: Control, _clock: object = None) -> Iterator[Event]:
        settling = True
        for event in original(request, control, turns.clock):
            yield event
            if isinstance(event, Started):
                turns.tell(device=event.device, threads=event.threads)
                turns.start()
            elif isinstance(event, Progress):
                settling = event.settling
            elif isinstance(event, EpochEnd):
                turns.epoch_done(settling=settling)

    turns.stand_still()
    worker.run = run
