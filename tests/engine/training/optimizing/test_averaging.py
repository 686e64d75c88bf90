"""The running mean of the weights: as by hand, measured, kept, answered with; training goes on without it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.choices.optimizers import Adam
from engine.layers.core.basics import Dense
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.record.events import EpochEnd
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from tests.engine import toys
from tests.engine.training import by_hand

FAST = Adam(learning_rate=0.02)


@pytest.mark.parametrize("decay", [0.3, 0.99])
def test_the_mean_is_as_by_hand(decay, tmp_path):
    project, data = toys.project(averaging=decay, optimizer=FAST), toys.rings()
    model = by_hand.network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02, fused=True)
    mean = [weight.detach().clone() for weight in model.parameters()]
    for changes, (inputs, targets) in enumerate(by_hand.batches(project, data), start=1):
        optimizer.zero_grad()
        cross_entropy(model(inputs), targets).backward()
        optimizer.step()
        kept = min(decay, (1 + changes) / (10 + changes))
        mean = [kept * old + (1 - kept) * new.detach() for old, new in zip(mean, model.parameters(), strict=True)]
    found = by_hand.learned(project, data, tmp_path, "average.")
    for one, two in zip(found, mean, strict=True):
        np.testing.assert_allclose(one, two.numpy(), rtol=1e-4, atol=1e-6)
    assert by_hand.same(by_hand.learned(project, data, tmp_path), model)  # the weights themselves go their own way


def test_what_is_measured_and_kept_is_the_mean(tmp_path):
    network = Network.stack(Dense(units=16), BatchNorm(), Dense(units=2, activation="softmax"))
    project, data = toys.project(network, averaging=0.9, optimizer=FAST), toys.rings()
    found = by_hand.events(project, data, tmp_path)
    cut, end = by_hand.last(found), [event for event in found if isinstance(event, EpochEnd)][-1]
    answering = snapshots.weights(cut)
    assert np.array_equal(answering["dense.0.weight"], cut.arrays["average.dense.0.weight"])
    assert np.array_equal(answering["batch_norm.running_mean"], cut.arrays["model.batch_norm.running_mean"])
    assert not np.array_equal(cut.arrays["model.dense.0.weight"], cut.arrays["average.dense.0.weight"])
    plain = Learner(TrainingRequest(toys.project(network), data, tmp_path))
    plain.model.load_state_dict({name: torch.from_numpy(np.array(one)) for name, one in answering.items()})
    measured = plain.measure(data.validation)
    assert measured is not None
    assert measured.loss == end.loss


def test_measuring_leaves_weights_where_they_were(tmp_path):
    learner = Learner(TrainingRequest(toys.project(averaging=0.9), toys.rings(), tmp_path))
    learner.step(*next(learner.batches(0)), 0.1)
    before = {name: (one.data_ptr(), one.clone()) for name, one in learner.model.state_dict().items()}
    learner.measure(toys.rings().validation)
    with pytest.raises(KeyError), learner.answering():
        raise KeyError
    after = learner.model.state_dict()
    assert all(
        after[name].data_ptr() == place and torch.equal(after[name], one) for name, (place, one) in before.items()
    )
    assert learner.model.training


def test_averaging_does_not_change_what_is_learned(tmp_path):
    with_, without = (by_hand.learned(toys.project(averaging=a), toys.rings(), tmp_path) for a in (0.99, 0))
    assert all(np.array_equal(one, two) for one, two in zip(with_, without, strict=True))


@pytest.mark.parametrize("every", [1, 3])
def test_an_averaged_run_goes_on_exactly(every, tmp_path):
    project = toys.project(averaging=0.95, accumulate=every, optimizer=FAST)
    by_hand.goes_on_exactly(project, toys.rings(), tmp_path)
