"""The loop's events, what it learns, and that it can be stopped, paused and gone on with, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.choices.losses import MeanSquaredError
from engine.choices.optimizers import Adam, Sgd
from engine.choices.schedules import Plateau
from engine.errors import EngineError
from engine.layers.core.basics import Dense
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.control import Control
from engine.record.events import (
    Diverged,
    EpochEnd,
    Finished,
    Look,
    Paused,
    Progress,
    Resumed,
    Snapshot,
    Started,
    Stopped,
)
from engine.record.request import Rhythm, TrainingRequest
from engine.training.loop import train
from tests.engine import toys

OFTEN = Rhythm(bunch=0)  # every step tells of itself, so that a test can stop at any
ALWAYS = Rhythm(bunch=0, snapshot=0, share=1e9)  # and is saved, whatever it costs


def run(tmp_path, project=None, data=None, control=None, start=None, rhythm=OFTEN):
    request = TrainingRequest(project or toys.project(), data or toys.rings(), tmp_path / "run", rhythm=rhythm)
    return list(train(request, control or Control(), start))


def weights(events):
    return [event for event in events if isinstance(event, Snapshot)][-1].arrays


def same(left, right):
    return left.keys() == right.keys() and all(np.array_equal(left[name], right[name]) for name in left)


def test_a_run_begins_with_started_and_ends_with_finished(tmp_path):
    first, *_, last = run(tmp_path)
    assert isinstance(first, Started)
    assert (first.steps_per_epoch, first.total_steps) == (8, 24)  # 120 examples in batches of 16, three epochs
    assert last == Finished(step=24)


def test_snapshots_are_copies_unless_they_are_lent(tmp_path):
    def shared(*, lend):
        request = TrainingRequest(toys.project(), toys.rings(), tmp_path / "run", rhythm=ALWAYS)
        told = [event for event in train(request, Control(), lend=lend) if isinstance(event, Snapshot)]
        names = [name for name in told[1].arrays if name.startswith(("model.", "optimizer."))]
        return [np.shares_memory(told[1].arrays[name], told[2].arrays[name]) for name in names]

    assert len(shared(lend=False)) > 4
    assert not any(shared(lend=False))
    assert all(shared(lend=True))


def test_every_step_has_its_loss_and_every_epoch_its_measures(tmp_path):
    events = run(tmp_path)
    losses = np.concatenate([event.losses for event in events if isinstance(event, Progress)])
    ends = [event for event in events if isinstance(event, EpochEnd)]
    assert losses.shape == (24,)
    assert [end.epoch for end in ends] == [1, 2, 3]
    assert ends[0].train_loss == pytest.approx(losses[:8].mean(), rel=1e-6)
    assert all(0 <= end.metrics["accuracy"] <= 1 for end in ends)


def test_it_learns_rings(tmp_path):
    events = run(tmp_path, toys.project(epochs=60, optimizer=Adam(learning_rate=0.02)))
    last = [event for event in events if isinstance(event, EpochEnd)][-1]
    assert last.metrics["accuracy"] >= 0.95


def test_numbers_are_measured_in_their_own_unit(tmp_path):
    network = Network.stack(Dense(units=1, activation="none"))
    settings = {"loss": MeanSquaredError(), "metrics": ("rmse", "r2"), "epochs": 80}
    project = toys.project(network, optimizer=Adam(learning_rate=0.05), **settings)
    last = [event for event in run(tmp_path, project, toys.line()) if isinstance(event, EpochEnd)][-1]
    assert last.metrics["r2"] > 0.99
    assert last.metrics["rmse"] < 0.3  # the deviation of the target is 3


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(tmp_path):
    assert same(weights(run(tmp_path)), weights(run(tmp_path)))
    assert not same(weights(run(tmp_path)), weights(run(tmp_path, toys.project(seed=1))))


def test_watching_does_not_change_the_result(tmp_path):
    watched = Control()
    watched.watch("surface", on=True)
    events = run(tmp_path, control=watched)
    assert [event.step for event in events if isinstance(event, Look)][-1] == 24  # what it learned in the end
    assert same(weights(events), weights(run(tmp_path)))


@pytest.mark.parametrize("optimizer", [Adam(), Sgd(momentum=0.9)], ids=["adam", "sgd"])
@pytest.mark.parametrize("stop_at", [1, 8, 13])
def test_stopped_at_a_step_and_resumed_gives_the_same_bits(tmp_path, optimizer, stop_at):
    project = toys.project(optimizer=optimizer)
    whole = run(tmp_path, project)
    cut = stopped_at(stop_at, TrainingRequest(project, toys.rings(), tmp_path, rhythm=OFTEN))
    assert isinstance(cut[-1], Stopped)
    assert cut[-1].step == stop_at
    snapshot = [event for event in cut if isinstance(event, Snapshot)][-1]
    torch.manual_seed(12345)  # whatever happened in between
    rest = run(tmp_path, project, start=snapshot)
    assert same(weights(rest), weights(whole))
    assert [e for e in rest if isinstance(e, EpochEnd)][-1] == [e for e in whole if isinstance(e, EpochEnd)][-1]


@pytest.mark.parametrize("stop_at", [1, 4, 7])
def test_pictures_changed_at_random_go_on_to_the_same_bits(tmp_path, stop_at):
    changed = (RandomFlip(), RandomShift(distance=1), Cutout(side=3))
    network = Network.stack(*changed, Flatten(), Dense(units=2, activation="softmax"))
    project, data = toys.project(network), toys.halves()
    whole = run(tmp_path, project, data)
    cut = stopped_at(stop_at, TrainingRequest(project, data, tmp_path, rhythm=OFTEN))
    torch.manual_seed(12345)
    rest = run(tmp_path, project, data, start=[event for event in cut if isinstance(event, Snapshot)][-1])
    assert same(weights(rest), weights(whole))


def stopped_at(step, request):
    control, events = Control(), []
    for event in train(request, control):
        events.append(event)
        if isinstance(event, Progress) and event.step == step:
            control.stop()
    return events


def test_a_paused_run_waits_and_goes_on_to_the_same_bits(tmp_path):
    control, events = Control(), []
    control.pause()
    for event in train(TrainingRequest(toys.project(), toys.rings(), tmp_path), control):
        events.append(event)
        if isinstance(event, Paused):
            assert event.step == 1
            control.go_on()
    assert any(isinstance(event, Resumed) for event in events)
    assert same(weights(events), weights(run(tmp_path)))


def test_a_long_epoch_is_saved_in_the_middle(tmp_path):
    events = run(tmp_path, rhythm=ALWAYS)
    taken = {event.step: event for event in events if isinstance(event, Snapshot)}
    assert set(taken) == set(range(25))  # before the first step and after each
    for step in (0, 3, 17):
        rest = run(tmp_path, start=taken[step])
        assert same(weights(rest), weights(events))


def test_a_schedule_that_looks_at_past_losses_goes_on_as_it_would_have(tmp_path):
    project = toys.project(epochs=6, schedule=Plateau(patience=0), optimizer=Adam(learning_rate=0.5))
    whole = run(tmp_path, project)
    rates = {event.learning_rate for event in whole if isinstance(event, Progress)}
    assert len(rates) > 1  # it did fall
    cut = stopped_at(35, TrainingRequest(project, toys.rings(), tmp_path, rhythm=OFTEN))
    rest = run(tmp_path, project, start=[event for event in cut if isinstance(event, Snapshot)][-1])
    assert same(weights(rest), weights(whole))


def test_a_last_batch_of_one_joins_the_one_before(tmp_path):
    network = Network.stack(Dense(units=8), BatchNorm(), Dense(units=2, activation="softmax"))
    data = toys.rings(55)  # 33 to train on
    assert len(data.train) == 33
    events = run(tmp_path, toys.project(network, batch_size=32, epochs=2), data)
    assert events[-1] == Finished(step=2)


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="this machine has it")
def test_a_device_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(EngineError, match="has no mps device"):
        run(tmp_path, toys.project(device="mps"))


def test_a_learning_rate_that_is_too_high_ends_in_diverged_with_advice(tmp_path):
    network = Network.stack(Dense(units=64), Dense(units=64), Dense(units=1, activation="none"))
    settings = {"loss": MeanSquaredError(), "metrics": ("r2",), "epochs": 50}
    project = toys.project(network, optimizer=Sgd(learning_rate=50), **settings)
    last = run(tmp_path, project, toys.line())[-1]
    assert isinstance(last, Diverged)
    assert 0 < last.step < 50 * 5
    assert "Set the learning rate to 5 or less" in last.message
