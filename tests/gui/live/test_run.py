from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.record.events import EarlyStopped, EpochEnd, Finished, KnobTurned, Paused, Progress, Resumed, Started
from engine.starter import sample_project
from gui.live.run import LiveRun


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(clock: Clock) -> LiveRun:
    project = sample_project("circle")
    assert project.data is not None
    return LiveRun(project, load(project.data, Ticket()), Path("run"), clock)


def progress(step: int, count: int = 10) -> Progress:
    return Progress(step, np.full(count, 1.0, np.float32), 0.01, step / 100)


def test_progress_and_eta_follow_the_clock_on_the_wall(live: LiveRun, clock: Clock):
    assert live.eta is None
    live.feed(Started("cpu", 1, steps_per_epoch=50, total_steps=200))
    clock.now += 2.0
    live.feed(progress(100))
    live.feed(EpochEnd(2, 100, 0.5, 0.4))
    assert live.progress == 0.5
    assert live.steps_per_second == pytest.approx(50)
    assert live.eta == pytest.approx(2.0)
    assert live.epoch == 3


def test_a_pause_does_not_slow_the_estimate(live: LiveRun, clock: Clock):
    live.feed(Started("cpu", 1, 50, 200))
    clock.now += 1.0
    live.feed(progress(50))
    live.feed(Paused(50))
    clock.now += 3600.0
    live.feed(Resumed(50))
    clock.now += 1.0
    live.feed(progress(100))
    live.feed(EpochEnd(2, 100, 0.5, 0.4))
    assert live.eta == pytest.approx(2.0)


def test_the_estimate_goes_by_when_events_were_said(live: LiveRun, clock: Clock):
    live.feed(Started("cpu", 1, 50, 200), 90.0)
    live.feed(progress(50), 91.0)
    live.feed(progress(100), 92.0)
    live.feed(EpochEnd(2, 100, 0.5, 0.4), 92.0)
    assert live.eta == pytest.approx(2.0)


def test_a_knob_that_is_turned_twice_before_the_next_step_holds_what_it_was_turned_to_last(live: LiveRun):
    """The run turns it once, as `engine.training.knobs.latest` says; one can go back to what was passed on the way."""
    live.feed(Started("cpu", 1, 50, 200))
    assert live.ask("learning_rate", 0.1)
    assert live.ask("learning_rate", 0.2)
    live.feed(KnobTurned(7, "learning_rate", 0.2))
    assert live.wished == live.turned
    assert live.knobs.holds(live.wished, "learning_rate") == 0.2
    assert live.ask("learning_rate", 0.1)


def test_only_the_last_seconds_count_for_speed(live: LiveRun, clock: Clock):
    live.feed(Started("cpu", 1, 50, 10_000))
    clock.now += 100.0
    live.feed(progress(10))
    for step in range(20, 1020, 10):
        clock.now += 0.1
        live.feed(progress(step))
    assert live.steps_per_second == pytest.approx(100, rel=0.05)


def test_a_resumed_run_begins_where_it_left_off(live: LiveRun):
    live.feed(Started("cpu", 1, 50, 200, step=120))
    live.feed(progress(130))
    assert live.first_step == 120
    assert len(live.losses) == 10
    assert live.progress == pytest.approx(0.65)


def test_ends_of_epochs_and_the_ending_are_kept(live: LiveRun):
    live.feed(EpochEnd(1, 50, 0.5, 0.4, {"accuracy": 0.9}))
    live.feed(Finished(50))
    assert live.epochs[0].metrics["accuracy"] == 0.9
    assert live.ended == Finished(50)
    assert live.eta is None


def live_of(name: str) -> LiveRun:
    project = sample_project(name)
    assert project.data is not None
    return LiveRun(project, load(project.data, Ticket()), Path("run"))


def test_of_several_targets_each_metric_is_named_after_its_own(live: LiveRun):
    assert live.metrics == ("accuracy",)
    two = live_of("sums")
    assert two.metrics == ("digit: accuracy", "sum: r2", "sum: mae")
    assert [loss.kind for loss in two.losses_used] == ["cross_entropy", "mse"]


@pytest.mark.parametrize(("step", "epoch"), [(50, 1), (51, 2), (100, 2), (0, 1)])
def test_a_run_that_has_ended_was_in_its_last_epoch_and_not_in_the_next(live: LiveRun, step: int, epoch: int):
    live.feed(Started("cpu", 1, 50, 200))
    live.feed(progress(step, count=step))
    live.feed(EarlyStopped(step))
    assert live.epoch == epoch
