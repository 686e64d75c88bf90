"""Gradients are clipped as torch does it, and a run goes on exactly."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.choices.clipping import ClipNorm, ClipValue, NoClipping
from engine.choices.optimizers import Sgd
from tests.engine import toys
from tests.engine.training import by_hand

SGD = Sgd(learning_rate=0.5, momentum=0.9)
WAYS = {
    "norm": (ClipNorm(limit=0.1), lambda weights: torch.nn.utils.clip_grad_norm_(weights, 0.1)),
    "value": (ClipValue(limit=0.01), lambda weights: torch.nn.utils.clip_grad_value_(weights, 0.01)),
}


@pytest.mark.parametrize("name", WAYS)
def test_clipped_as_by_hand(name, tmp_path):
    clipping, clip = WAYS[name]
    project, data = toys.project(optimizer=SGD, clipping=clipping), toys.rings()
    model = by_hand.network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9, fused=True)
    for inputs, targets in by_hand.batches(project, data):
        optimizer.zero_grad()
        cross_entropy(model(inputs), targets).backward()
        clip(model.parameters())
        optimizer.step()
    found = by_hand.learned(project, data, tmp_path)
    assert by_hand.same(found, model)
    free = by_hand.learned(toys.project(optimizer=SGD, clipping=NoClipping()), data, tmp_path)
    assert not by_hand.same(free, model)  # the limit is one that is met


@pytest.mark.parametrize("name", WAYS)
def test_a_clipped_run_goes_on_exactly(name, tmp_path):
    project = toys.project(optimizer=SGD, clipping=WAYS[name][0])
    by_hand.goes_on_exactly(project, toys.rings(), tmp_path)
