"""The loss of mixed examples is the losses of both answers, each by its share."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.choices.augmentations import CutMix, Mixup
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.request import TrainingRequest
from engine.training.augmentation.augmenter import DRAWS
from engine.training.augmentation.mixing import Pairs, mixed_answers, mixed_up
from engine.training.learner import Learner
from tests.engine import toys
from tests.engine.training import by_hand, several
from tests.engine.training.augmentation.test_training import arrays, pictured, same


def learner(tmp_path, data=None, **training) -> Learner:
    return Learner(TrainingRequest(toys.project(**training), data or toys.rings(), tmp_path))


def pairs_of(count: int) -> Pairs:
    generator = torch.Generator().manual_seed(0)
    return Pairs(torch.randperm(count, generator=generator), torch.rand(count, generator=generator))


def mixed(one: Learner, count: int = 12):
    (objective,), pairs = one.objectives, pairs_of(count)
    logits = torch.randn(count, objective.units, generator=torch.Generator().manual_seed(1))
    wanted = one.targets[0][:count]
    return objective, logits, wanted, pairs, objective.compared(logits, mixed_answers(objective.units, wanted, pairs))


@pytest.mark.parametrize("form", ["index", "one-hot"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy(tmp_path, form, smoothing):
    loss = CrossEntropy(form=form, label_smoothing=smoothing)
    _, logits, _, pairs, found = mixed(learner(tmp_path, loss=loss))
    classes = torch.from_numpy(toys.rings().train.targets[:12])
    each = functional.cross_entropy(logits, classes, reduction="none", label_smoothing=smoothing)
    other = functional.cross_entropy(logits, classes[pairs.other], reduction="none", label_smoothing=smoothing)
    assert torch.allclose(found, (pairs.share * each + (1 - pairs.share) * other).mean())


def test_cross_entropy_with_class_weights(tmp_path):
    """Divided by the weights of both answers by their shares, as torch divides by those of whole ones."""
    objective, logits, classes, pairs, found = mixed(learner(tmp_path, class_weights="balanced", data=uneven()))
    weights = objective.class_weights
    assert weights[0] != weights[1]
    each = functional.cross_entropy(logits, classes, weights, reduction="none")
    other = functional.cross_entropy(logits, classes[pairs.other], weights, reduction="none")
    shared = pairs.share * weights[classes] + (1 - pairs.share) * weights[classes[pairs.other]]
    assert torch.allclose(found, (pairs.share * each + (1 - pairs.share) * other).sum() / shared.sum())
    whole = Pairs(pairs.other, torch.ones(12))
    index = objective.compared(logits, classes)
    assert torch.allclose(objective.compared(logits, mixed_answers(objective.units, classes, whole)), index)


def uneven():
    data = toys.rings()
    data.train.targets[:50] = 0
    return data


def test_binary_cross_entropy_of_one_unit(tmp_path):
    stack = Network.stack(Dense(units=1, activation="sigmoid"))
    one = learner(tmp_path, network=stack, loss=BinaryCrossEntropy())
    _, logits, wanted, pairs, found = mixed(one)
    each, other = (
        functional.binary_cross_entropy_with_logits(logits, answer, reduction="none")[:, 0]
        for answer in (wanted, wanted[pairs.other])
    )
    assert torch.allclose(found, (pairs.share * each + (1 - pairs.share) * other).mean())


def test_squared_errors_have_the_gradients_of_both(tmp_path):
    stack = Network.stack(Dense(units=1, activation="none"))
    one = learner(tmp_path, toys.line(), network=stack, loss=MeanSquaredError(), metrics=("mae",))
    objective, logits, wanted, pairs, _ = mixed(one)
    logits.requires_grad_(True)
    mixed_loss = objective.compared(logits, mixed_answers(objective.units, wanted, pairs))
    each, other = ((logits - answer) ** 2 for answer in (wanted, wanted[pairs.other]))
    share = pairs.share[:, None]
    both = (share * each + (1 - share) * other).mean()
    (found,), (expected,) = (torch.autograd.grad(loss, logits) for loss in (mixed_loss, both))
    assert torch.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("training", [{}, {"class_weights": "balanced"}, {"accumulate": 2}, {"averaging": 0.9}])
@pytest.mark.parametrize("augment", [(Mixup(),), (CutMix(),), (Mixup(), CutMix())])
def test_a_run_with_mixing_goes_on_with_the_same_bits(tmp_path, augment, training):
    project, data = pictured(augment, **training), toys.halves()
    whole = by_hand.events(project, data, tmp_path)
    cut = by_hand.last(by_hand.events(project, data, tmp_path, stop_at=7))
    assert same(arrays(by_hand.events(project, data, tmp_path, cut)), arrays(whole))


def test_several_inputs_and_targets_are_mixed_by_the_same_share(tmp_path):
    project = several.two_project(augment=[Mixup(alpha=1.0)])
    one = Learner(TrainingRequest(project, several.two(), tmp_path))
    plain = Learner(TrainingRequest(several.two_project(), several.two(), tmp_path))
    (inputs, wanted), (before, answers) = next(iter(one.batches(0))), next(iter(plain.batches(0)))
    draw = np.random.default_rng((DRAWS, 0, 0, 0))
    draw.integers(1)  # which of the ways to mix
    expected, pairs = mixed_up(Mixup(alpha=1.0), before, draw)
    assert all(torch.equal(*both) for both in zip(inputs, expected, strict=True))
    assert torch.equal(wanted[0], pairs.mixed(functional.one_hot(answers[0], 2).float()))
    assert torch.equal(wanted[1], pairs.mixed(answers[1]))


def test_two_devices_learn_from_mixed_examples_as_one(tmp_path):
    ways = [pictured((Mixup(alpha=1.0),), processes=count, epochs=1, class_weights="balanced") for count in (1, 2)]
    one, two = (by_hand.learned(project, toys.halves(), tmp_path) for project in ways)
    assert all(abs(a - b).max() < 1e-5 for a, b in zip(one, two, strict=True))
