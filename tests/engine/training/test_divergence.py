"""A run whose loss is lost ends at that very step, keeps what was good, and says which layer blew up first."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from engine.choices.losses import MeanAbsoluteError, MeanSquaredError
from engine.choices.optimizers import Sgd
from engine.facts import Target
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.record.control import Control, Knob
from engine.record.events import Diverged, EpochEnd, Progress, Snapshot
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.shapes import Shape
from engine.training import divergence
from engine.training.checkpoint.snapshot import choose
from engine.training.learner import Learner
from engine.training.objective.evaluation import finite
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.told import ALWAYS, go

SELDOM = Rhythm(bunch=1e9, snapshot=1e9)  # the whole epoch in one bunch


def project(rate=1.0, **more):
    wide = Dense(units=64, initialisation="torch")
    network = Network.stack(wide, Dropout(rate=0.2), wide, Dense(units=1, activation="none", initialisation="torch"))
    settings = {"loss": MeanSquaredError(), "metrics": ("r2",), "epochs": 50, "batch_size": 4}
    return toys.project(network, optimizer=Sgd(learning_rate=rate), **settings | more)


def lost(rhythm=SELDOM, **more):
    told = go(project(), data=toys.line(), rhythm=rhythm, **more)
    assert isinstance(told.last, Diverged)
    return told


def test_it_ends_at_the_first_step_whose_loss_is_no_number_however_it_is_told():
    fine, coarse = lost(Rhythm(bunch=0, snapshot=1e9)), lost(SELDOM)
    assert fine.last == coarse.last
    assert np.array_equal(fine.losses, coarse.losses, equal_nan=True)
    assert len(coarse.losses) == coarse.last.step == coarse.of(Progress)[-1].step
    assert np.isfinite(coarse.losses[:-1]).all()
    assert not np.isfinite(coarse.losses[-1])


def test_the_last_snapshot_is_a_good_one():
    told = lost(ALWAYS)
    assert len(told.written) > 3
    for snapshot in told.written:
        assert snapshot.step < told.last.step
        assert all(np.isfinite(array).all() for array in snapshot.arrays.values())


@pytest.mark.parametrize("rhythm", [SELDOM, ALWAYS, Rhythm(bunch=0, snapshot=1e9)])
def test_the_layer_that_blew_up_first_is_named(rhythm):
    last = lost(rhythm).last
    assert last.layer == "dense_3"
    assert f"at step {last.step:,}, first in Dense 3 (its answers grew beyond all bounds), with a" in last.message
    assert "Set the learning rate to 0.1 or less" in last.message


def test_also_of_a_run_that_went_on_from_a_snapshot_and_after_a_knob_was_turned(tmp_path):
    control = Control()
    request = TrainingRequest(project(rate=1e-4), toys.line(), tmp_path / "run", rhythm=Rhythm(bunch=0))
    for event in run(request, control):
        if isinstance(event, Progress) and event.step == 30:
            control.turn(Knob("learning_rate", 1.0))
    assert isinstance(event, Diverged)
    assert event.layer == "dense_3"
    assert "with a learning rate of 1." in event.message
    assert event.step > 30
    folder = RunFolder(tmp_path / "run")
    assert folder.status().state == "diverged"
    assert len(folder.losses()) == event.step
    again = run(TrainingRequest(project(rate=1e-4), toys.line(), folder.path, resume=True), Control())
    assert list(again)[-1] == event
    assert choose(folder.path)[0].step < event.step


def step_of(learner, rate=0.1):
    inputs = tuple(values[:16] for values in learner.inputs)
    wanted = tuple(values[:16] for values in learner.targets)
    return inputs, wanted, rate


def broken(tmp_path, change, rate=0.1):
    """Who is found where `change` spoils a fresh learner before its second step."""
    network = Network.stack(Dense(units=8), Dense(units=8), Dense(units=8), Dense(units=2, activation="softmax"))
    one = Learner(TrainingRequest(toys.project(network, optimizer=Sgd()), toys.rings(), tmp_path), Tactics(1))

    def steps():
        yield step_of(one)
        change(one.model)
        yield step_of(one, rate)
        yield step_of(one, rate)  # the one whose loss tells

    return divergence.find(one, steps(), 3, bool)


@torch.no_grad()
def large_weight(model):
    model.dense_2[0].weight.fill_(3e38)


class Cliff(torch.autograd.Function):
    """Goes forwards as it should, and backwards gives no number."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, slope):
        return slope * float("inf")


def steep(model):
    plain = model.dense_3.forward
    model.dense_3.forward = lambda x: plain(Cliff.apply(x))


def test_answers_are_blamed_on_the_first_layer_that_gave_them(tmp_path):
    assert broken(tmp_path, large_weight) == divergence.Culprit("dense_2", "answers")


def test_gradients_are_blamed_on_the_layer_they_came_out_of(tmp_path):
    assert broken(tmp_path, steep) == divergence.Culprit("dense_3", "gradients")


def test_weights_that_no_gradient_spoiled_are_blamed_themselves(tmp_path):
    def push(model):
        model.dense_3[0].bias.register_hook(lambda slope: torch.full_like(slope, 3e38))

    assert broken(tmp_path, push, rate=100) == divergence.Culprit("dense_3", "weights")


def test_looking_for_it_ends_in_time_and_where_stopping_is_asked_for(tmp_path, monkeypatch):
    one = Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path), Tactics(1))
    done = []

    def steps():
        while True:
            done.append(1)
            yield step_of(one)

    assert divergence.find(one, steps(), 10**9, lambda: len(done) > 5) == divergence.Culprit()
    monkeypatch.setattr(divergence, "SECONDS", 0.2)
    assert divergence.find(one, steps(), 10**9, bool) == divergence.Culprit()


def test_weights_that_are_lost_at_the_end_of_an_epoch_end_the_run_before_it_is_measured():
    """The loss of the only step is a number, though a large one; what it makes of the weights is none."""
    inputs = np.full((50, 1), 1e37, np.float32)
    data = toys.dataset(inputs, np.zeros(50, np.float32), Target("y", "number"), Shape.of(feature=1))
    network = Network.stack(Dense(units=1, activation="none", initialisation="torch"))
    settings = {"loss": MeanAbsoluteError(), "metrics": ("mae",), "epochs": 2, "batch_size": 1000}
    told = go(toys.project(network, optimizer=Sgd(learning_rate=100), **settings), data=data)
    assert np.isfinite(told.losses).all()
    assert (type(told.last), told.last.step, told.last.layer) == (Diverged, 1, "dense")
    assert "(its weights grew beyond all bounds)" in told.last.message
    assert told.of(EpochEnd) == []
    assert [one.step for one in told.of(Snapshot)] == [0]


@pytest.mark.parametrize(
    ("numbers", "are_finite"),
    [
        ([1.0, -2.0], True),
        ([3e38, 3e38, 3e38], True),  # their sum is none
        ([-3e38, -3e38], True),
        ([math.nan, 1.0], False),
        ([math.inf, 1.0], False),
        ([math.inf, -math.inf], False),
    ],
)
def test_weights_are_looked_at_for_what_is_no_number(numbers, are_finite):
    model = nn.ParameterList([torch.ones(3), torch.tensor(numbers)])
    assert finite(model) == are_finite
