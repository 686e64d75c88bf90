"""Stop answers at once: in the middle of an epoch, of a long measurement, and without a second snapshot of one step."""

from __future__ import annotations

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
from engine.record.events import EpochEnd, Paused, Progress, Snapshot, Stopped
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.shapes import Shape
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from engine.training.speed import fast_step
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.clocks import Counter
from tests.engine.training.told import ALWAYS, OFTEN, go, same

WIDE = Network.stack(Dense(units=64), Dense(units=2, activation="softmax"))


def rows(train: int, validation: int) -> Dataset:
    """So many random examples in each split."""
    parts = []
    for count in (train, validation, 2):
        inputs = np.random.default_rng(count).normal(0, 1, (count, 64)).astype(np.float32)
        parts.append(Part(inputs, (inputs[:, 0] > 0).astype(np.int64), np.arange(count)))
    facts = DataFacts("table", Shape.of(feature=64), Target("sign", "classes", ("-", "+")), train, validation, 2)
    return Dataset(facts, *parts)


def test_in_the_middle_of_an_epoch(tmp_path):
    """Before the next step, wherever it is asked for."""
    control, seen = Control(), []
    request = TrainingRequest(toys.project(epochs=1_000_000), toys.rings(), tmp_path / "run", rhythm=OFTEN)
    for event in run(request, control):
        if isinstance(event, Progress) and event.step == 11:
            control.stop()
        seen.append(event)
    assert isinstance(seen[-1], Stopped)
    assert seen[-1].step == 11
    assert RunFolder(tmp_path / "run").status().state == "stopped"


class Watched(Control):
    """Stops when it has been asked so often whether to, once that is counted."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.counting, self.left, self.after = False, looks, 0

    @property
    def stopping(self) -> bool:
        if self.counting:
            self.left, self.after = self.left - 1, self.after + super().stopping
            if self.left == 0:
                self.stop()
        return super().stopping


def test_in_the_middle_of_a_long_measurement(tmp_path):
    """One step, then a validation split of many batches, of which no other one is measured."""
    control, seen = Watched(looks=5), []
    request = TrainingRequest(toys.project(WIDE, epochs=2), rows(16, 50_000), tmp_path / "run", rhythm=OFTEN)
    for event in run(request, control):
        control.counting |= isinstance(event, Progress)
        seen.append(event)
    assert isinstance(seen[-1], Stopped)
    assert not any(isinstance(event, EpochEnd) for event in seen)
    assert control.after < 5  # where there are many times as many batches
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
    return Learner(TrainingRequest(project, toys.rings(), Path()), Tactics(1), stopping, Counter(0.001))


class Asked:
    """Says that the run shall stop from the time on when it is asked so often."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def __call__(self) -> bool:
        self.left -= 1
        return self.said

    @property
    def said(self) -> bool:
        return self.left <= 0


@pytest.mark.parametrize("looks", [1, 2, 3, 4, 5, 6, 10_000])
def test_recording_a_step_is_given_up(looks, monkeypatch):
    """After the forwards, after the backwards, and before and in its proof: the step itself is all that is left."""
    monkeypatch.setattr(fast_step, "WORTH", 0)
    monkeypatch.setattr(fast_step, "EARNED", 0)
    stopping, after = Asked(looks), []
    one = learner(stopping)
    inputs, wanted = next(one.batches(0))
    for _ in range(fast_step.LOOKS):
        one.step(inputs, wanted, 0.01)
    logits = one.model.logits
    one.model.logits = lambda *batch: (after.append(1) if stopping.said else None, logits(*batch))[1]
    one.step(inputs, wanted, 0.01)
    assert one.shortcut.taken == (looks == 10_000)
    assert len(after) == (0 if one.shortcut.taken else 1)


def test_a_step_whose_recording_was_given_up_gives_the_same_bits(monkeypatch):
    monkeypatch.setattr(fast_step, "EARNED", 0)
    found = []
    for looks in (1, 2, 3, 4, 5, 6):
        torch.manual_seed(0)
        one = learner(Asked(looks))
        for inputs, wanted in [next(one.batches(0))] * (fast_step.LOOKS + 2):
            one.step(inputs, wanted, 0.01)
        assert not one.shortcut.taken
        found.append(snapshots.take(one, {"step": 1}))
    assert all(same(found[0], other) for other in found[1:])
