"""What devices hand to each other: shares that come to the whole, parcels and vectors that come back as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.data.dataset import NO_WORD
from engine.layers.core.basics import Dense, Dropout
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.record.request import TrainingRequest
from engine.training.learner import Learner
from engine.training.objective.objectives import total
from engine.training.parallel import sharding
from engine.training.parallel.sharding import Flat, Mode
from tests.engine import toys


@pytest.mark.parametrize(
    ("examples", "devices", "expected"),
    [
        (32, 2, [16, 16]),
        (33, 2, [17, 16]),
        (10, 3, [4, 3, 3]),
        (5, 3, [3, 2, 0]),  # none takes a single one
        (3, 2, [3, 0]),
        (1, 4, [1, 0, 0, 0]),
    ],
)
def test_shares_are_near_equal_and_none_is_a_single_example(examples, devices, expected):
    assert sharding.sizes(examples, devices) == expected


def learner(**training) -> Learner:
    network = Network.stack(Dense(units=4), BatchNorm(), Dropout(rate=0.5), Dense(units=2, activation="softmax"))
    return Learner(TrainingRequest(toys.project(network, **training), toys.rings(), None))


def test_the_shares_losses_come_to_that_of_the_whole_with_class_weights():
    """A mean that is divided by the sum of weights does not come to the whole by numbers of examples."""
    one = learner(class_weights="balanced").objectives[0]
    weights = torch.tensor([0.2, 3.0])
    one.criterion.weight = weights
    _compare(replace(one, class_weights=weights), torch.randn(9, 2), torch.tensor([0, 1, 1, 0, 0, 0, 0, 1, 0]))


def test_the_shares_losses_come_to_that_of_the_whole_with_words():
    one = learner().objectives[0]
    words = replace(one, target=replace(one.target, kind="tokens"), criterion=nn.CrossEntropyLoss())
    wanted = torch.tensor([[0, 1, 1], [1, NO_WORD, NO_WORD], [0, NO_WORD, NO_WORD], [1, 1, NO_WORD]])
    _compare(words, torch.randn(4, 3, 2), wanted)


def test_the_shares_losses_come_to_that_of_the_whole_with_examples():
    _compare(learner().objectives[0], torch.randn(7, 2), torch.tensor([0, 1, 1, 0, 0, 1, 0]))


def _compare(objective, logits, wanted):
    whole = objective.compared(logits, wanted)
    sizes = sharding.sizes(len(wanted), 3)
    given, right = torch.split(logits, sizes), sharding.cut((wanted,), sizes)
    working = [place for place, size in enumerate(sizes) if size]
    factors = sharding.factors([objective], [right[place] for place in working])
    assert factors.shape == (len(working), 1)
    losses = [objective.compared(given[place], *right[place]) * factors[place, 0] for place in working]
    assert torch.allclose(sum(losses), whole, atol=1e-6)
    assert torch.allclose(total([whole], [objective]), whole)


def test_a_parcel_of_any_types_comes_back_as_it_was():
    sent = [
        torch.randn(3, 5),
        torch.arange(7),
        torch.tensor([True, False, True]),
        torch.full((), 2.5),
        torch.randn(4, 6)[:, ::2],  # not in one piece
        torch.empty(0, 2),
    ]
    parcel, forms = sharding.pack(sent)
    assert parcel.dtype == torch.uint8
    assert len(parcel) == sharding.room(forms)
    for came, was in zip(sharding.unpack(parcel, forms), sent, strict=True):
        assert came.dtype == was.dtype
        assert torch.equal(came, was)


def test_weights_and_running_statistics_reach_another_model():
    one, other = learner(seed=0), learner(seed=1)
    one.step(one.inputs, one.targets, 0.1)
    ours, theirs = Flat(one.model), Flat(other.model)
    ours.read_weights()
    theirs.weights.copy_(ours.weights)
    theirs.set_weights()
    for name, value in one.model.state_dict().items():
        if "num_batches" not in name:
            assert torch.equal(other.model.state_dict()[name], value), name


def test_gradients_are_added_to_those_there_are_and_frozen_weights_get_none():
    one, other = learner(), learner()
    for each in (one, other):
        each.gradients(each.inputs, each.targets)
    sent = Flat(other.model)
    sent.read_gradients(torch.tensor(7.0))
    one.freeze("dense", True)
    before = {name: p.grad.clone() for name, p in one.model.named_parameters() if p.grad is not None}
    flat = Flat(one.model)
    flat.gradients.copy_(sent.gradients)
    assert flat.add_gradients() == 7
    theirs = dict(other.model.named_parameters())
    for name, parameter in one.model.named_parameters():
        if name.startswith("dense."):
            assert parameter.grad is None
        else:
            assert torch.allclose(parameter.grad, before[name] + theirs[name].grad)


def test_modes_carry_rests_and_dropout_rates():
    one, other = learner().model, learner().model
    dropout = next(module for module in one.modules() if isinstance(module, nn.Dropout))
    dropout.p = 0.0
    dropout.training = False
    for mode, module in zip(map(Mode.of, one.modules()), other.modules(), strict=True):
        mode.put_on(module)
    came = next(module for module in other.modules() if isinstance(module, nn.Dropout))
    assert (came.p, came.training) == (0.0, False)
    assert np.array_equal(came(torch.ones(9)).numpy(), np.ones(9))
