"""Schedules: their values at the steps that matter, and against torch's own where it has one."""

from __future__ import annotations

import math
import random

import pytest
import torch
from torch import nn, optim

from engine.choices.schedules import SCHEDULES, Constant, Cosine, OneCycle, Plateau, Schedule, StepDown


def at(schedule: Schedule, step: int, total: int = 100, per_epoch: int = 10, losses: tuple[float, ...] = ()) -> float:
    return schedule.factor(step=step, total=total, steps_per_epoch=per_epoch, losses=losses)


def sgd() -> optim.Optimizer:
    return optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)


def test_constant() -> None:
    assert {at(Constant(), step) for step in range(100)} == {1.0}


def test_step_counts_epochs() -> None:
    schedule = StepDown(every=3, by=0.5)
    assert [at(schedule, step) for step in (0, 29, 30, 59, 60)] == [1.0, 1.0, 0.5, 0.5, 0.25]


def test_cosine_rises_then_falls_to_its_end() -> None:
    schedule = Cosine(warm_up=0.1, end=0.2)
    rising = [at(schedule, step) for step in range(11)]
    assert rising == pytest.approx([number / 11 for number in range(1, 12)])
    assert at(schedule, 10) == 1.0
    assert at(schedule, 99) == pytest.approx(0.2)
    falling = [at(schedule, step) for step in range(10, 100)]
    assert falling == sorted(falling, reverse=True)
    assert at(schedule, 10 + 89 // 2) == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize("total", [20, 100, 137])
@pytest.mark.parametrize("warm_up", [0.1, 0.3, 0.5])
def test_one_cycle_is_torchs(total: int, warm_up: float) -> None:
    optimizer = sgd()
    theirs = optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=total, pct_start=warm_up, cycle_momentum=False
    )
    schedule = OneCycle(warm_up=warm_up)
    for step in range(total):
        assert at(schedule, step, total) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-6, abs=1e-9)
        optimizer.step()
        if step < total - 1:
            theirs.step()


def test_one_cycle_starts_low_peaks_and_ends_lower() -> None:
    schedule = OneCycle(warm_up=0.3, start=0.1, end=0.001)
    assert at(schedule, 0) == pytest.approx(0.1)
    assert at(schedule, 29) == pytest.approx(1.0)
    assert at(schedule, 99) == pytest.approx(0.001)


@pytest.mark.parametrize("patience", [0, 1, 3])
def test_plateau_is_torchs(patience: int) -> None:
    optimizer = sgd()
    theirs = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=patience, eps=0)
    schedule, draw = Plateau(by=0.5, patience=patience), random.Random(1)
    losses: tuple[float, ...] = ()
    for epoch in range(60):
        assert at(schedule, 0, losses=losses) == pytest.approx(optimizer.param_groups[0]["lr"])
        losses = (*losses, 1 / (1 + epoch) + draw.random() / 3)
        theirs.step(losses[-1])
    assert at(schedule, 0, losses=losses) < 1


def test_plateau_understands_losses_below_zero() -> None:
    schedule = Plateau(by=0.5, patience=0)
    assert at(schedule, 0, losses=(-1.0, -2.0, -3.0)) == 1.0
    assert at(schedule, 0, losses=(-1.0, -1.0)) == 0.5
    assert at(schedule, 0, losses=(-1.0, -0.99995)) == 0.5


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("total", [1, 2, 3, 10])
def test_short_runs(kind: type[Schedule], total: int) -> None:
    for step in range(total):
        factor = at(kind(), step, total, per_epoch=1, losses=(1.0,) * step)
        assert math.isfinite(factor)
        assert 0 <= factor <= 1


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda kind: kind.__name__)
def test_the_table(kind: type[Schedule]) -> None:
    assert len(kind.about()) <= 90
    assert all(info.title and info.description for name, info in kind.model_fields.items() if name != "kind")
    assert kind.model_validate_json(kind().model_dump_json()) == kind()
