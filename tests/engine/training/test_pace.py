"""How long a run still takes: within a tenth after a twentieth of it, whatever the ends of its epochs cost."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.training.events import EpochEnd, Finished, Paused, Progress, Resumed, Saved, Started
from engine.training.pace import Pace, measured_share


class Run:
    """A run on a clock of its own: what it says, and when."""

    def __init__(self, per_epoch=100, epochs=10, step=0.01, end=0.0, snapshot=0.0, warm=0.0, share=0.0, jitter=0.0):
        self.now = 1_000.0
        self.pace = Pace(share, lambda: self.now)
        self.per_epoch, self.epochs, self.end, self.snapshot, self.warm = per_epoch, epochs, end, snapshot, warm
        self.dice, self.jitter, self.seconds = random.Random(0), jitter, step
        self.told: list[tuple[float, float, float | None]] = []  # share of the way, when, seconds left

    def go(self):
        self.pace.feed(Started("cpu", 1, self.per_epoch, self.per_epoch * self.epochs))
        self.now += self.warm
        total, bunch = self.per_epoch * self.epochs, 0.0
        for epoch in range(self.epochs):
            for step in range(self.per_epoch):
                self.now += self.seconds * (1 + self.jitter * self.dice.uniform(-1, 1))
                bunch += self.seconds
                if bunch >= 1 / 30 or step == self.per_epoch - 1:
                    bunch = 0.0
                    self.say(Progress(epoch * self.per_epoch + step + 1, np.zeros(1, np.float32), 0.1, 0.0), total)
            self.now += self.end
            self.say(EpochEnd(epoch + 1, (epoch + 1) * self.per_epoch, 1.0, 1.0), total)
            if self.snapshot:
                self.now += self.snapshot
                self.say(Saved((epoch + 1) * self.per_epoch), total)
        self.pace.feed(Finished(total))
        return self

    def say(self, event, total):
        self.pace.feed(event)
        self.told.append((event.step / total, self.now, self.pace.seconds_left))

    def worst(self, after=0.05, until=0.8):
        """The largest error, over the time really left."""
        return max(abs(left / (self.now - at) - 1) for share, at, left in self.told if after <= share <= until)


@pytest.mark.parametrize(
    "run",
    [
        {},
        {"jitter": 0.3},
        {"warm": 0.5},  # of 10 seconds: as a run of a small network begins
        {"end": 0.5, "share": 1.5},  # the first end is guessed from the examples that are measured
        {"end": 0.2, "snapshot": 0.02, "share": 0.6},
        {"per_epoch": 3, "epochs": 400, "step": 0.002, "end": 0.004},
        {"per_epoch": 1, "epochs": 500, "step": 0.01, "end": 0.03},
        {"per_epoch": 2_000, "epochs": 2, "end": 1.2, "share": 0.2},
        {"per_epoch": 1_000, "epochs": 1, "end": 3.0, "share": 1.0},
    ],
    ids=str,
)
def test_within_a_tenth_after_a_twentieth_of_the_run(run):
    assert Run(**run).go().worst() < 0.1


def test_a_machine_that_becomes_slower_is_followed():
    run = Run(per_epoch=20_000, epochs=2, step=0.01)
    run.pace.feed(Started("cpu", 1, 20_000, 40_000))
    for step in range(10, 20_001, 10):
        run.now += 0.1 if step < 10_000 else 0.2
        run.pace.feed(Progress(step, np.zeros(1, np.float32), 0.1, 0.0))
    assert run.pace.seconds_left == pytest.approx(20_000 * 0.02, rel=0.01)


def test_nothing_is_said_before_a_step_and_after_the_end():
    run = Run()
    assert run.pace.seconds_left is None
    run.pace.feed(Started("cpu", 1, 100, 1_000))
    assert run.pace.seconds_left is None
    assert run.go().pace.seconds_left is None


def test_a_pause_costs_nothing():
    run = Run()
    run.pace.feed(Started("cpu", 1, 100, 200))
    for step in (10, 20, 30, 40):
        run.now += 0.1
        run.pace.feed(Progress(step, np.zeros(1, np.float32), 0.1, 0.0))
    before = run.pace.seconds_left
    run.pace.feed(Paused(40))
    run.now += 3_600
    run.pace.feed(Resumed(40))
    run.now += 0.1
    run.pace.feed(Progress(50, np.zeros(1, np.float32), 0.1, 0.0))
    assert run.pace.seconds_left == pytest.approx(before - 0.1)


def test_a_run_that_goes_on_counts_what_is_left_of_it():
    run = Run()
    run.pace.feed(Started("cpu", 1, 100, 1_000, step=900))
    run.now += 1.0
    run.pace.feed(Progress(950, np.zeros(1, np.float32), 0.1, 0.0))
    assert run.pace.seconds_left == pytest.approx(1.0)


def test_the_share_of_what_is_measured():
    assert measured_share(200, 50) == 0.25
    assert measured_share(0, 0) == 0
