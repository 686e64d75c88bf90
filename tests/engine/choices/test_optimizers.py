"""Optimizers: each builds in torch with torch's own defaults, and walks downhill."""

from __future__ import annotations

import inspect

import pytest
import torch
from pydantic import ValidationError
from torch import nn, optim

from engine.choices.optimizers import OPTIMIZERS, Adagrad, Adam, AdamW, NAdam, Optimizer, RmsProp, Sgd


def built(optimizer: Optimizer, weight: nn.Parameter) -> optim.Optimizer:
    call = optimizer.call()
    kind = getattr(optim, call.target.removeprefix("optim."))
    return kind([weight], *call.args, **dict(call.kwargs))


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_takes_a_step_down_the_slope(kind: type[Optimizer]) -> None:
    weight = nn.Parameter(torch.tensor([2.0]))
    optimizer = built(kind(), weight)
    (weight**2).sum().backward()
    optimizer.step()
    assert 0 < float(weight.detach()) < 2


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_defaults_are_torchs(kind: type[Optimizer]) -> None:
    call = kind().call()
    theirs = inspect.signature(getattr(optim, call.target.removeprefix("optim."))).parameters
    for name, value in call.kwargs:
        assert value == theirs[name].default, name


@pytest.mark.parametrize(
    ("optimizer", "argument", "value"),
    [
        (Sgd(learning_rate=0.5, momentum=0.9), "lr", 0.5),
        (Sgd(momentum=0.9), "momentum", 0.9),
        (Sgd(momentum=0.9, nesterov=True), "nesterov", True),
        (Sgd(weight_decay=0.3), "weight_decay", 0.3),
        (Adam(beta1=0.8, beta2=0.7), "betas", (0.8, 0.7)),
        (Adam(epsilon=1e-3), "eps", 1e-3),
        (Adam(weight_decay=0.3), "weight_decay", 0.3),
        (AdamW(weight_decay=0.3), "weight_decay", 0.3),
        (NAdam(momentum_decay=0.1), "momentum_decay", 0.1),
        (RmsProp(alpha=0.5), "alpha", 0.5),
        (RmsProp(momentum=0.5), "momentum", 0.5),
        (RmsProp(epsilon=1e-3), "eps", 1e-3),
        (RmsProp(weight_decay=0.3), "weight_decay", 0.3),
        (Adagrad(rate_decay=0.5), "lr_decay", 0.5),
        (Adagrad(start=0.5), "initial_accumulator_value", 0.5),
        (Adagrad(epsilon=1e-3), "eps", 1e-3),
        (Adagrad(weight_decay=0.3), "weight_decay", 0.3),
    ],
)
def test_settings_arrive(optimizer: Optimizer, argument: str, value: object) -> None:
    group = built(optimizer, nn.Parameter(torch.zeros(1))).param_groups[0]
    assert group[argument] == value


def test_nesterov_needs_momentum() -> None:
    with pytest.raises(ValidationError) as caught:
        Sgd(nesterov=True)
    first = caught.value.errors()[0]
    assert first["loc"] == ("nesterov",)
    assert first["msg"] == "nesterov needs momentum: set momentum above 0 first, such as 0.9"
    with pytest.raises(ValidationError):
        Sgd(momentum=0.9, nesterov=True).changed(momentum=0.0)


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_the_table(kind: type[Optimizer]) -> None:
    assert len(kind.about()) <= 90
    assert list(kind.model_fields)[:2] == ["kind", "learning_rate"]
    assert all(info.title and info.description for name, info in kind.model_fields.items() if name != "kind")
    assert kind.model_validate_json(kind().model_dump_json()) == kind()
    with pytest.raises(ValidationError):
        kind(learning_rate=0.0)
