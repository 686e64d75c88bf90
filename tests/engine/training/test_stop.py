"""Stop answers at once: in the middle of an epoch, of a long measurement, and without a second snapshot of one step."""

from __future__ import annotations

import queue
import time

import numpy as np
import pytest

from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target
from engine.layers.core import Dense
from engine.network import Network
from engine.runs.folder import RunFolder
from engine.shapes import Shape
from engine.training.control import Control
from engine.training.events import EpochEnd, Event, Paused, Progress, Snapshot, Stopped
from engine.training.request import Rhythm, TrainingRequest
from engine.training.worker import Worker
from tests.engine import toys
from tests.engine.training.told import ALWAYS, go

SOON = 1.5  # seconds, where others may use the machine; alone it takes a tenth of that


def rows(train: int, validation: int) -> Dataset:
    """So many random examples in each split."""
    parts = []
    for count in (train, validation, 2):
        inputs = np.random.default_rng(count).normal(0, 1, (count, 64)).astype(np.float32)
        parts.append(Part(inputs, (inputs[:, 0] > 0).astype(np.int64), np.arange(count)))
    facts = DataFacts("table", Shape.of(feature=64), Target("sign", "classes", ("-", "+")), train, validation, 2)
    return Dataset(facts, *parts)


def stopped_after(request: TrainingRequest, moment: float = 0.0) -> tuple[float, list[Event]]:
    """Seconds from asking to Stopped, where it is asked `moment` seconds after the first Progress."""
    control, events, seen = Control(), queue.SimpleQueue(), []
    worker = Worker(request, control, events.put)
    worker.start()
    while not (seen and isinstance(seen[-1], Progress)):
        seen.append(events.get(timeout=60))
    time.sleep(moment)
    begin = time.monotonic()
    control.stop()
    while not isinstance(seen[-1], Stopped):
        seen.append(events.get(timeout=60))
    seconds = time.monotonic() - begin
    assert worker.join(30)
    return seconds, seen


@pytest.mark.timed
def test_in_the_middle_of_an_epoch(tmp_path):
    project = toys.project(epochs=1_000_000)
    seconds, _ = stopped_after(TrainingRequest(project, toys.rings(), tmp_path / "run"), 0.2)
    assert seconds < SOON
    assert RunFolder(tmp_path / "run").status().state == "stopped"


@pytest.mark.timed
def test_in_the_middle_of_a_long_measurement(tmp_path):
    """One step, then a validation split that takes far longer than stopping may."""
    network = Network.stack(Dense(units=1_024), Dense(units=1_024), Dense(units=2, activation="softmax"))
    data = rows(16, 200_000)
    request = TrainingRequest(toys.project(network, epochs=2), data, tmp_path / "run", rhythm=Rhythm(bunch=0))
    seconds, seen = stopped_after(request, 0.3)
    assert not any(isinstance(event, EpochEnd) for event in seen), "the measurement was too short to show anything"
    assert seconds < SOON
    assert RunFolder(tmp_path / "run").snapshot().step == 1


@pytest.mark.parametrize("how", ["stop", "pause and stop"])
def test_what_is_saved_already_is_not_saved_again(how):
    """So a stop that comes while a large snapshot is written waits for no second one."""
    control = Control()

    def seen(event):
        if isinstance(event, Snapshot) and event.step == 5:
            control.stop()
        if isinstance(event, Paused):
            control.stop()

    if how == "pause and stop":
        control.pause()
    told = go(control=control, rhythm=ALWAYS, seen=seen)
    assert isinstance(told.last, Stopped)
    assert [one.step for one in told.written].count(told.last.step) == 1
