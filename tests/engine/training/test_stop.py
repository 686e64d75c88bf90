"""Stop answers at once: in the middle of an epoch, of a long measurement, and without a second snapshot of one step."""

from __future__ import annotations

import math
import queue
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target
from engine.layers.core.basics import Dense, Dropout
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.record.control import Control
from engine.record.events import EpochEnd, Event, Finished, Paused, Progress, Snapshot, Stopped
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.shapes import Shape
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from engine.training.speed import fast_step
from engine.training.speed.devices import timed, warm_up
from engine.training.worker import Worker, run
from tests.engine import toys
from tests.engine.training.told import ALWAYS, go, same

SOON = 0.2  # seconds: what is promised


def rows(train: int, validation: int) -> Dataset:
    """So many random examples in each split."""
    parts = []
    for count in (train, validation, 2):
        inputs = np.random.default_rng(count).normal(0, 1, (count, 64)).astype(np.float32)
        parts.append(Part(inputs, (inputs[:, 0] > 0).astype(np.int64), np.arange(count)))
    facts = DataFacts("table", Shape.of(feature=64), Target("sign", "classes", ("-", "+")), train, validation, 2)
    return Dataset(facts, *parts)


def stopped_after(request: TrainingRequest, moment: float = 0.0) -> tuple[float, float, list[Event]]:
    """Seconds from asking to Stopped, where it is asked `moment` seconds after the first Progress.

    And what they may be: those promised, and those that writing a snapshot of this run has taken, which is counted
    again for what a machine that is busy adds.
    """
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
    return seconds, SOON + 2 * written_in(request), seen


def written_in(request: TrainingRequest) -> float:
    """Seconds that writing the run's last snapshot takes here and now."""
    snapshot = snapshots.read(request.folder)
    begin = time.monotonic()
    snapshots.write(snapshot, request.folder / "again" / "snapshots" / "0.safetensors")
    return time.monotonic() - begin


@pytest.fixture(scope="module", autouse=True)
def warm():
    """As the window does before anything is trained: what torch loads for its first recording takes a second."""
    warm_up()


@pytest.mark.timed
def test_in_the_middle_of_an_epoch(tmp_path):
    project = toys.project(epochs=1_000_000)
    seconds, allowed, _ = stopped_after(TrainingRequest(project, toys.rings(), tmp_path / "run"), 0.2)
    assert seconds < allowed
    assert RunFolder(tmp_path / "run").status().state == "stopped"


@pytest.mark.timed
def test_in_the_middle_of_a_long_measurement(tmp_path):
    """One step, then a validation split that takes far longer than stopping may."""
    network = Network.stack(Dense(units=1_024), Dense(units=1_024), Dense(units=2, activation="softmax"))
    data = rows(16, 200_000)
    request = TrainingRequest(toys.project(network, epochs=2), data, tmp_path / "run", rhythm=Rhythm(bunch=0))
    seconds, allowed, seen = stopped_after(request, 0.3)
    assert not any(isinstance(event, EpochEnd) for event in seen), "the measurement was too short to show anything"
    assert seconds < allowed
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


DEEP = [layer for _ in range(20) for layer in (Dense(units=64), BatchNorm(), Dropout(rate=0.1))]
END = Dense(units=2, activation="softmax")


def learner(stopping) -> Learner:
    project = toys.project(Network.stack(*DEEP, END), epochs=1_000_000)
    return Learner(TrainingRequest(project, toys.rings(), Path()), Tactics(1), stopping)


class Asked:
    """Says that the run shall stop from the time on when it is asked so often."""

    def __init__(self, looks: int) -> None:
        self.left, self.since = looks, 0.0

    def __call__(self) -> bool:
        self.left -= 1
        if self.left == 0:
            self.since = time.monotonic()
        return self.left <= 0


@pytest.mark.timed
@pytest.mark.parametrize("looks", [1, 2, 3, 4, 5, 6, 10_000])
def test_recording_a_step_is_given_up(looks, monkeypatch):
    """After the forwards, after the backwards, and before and in its proof."""
    monkeypatch.setattr(fast_step, "WORTH", 0)
    monkeypatch.setattr(fast_step, "LONGEST", 1e9)
    stopping = Asked(looks)
    one = learner(stopping)
    inputs, wanted = next(one.batches(0))
    for _ in range(fast_step.LOOKS):
        one.step(inputs, wanted, 0.01)
    begin = time.monotonic()
    one.gradients(inputs, wanted)
    step = time.monotonic() - begin
    one.optimizer.zero_grad()
    one.step(inputs, wanted, 0.01)
    seconds = time.monotonic() - stopping.since
    assert one.shortcut.taken == (looks == 10_000)
    assert one.shortcut.taken or seconds < SOON + step


def test_a_step_whose_recording_was_given_up_gives_the_same_bits(monkeypatch):
    monkeypatch.setattr(fast_step, "LONGEST", 1e9)
    found = []
    for looks in (1, 2, 3, 4, 5, 6):
        torch.manual_seed(0)
        one = learner(Asked(looks))
        for inputs, wanted in [next(one.batches(0))] * (fast_step.LOOKS + 2):
            one.step(inputs, wanted, 0.01)
        assert not one.shortcut.taken
        found.append(snapshots.take(one, {"step": 1}))
    assert all(same(found[0], other) for other in found[1:])


def test_tactics_are_not_tried_any_more(tmp_path):
    """Told at each step of the tries: none of them is begun, and the run chooses when it goes on."""
    control = Control()
    control.stop()
    project = toys.project(epochs=2, threads=0)
    request = TrainingRequest(project, toys.rings(), tmp_path / "run")
    assert isinstance(list(run(request, control))[-1], Stopped)
    start = snapshots.read(request.folder)
    assert (start.step, start.state["tactics"]) == (0, None)
    *_, last = run(replace(request, resume=True), Control())
    assert isinstance(last, Finished)
    assert snapshots.read(request.folder).state["tactics"]["threads"] >= 1


def test_no_candidate_is_timed_after_stopping():
    steps = []
    times = timed(("one", "other"), lambda _: None, lambda: steps.append(1), lambda: len(steps) == 3)
    assert len(steps) == 3
    assert times["other"] == math.inf
