"""Runs with augmentation: the same bits again, after a stop, on several devices; validation as it is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.choices.augmentations import Flip, Shift
from engine.layers.core.basics import Dense
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.events import EpochEnd
from engine.record.request import TrainingRequest
from engine.training.learner import Learner
from tests.engine import toys
from tests.engine.training import by_hand

MOVED = (Flip(), Shift(distance=0.2))


def pictured(augment=MOVED, **training):
    stack = Network.stack(Flatten(), Dense(units=8), Dense(units=2, activation="softmax"))
    return toys.project(stack, augment=augment, **training)


def learner(tmp_path, **training) -> Learner:
    return Learner(TrainingRequest(pictured(**training), toys.halves(), tmp_path))


def arrays(found):
    return by_hand.last(found).arrays


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_same_seed_gives_the_same_bits_and_another_does_not(tmp_path):
    first, again = (list(learner(tmp_path).batches(1)) for _ in range(2))
    other = list(learner(tmp_path, seed=1).batches(1))
    assert all(torch.equal(a[0][0], b[0][0]) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0][0][0], other[0][0][0])


def test_each_epoch_and_each_batch_is_changed_otherwise(tmp_path):
    plain = list(learner(tmp_path, augment=()).batches(0))
    first, second = list(learner(tmp_path).batches(0)), list(learner(tmp_path).batches(1))
    assert not torch.equal(first[0][0][0], plain[0][0][0])
    assert not torch.equal(first[0][0][0], second[0][0][0])
    assert [len(one[0][0]) for one in first] == [len(one[0][0]) for one in plain]


@pytest.mark.parametrize("step", [3, 5, 8])
def test_a_stopped_run_that_goes_on_ends_with_the_same_bits(tmp_path, step):
    project, data = pictured(), toys.halves()
    whole = by_hand.events(project, data, tmp_path)
    cut = by_hand.last(by_hand.events(project, data, tmp_path, stop_at=step))
    assert cut.step == step
    assert same(arrays(by_hand.events(project, data, tmp_path, cut)), arrays(whole))


@pytest.mark.parametrize("training", [{"accumulate": 3}, {"sampling": "balanced"}, {"deterministic": True}])
def test_it_goes_with_what_else_a_batch_can_be(tmp_path, training):
    project, data = pictured(**training), toys.halves()
    whole = by_hand.events(project, data, tmp_path)
    cut = by_hand.last(by_hand.events(project, data, tmp_path, stop_at=5))
    assert same(arrays(by_hand.events(project, data, tmp_path, cut)), arrays(whole))
    assert not same(
        arrays(by_hand.events(project.changed(training=project.training.changed(augment=())), data, tmp_path)),
        arrays(whole),
    )


def test_two_devices_learn_from_the_same_batch_as_one(tmp_path):
    one, two = (by_hand.learned(pictured(processes=count, epochs=1), toys.halves(), tmp_path) for count in (1, 2))
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(one, two, strict=True))


def test_validation_is_measured_as_it_is(tmp_path):
    """With a learning rate of next to nothing the weights stay, and so does what the validation split gives."""
    still = {"optimizer": {"kind": "sgd", "learning_rate": 1e-30}}
    plain, changed = (by_hand.events(pictured(one, **still), toys.halves(), tmp_path) for one in ((), MOVED))
    ends = [[event for event in found if isinstance(event, EpochEnd)] for found in (plain, changed)]
    assert [end.loss for end in ends[0]] == [end.loss for end in ends[1]]
    assert ends[0][0].train_loss != ends[1][0].train_loss
