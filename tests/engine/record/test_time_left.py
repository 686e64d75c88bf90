"""How long a run still takes: within a tenth after a twentieth of it, whatever it does beside its steps."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.record.events import EpochEnd, Event, Finished, Paused, Progress, Resumed, Saved, Started
from engine.record.request import Rhythm
from engine.record.time_left import Pace, measured_share


def bunch(step: int, *, settling: bool = False) -> Progress:
    return Progress(step, np.zeros(1, np.float32), 0.1, 0.0, settling)


class Run:
    """A run on a clock of its own: what it says, and when.

    Seconds of a step, of the end of an epoch and of a snapshot; `warm`: more of the first step. The first `looks` steps
    take `slow` times as long and the next one `finding` seconds more, as where a step is recorded.
    """

    def __init__(
        self,
        per_epoch: int = 100,
        epochs: int = 10,
        step: float = 0.01,
        end: float = 0.0,
        snapshot: float = 0.0,
        warm: float = 0.0,
        share: float = 0.0,
        jitter: float = 0.0,
        looks: int = 0,
        slow: float = 3.0,
        finding: float = 0.4,
    ) -> None:
        self.now, self.rhythm = 1_000.0, Rhythm()
        self.pace = Pace(share, lambda: self.now)
        self.per_epoch, self.epochs, self.total = per_epoch, epochs, per_epoch * epochs
        self.seconds, self.end, self.snapshot, self.warm = step, end, snapshot, warm
        self.looks, self.slow, self.finding = looks, slow, finding
        self.dice, self.jitter = random.Random(0), jitter
        self.due = 0.0
        self.told: list[tuple[float, float, float | None]] = []  # share of the way, when, seconds left

    def go(self) -> Run:
        self.pace.feed(Started("cpu", 1, self.per_epoch, self.total))
        self._save(0)
        self.now += self.warm
        begin, settling = self.now, False
        for step in range(1, self.total + 1):
            self.now += self._step(step)
            settling |= step <= self.looks + 1 and self.looks > 0
            if self.now - begin >= 1 / 30 or step % self.per_epoch == 0:
                begin = self.now
                self._say(bunch(step, settling=settling))
                settling = False
                self._save(step)
            if step % self.per_epoch == 0:
                self.now += self.end
                self._say(EpochEnd(step // self.per_epoch, step, 1.0, 1.0))
        self.due = 0.0
        self._save(self.total)
        self.pace.feed(Finished(self.total))
        return self

    def errors(self, after: float = 0.05, until: float = 0.8) -> list[float]:
        """Over the time really left; at least one."""
        found = [(left, self.now - at) for share, at, left in self.told if after <= share <= until]
        assert all(left is not None for left, _ in found)
        return [left / real - 1 for left, real in found if left is not None]

    def worst(self, after: float = 0.05, until: float = 0.8) -> float:
        return max(map(abs, self.errors(after, until)))

    def _step(self, step: int) -> float:
        usual = self.seconds * (1 + self.jitter * self.dice.uniform(-1, 1))
        if not self.looks or step > self.looks + 1:
            return usual
        return usual * self.slow if step <= self.looks else usual + self.finding

    def _save(self, step: int) -> None:
        if self.snapshot and self.now >= self.due:
            self.now += self.snapshot
            self._say(Saved(step))
            self.due = self.now + max(self.rhythm.snapshot, self.snapshot / self.rhythm.share)

    def _say(self, event: Progress | EpochEnd | Saved) -> None:
        self.pace.feed(event)
        self.told.append((event.step / self.total, self.now, self.pace.seconds_left))


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
        {"per_epoch": 40, "epochs": 180, "step": 0.002, "end": 0.004, "looks": 20},  # its step is recorded
        {"per_epoch": 10, "epochs": 500, "step": 0.001, "end": 0.001, "looks": 20, "slow": 6.0, "finding": 0.6},
        {"per_epoch": 1_000, "epochs": 60, "snapshot": 1.0},  # large: 2 % of the time, and a second more at its end
        {"per_epoch": 10, "epochs": 3_000, "step": 0.0002, "end": 0.001, "snapshot": 0.05},
    ],
    ids=str,
)
def test_within_a_tenth_after_a_twentieth_of_the_run(run):
    assert Run(**run).go().worst() < 0.1


def test_how_a_way_of_stepping_is_found_costs_no_later_step_anything():
    assert Run(per_epoch=40, epochs=100, step=0.002, looks=20).go().worst() < 0.01
    assert Run(per_epoch=40, epochs=100, step=0.002, looks=20, end=0.01).go().worst() < 0.01


def test_nothing_is_said_while_a_way_of_stepping_is_found():
    run = Run(per_epoch=40, epochs=100, step=0.01, looks=20).go()
    assert {left is None for share, _, left in run.told if share * 4_000 <= 20} == {True}
    assert {left is None for share, _, left in run.told if share * 4_000 > 25} == {False}


def test_a_way_that_is_found_anew_begins_with_its_own_steps_and_leaves_the_old_ones_meanwhile():
    run = Run()
    run.pace.feed(Started("cpu", 1, 1_000, 1_000))
    for step in range(10, 101, 10):
        run.now += 0.1
        run.pace.feed(bunch(step))
    assert run.pace.seconds_left == pytest.approx(900 * 0.01)
    run.now += 5.0
    run.pace.feed(bunch(120, settling=True))
    assert run.pace.seconds_left == pytest.approx(880 * 0.01)
    run.now += 0.4
    run.pace.feed(bunch(130))
    assert run.pace.seconds_left == pytest.approx(870 * 0.04)


def test_snapshots_come_by_the_clock_however_many_epochs_end():
    """Each costs 50 of the epochs' ends; counted with those it comes after, they would double."""
    run = Run(per_epoch=10, epochs=3_000, step=0.0002, end=0.001, snapshot=0.05).go()
    assert run.worst() < 0.01


