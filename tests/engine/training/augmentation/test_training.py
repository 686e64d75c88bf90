"""Runs with augmentation: the same bits again, after a stop, on several devices; validation as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.choices.augmentations import Erase, Flip, Noise, Shift
from engine.choices.losses import MeanSquaredError
from engine.data.dataset import Part
from engine.facts import Target
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.events import EpochEnd
from engine.record.request import TrainingRequest
from engine.shapes import Shape
from engine.training.augmentation.augmenter import Augmenter
from engine.training.augmentation.colour import Range
from engine.training.augmentation.single import Known
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


def test_a_target_that_is_the_picture_itself_moves_with_it_and_is_not_blanked(tmp_path):
    """So that an autoencoder learns to give back what it is shown, and to fill in what was taken away."""
    data = toys.halves()
    target = Target("itself", "values", shape=Shape.of(channel=1, height=8, width=8))
    parts = {name: replace(part, targets=part.inputs) for name, part in vars(data).items() if isinstance(part, Part)}
    data = replace(data, facts=replace(data.facts, target=target), **parts)
    training = {"loss": MeanSquaredError(), "metrics": ("mae",), "augment": [Flip(), Shift(), Erase(chance=1.0)]}
    project = toys.project(Network.stack(Conv2d(channels=1, activation="none")), **training)
    one = Learner(TrainingRequest(project, data, tmp_path))
    plain = Learner(TrainingRequest(project.changed(training=project.training.changed(augment=())), data, tmp_path))
    for ((shown,), (wanted,)), ((before,), _) in zip(one.batches(0), plain.batches(0), strict=True):
        assert not torch.equal(wanted, before)
        assert (shown == 0).any()
        assert torch.equal(shown[shown != 0], wanted[shown != 0])


def test_the_same_batch_is_changed_otherwise_in_each_epoch_and_place():
    pictures = torch.randn(16, 1, 8, 8)
    known = [Known("pictures", torch.ones(()), Range.of({}, 1))]
    one = Augmenter(MOVED, 0, ("input",), known, (2,), {})

    def made(epoch: int, skip: int) -> torch.Tensor:
        (((shown,), _),) = one.changed([((pictures,), (torch.zeros(16, dtype=torch.int64),))], epoch, skip)
        return shown

    places = [(0, 0), (0, 1), (1, 0), (1, 1)]
    found = {made(*place).numpy().tobytes() for place in (*places, *places)}
    assert len(found) == 4


def test_two_inputs_of_the_same_picture_see_it_alike():
    pictures = torch.randn(16, 1, 8, 8)
    known = Known("pictures", torch.ones(()), Range.of({}, 1))
    augment = (*MOVED, Erase(), Noise())
    one = Augmenter(augment, 0, ("picture", "other", "picture"), [known] * 3, (2,), {})
    ((inputs, _),) = one.changed([((pictures,) * 3, (torch.zeros(16, dtype=torch.int64),))], 0, 0)
    assert torch.equal(inputs[0], inputs[2])
    assert not torch.equal(inputs[0], inputs[1])
