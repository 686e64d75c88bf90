"""The optimizer by its kernel alone gives the same bits as torch.optim, however weights and gradients lie."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn, optim

from engine.training.speed.optimizer_kernel import direct

OPTIMIZERS = {
    "adam": lambda weights: optim.Adam(weights, lr=0.01, fused=True),
    "adamw": lambda weights: optim.AdamW(weights, lr=0.01, weight_decay=0.1, fused=True),
    "sgd": lambda weights: optim.SGD(weights, lr=0.01, fused=True),
    "momentum": lambda weights: optim.SGD(weights, lr=0.01, momentum=0.9, nesterov=True, fused=True),
}


def network(layout):
    torch.manual_seed(0)
    layers = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 6, 3), nn.Conv2d(6, 3, 1), nn.Flatten(), nn.Linear(12, 2)
    return nn.Sequential(*layers).to(memory_format=layout)


@pytest.mark.parametrize("lying", ["as the weights", "otherwise"])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_same_bits_as_torch(name, layout, lying):
    usual = network(layout)
    ours = copy.deepcopy(usual)
    optimizers = [OPTIMIZERS[name](model.parameters()) for model in (usual, ours)]
    pictures = torch.randn(5, 1, 6, 6)
    short = None
    for _ in range(4):
        for model, optimizer in zip((usual, ours), optimizers, strict=True):
            optimizer.zero_grad()
            model(pictures).square().sum().backward()
        if lying == "otherwise":
            for one in ours.parameters():
                one.grad = one.grad.contiguous()
        short = short or direct(optimizers[1])
        assert short.step()
        optimizers[0].step()
    for one, other in zip(usual.parameters(), ours.parameters(), strict=True):
        assert torch.equal(one, other)
    known = [[state for state in one.state.values() if state and None not in state.values()] for one in optimizers]
    for one, other in zip(*known, strict=True):
        assert all(torch.equal(one[key], other[key]) for key in one if one[key] is not None)


def test_nothing_is_copied_where_channels_are_last():
    model = network(torch.channels_last)
    optimizer = OPTIMIZERS["adam"](model.parameters())
    model(torch.randn(5, 1, 6, 6)).sum().backward()
    short = direct(optimizer)
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        assert short.step()
    assert "aten::_fused_adam_" in (names := {event.name for event in profile.events()})
    assert "aten::clone" not in names


def test_a_weight_without_gradient_is_left_to_torch():
    model = network(torch.contiguous_format)
    optimizer = OPTIMIZERS["adam"](model.parameters())
    model(torch.randn(5, 1, 6, 6)).sum().backward()
    short = direct(optimizer)
    before = copy.deepcopy(model.state_dict())
    model[0].weight.grad = None
    assert not short.step()
    assert direct(optimizer) is None
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_what_goes_on_without_it_counts_for_itself():
    """Steps are counted once for all weights; a weight that torch steps alone from then on has its own count."""
    model = network(torch.contiguous_format)
    usual = copy.deepcopy(model)
    optimizers = [OPTIMIZERS["adam"](one.parameters()) for one in (model, usual)]

    def learn(frozen: bool) -> None:
        for one, optimizer in zip((model, usual), optimizers, strict=True):
            optimizer.zero_grad()
            torch.manual_seed(1)
            one(torch.randn(5, 1, 6, 6)).square().sum().backward()
            if frozen:
                one[0].weight.grad = None
        optimizers[1].step()

    learn(frozen=False)
    short = direct(optimizers[0])
    assert short.step()
    first, second = (optimizers[0].state[one]["step"] for one in list(model.parameters())[:2])
    assert first is second
    learn(frozen=True)
    assert not short.step()
    short.end()
    optimizers[0].step()
    learn(frozen=False)
    short = direct(optimizers[0])
    assert short.step()
    for one, other in zip(model.parameters(), usual.parameters(), strict=True):
        assert torch.equal(one, other)
    counts = [[state["step"].item() for state in one.state.values()] for one in optimizers]
    assert counts[0] == counts[1]
    assert set(counts[0]) == {2.0, 3.0}