def test_snapshots_are_counted():
    large = Run(per_epoch=1_000, epochs=60, snapshot=1.0).go()  # every 50 s, and one at the end
    assert large.worst(until=0.95) < 0.01
    assert large.worst(0.98, 0.998) < 0.05  # the last one is half of what is left


def test_how_often_snapshots_are_due_is_the_run_s_own_rhythm():
    often, never = Pace(rhythm=Rhythm(snapshot=1.0, share=1.0), clock=lambda: 0.0), Pace(clock=lambda: 0.0)
    for pace in (often, never):
        pace.feed(Started("cpu", 1, 1_000, 1_000), 0.0)
        pace.feed(Saved(0), 0.1)
        pace.feed(bunch(100), 1.0)
        pace.feed(bunch(200), 2.0)
    assert often.seconds_left == pytest.approx(8.0 + 0.1 * 10)
    assert never.seconds_left == pytest.approx(8.0 + 0.1 * 2)  # one within, one at the end


def test_what_is_read_late_was_said_when_it_was_said():
    """The screen takes in all events of a frame at one moment."""
    run, late = Run(per_epoch=50, epochs=20, end=0.02), Pace(0.0, lambda: pytest.fail("the events have their time"))
    said: list[tuple[float, Event]] = []
    feed = run.pace.feed
    run.pace.feed = lambda event, at=None: (said.append((run.now, event)), feed(event, at))[1]
    run.go()
    for at, event in said[: len(said) // 2]:
        late.feed(event, at)
    steps = next(one.step for _, one in reversed(said[: len(said) // 2]) if isinstance(one, Progress))
    ends = sum(isinstance(one, EpochEnd) for _, one in said[len(said) // 2 :])
    assert late.seconds_left == pytest.approx((1_000 - steps) * 0.01 + ends * 0.02, rel=0.01)


def test_a_machine_that_becomes_slower_is_followed():
    run = Run(per_epoch=20_000, epochs=2, step=0.01)
    run.pace.feed(Started("cpu", 1, 20_000, 40_000))
    for step in range(10, 20_001, 10):
        run.now += 0.1 if step < 10_000 else 0.2
        run.pace.feed(bunch(step))
    assert run.pace.seconds_left == pytest.approx(20_000 * 0.02, rel=0.01)


def test_ends_that_become_longer_are_followed():
    run = Run()
    run.pace.feed(Started("cpu", 1, 100, 40_000))
    for epoch in range(1, 201):
        run.now += 1.0
        run.pace.feed(bunch(100 * epoch))
        run.now += 0.1 if epoch < 100 else 0.3
        run.pace.feed(EpochEnd(epoch, 100 * epoch, 1.0, 1.0))
    assert run.pace.seconds_left == pytest.approx(200 * 1.3, rel=0.01)


def test_marks_do_not_pile_up_where_epochs_are_short():
    pace, now = Pace(), 0.0
    pace.feed(Started("cpu", 1, 1, 100_000), now)
    for step in range(1, 20_001):
        pace.feed(bunch(step), now := now + 0.002)
        pace.feed(EpochEnd(step, step, 1.0, 1.0), now := now + 0.001)
    assert pace.seconds_left == pytest.approx(80_000 * 0.003)
    assert len(pace._steps._marks) < 1_000
    assert len(pace._ends._marks) < 1_000


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
        run.pace.feed(bunch(step))
    before = run.pace.seconds_left
    run.pace.feed(Paused(40))
    run.now += 3_600
    run.pace.feed(Resumed(40))
    run.now += 0.1
    run.pace.feed(bunch(50))
    assert before is not None
    assert run.pace.seconds_left == pytest.approx(before - 0.1)


def test_a_pause_brings_no_snapshots():
    pace = Pace()
    pace.feed(Started("cpu", 1, 100, 1_000), 0.0)
    pace.feed(Saved(0), 0.1)
    pace.feed(bunch(10), 0.2)
    pace.feed(bunch(20), 0.3)
    pace.feed(Saved(20), 0.4)
    pace.feed(Paused(20), 0.4)
    before = pace.seconds_left
    pace.feed(Resumed(20), 3_600.0)
    assert pace.seconds_left == before


def test_a_run_that_goes_on_counts_what_is_left_of_it():
    run = Run()
    run.pace.feed(Started("cpu", 1, 100, 1_000, step=900))
    run.now += 1.0
    run.pace.feed(bunch(950))
    assert run.pace.seconds_left == pytest.approx(1.0)


def test_the_share_of_what_is_measured():
    assert measured_share(200, 50) == 0.25
    assert measured_share(0, 0) == 0
