"""A run of the loop alone, its snapshots kept in memory as a folder would keep them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.record.control import Control
from engine.record.events import EpochEnd, Event, KnobTurned, Progress, Snapshot
from engine.record.request import Rhythm, TrainingRequest
from engine.training.loop import train
from tests.engine import toys

OFTEN = Rhythm(bunch=0)  # every step tells of itself, so that a test can stop at any
ALWAYS = Rhythm(bunch=0, snapshot=0, share=1e9)  # and is saved, whatever it costs


class Told:
    """What a run said."""

    def __init__(self, earlier: list[Snapshot] | None = None) -> None:
        self.events: list[Event] = []
        self.written = list(earlier or [])

    @property
    def last(self) -> Event:
        return self.events[-1]

    @property
    def losses(self):
        return np.concatenate([event.losses for event in self.of(Progress)])

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def epoch_losses(self) -> list[float]:
        return [end.train_loss if end.loss is None else end.loss for end in self.of(EpochEnd)]

    def recall(self, name: str) -> Snapshot | None:
        """As a folder does: the last one is that of the highest step."""
        named = [one for one in self.written if name == "last" or name in one.names]
        return max(reversed(named), key=lambda one: one.step) if named else None


def go(
    project=None,
    *,
    data=None,
    control: Control | None = None,
    start: Snapshot | None = None,
    earlier: Told | None = None,
    turned: tuple[KnobTurned, ...] = (),
    replay: tuple[KnobTurned, ...] = (),
    rhythm: Rhythm = OFTEN,
    seen: Callable[[Event], object] = lambda _: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Told:
    """Trains to the end, or until `seen` gives "kill" for an event: then it is let be at once."""
    request = TrainingRequest(
        project or toys.project(), data or toys.rings(), Path("run"), rhythm=rhythm, replay=replay
    )
    step = start.step if start else -1
    told = Told([one for one in earlier.written if one.step <= step] if earlier else None)
    events = train(request, control or Control(), start, told.recall, turned, clock=clock)
    for event in events:
        told.events.append(event)
        if isinstance(event, Snapshot):
            told.written.append(event)
        if seen(event) == "kill":
            events.close()
            break
    return told


def same(left: Snapshot | None, right: Snapshot | None) -> bool:
    """Whether two snapshots hold the same bits."""
    assert left is not None
    assert right is not None
    if left.arrays.keys() != right.arrays.keys():
        return False
    return all(left.arrays[name].tobytes() == right.arrays[name].tobytes() for name in left.arrays)


def weights(snapshot: Snapshot):
    return {name: array for name, array in snapshot.arrays.items() if name.startswith("model.")}
