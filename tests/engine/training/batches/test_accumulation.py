"""Accumulated batches are as one large one, also at an epoch's ragged end, and a run goes on from within a window."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.choices.clipping import ClipNorm
from engine.choices.optimizers import Adam, Sgd
from engine.layers.base import Learning
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.request import TrainingRequest
from engine.training.batches.accumulation import Windows
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from tests.engine import toys
from tests.engine.training import by_hand

PLAIN = Network.stack(Dense(units=16), Dense(units=2, activation="softmax"))  # no dropout: it is drawn batch by batch


@pytest.mark.parametrize("extra", [{}, {"clipping": ClipNorm(limit=0.1)}], ids=["plain", "clipped"])
@pytest.mark.parametrize("every", [2, 3, 8, 50])
def test_like_one_batch_so_many_times_larger(every, extra, tmp_path):
    data = toys.rings()  # 120 to train on: seven batches of 16 and one of 8
    optimizer = Sgd(learning_rate=0.5, momentum=0.9)
    small = toys.project(PLAIN, accumulate=every, optimizer=optimizer, **extra)
    large = toys.project(PLAIN, batch_size=16 * every, optimizer=optimizer, **extra)
    for one, two in zip(by_hand.learned(small, data, tmp_path), by_hand.learned(large, data, tmp_path), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)


def test_penalties_count_once_however_many_batches(tmp_path):
    data = toys.rings()
    learning = Learning(l1=0.01, l2=0.1)
    network = Network.stack(Dense(units=16, learning=learning), Dense(units=2, activation="softmax"))
    optimizer = Sgd(learning_rate=0.5)
    small = toys.project(network, accumulate=3, optimizer=optimizer)
    large = toys.project(network, batch_size=48, optimizer=optimizer)
    for one, two in zip(by_hand.learned(small, data, tmp_path), by_hand.learned(large, data, tmp_path), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)


def test_accumulated_as_by_hand(tmp_path):
    project, data = toys.project(accumulate=3, optimizer=Adam(learning_rate=0.01)), toys.rings()
    model = by_hand.network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    for number, (inputs, targets) in enumerate(by_hand.batches(project, data)):
        place = number % 8
        examples = {0: 48, 1: 48, 2: 24}[place // 3]  # of the window: three batches, three, and 16 + 8
        (cross_entropy(model(inputs), targets) * len(inputs) / examples).backward()
        if place in (2, 5, 7):
            optimizer.step()
            optimizer.zero_grad()
    by_hand.close(by_hand.learned(project, data, tmp_path), model)


@pytest.mark.parametrize("optimizer", [Adam(), Sgd(momentum=0.9)], ids=["adam", "sgd"])
def test_stopped_within_a_window_it_goes_on_exactly(optimizer, tmp_path):
    def waiting(cut):
        waits = any(name.startswith("gradient.") for name in cut.arrays)
        assert waits == (cut.step % 8 % 3 != 0)

    project = toys.project(accumulate=3, optimizer=optimizer)
    by_hand.goes_on_exactly(project, toys.rings(), tmp_path, (1, 2, 3, 7, 8, 13), waiting)


def test_weights_wait_for_the_last_batch_of_a_window(tmp_path):
    learner = Learner(TrainingRequest(toys.project(accumulate=3), toys.rings(), tmp_path))
    before = learner.model.state_dict()["dense.0.weight"].clone()
    changed = []
    for inputs, wanted in learner.batches(0):
        learner.step(inputs, wanted, 0.01)
        now = learner.model.state_dict()["dense.0.weight"].clone()
        changed.append(not torch.equal(now, before))
        assert learner.due == changed[-1]
        before = now
    assert changed == [False, False, True, False, False, True, False, True]


def test_a_finished_window_leaves_no_gradients_in_the_snapshot(tmp_path):
    learner = Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path))
    learner.step(*next(learner.batches(0)), 0.01)
    arrays = snapshots.take(learner, {"step": 1}).arrays
    assert not [name for name in arrays if name.startswith(("gradient.", "average.", "scaler"))]


@pytest.mark.parametrize(
    ("every", "size", "examples"), [(1, 16, 120), (3, 16, 120), (2, 10, 41), (9, 4, 9), (5, 3, 45)]
)
def test_windows_count_every_example_once(every, size, examples):
    windows, weights, changes = Windows(every, size, examples), [], 0
    for done in range(1, 3 * windows.per_epoch + 1):
        if windows.begins(done):
            weights.append(windows.weight(done))
            changes += 1
        assert windows.changes(done) == changes
    assert sum(weights) == pytest.approx(3 * examples / size)
