"""Losses on numbers: the modules against the formulas of textbooks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.build import make
from engine.choices.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CrossEntropy,
    Hinge,
    Huber,
    KullbackLeibler,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    Poisson,
)

LOGITS = np.array([[2.0, -1.0, 0.5], [0.1, 0.2, 0.3]])
INDEX = np.array([0, 2])
ONE_HOT = np.eye(3)[INDEX]
GIVEN = np.array([[0.2], [3.0], [-1.5]])
WANTED = np.array([[0.0], [1.0], [2.0]])
COUNTS = np.array([[0.0], [4.0], [1.0]])
APART = GIVEN - WANTED
SHARES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
RIGHT = LOGITS[[0, 1], INDEX][:, None]
BEHIND = np.where(ONE_HOT == 1, 0, np.maximum(0, 1.5 - RIGHT + LOGITS))
SMOOTH = 0.7 * ONE_HOT + 0.3 / 3
YES = 1 / (1 + np.exp(-LOGITS))
SOFT = np.array([[0.7, 0.2, 0.1], [0.0, 0.5, 0.5]])


def huber(delta: float) -> float:
    size = np.abs(APART)
    return float(np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).mean())


def computed(loss: Loss, logits: np.ndarray, targets: np.ndarray) -> float:
    *before, last = [make(call) for call in loss.calls()]
    predicted: Tensor = nn.Sequential(*before)(torch.tensor(logits, dtype=torch.float32))
    wanted = torch.tensor(targets) if loss.target == "index" else torch.tensor(targets, dtype=torch.float32)
    return float(last(predicted, wanted))


@pytest.mark.parametrize(
    ("loss", "given", "wanted", "expected"),
    [
        (MeanSquaredError(), GIVEN, WANTED, (APART**2).mean()),
        (MeanAbsoluteError(), GIVEN, WANTED, np.abs(APART).mean()),
        (Huber(), GIVEN, WANTED, huber(1.0)),
        (Huber(delta=2.5), GIVEN, WANTED, huber(2.5)),
        (CrossEntropy(), LOGITS, INDEX, -np.log(SHARES[[0, 1], INDEX]).mean()),
        (CrossEntropy(form="one-hot"), LOGITS, ONE_HOT, -np.log(SHARES[[0, 1], INDEX]).mean()),
        (CrossEntropy(label_smoothing=0.3), LOGITS, INDEX, -(SMOOTH * np.log(SHARES)).sum(axis=1).mean()),
        (BinaryCrossEntropy(), LOGITS, ONE_HOT, -(ONE_HOT * np.log(YES) + (1 - ONE_HOT) * np.log(1 - YES)).mean()),
        (Hinge(margin=1.5), LOGITS, INDEX, BEHIND.sum(axis=1).mean() / 3),
        (Hinge(margin=1.5, squared=True), LOGITS, INDEX, (BEHIND**2).sum(axis=1).mean() / 3),
        (Poisson(), GIVEN, COUNTS, (np.exp(GIVEN) - COUNTS * GIVEN).mean()),
        (KullbackLeibler(), LOGITS, ONE_HOT, -np.log(SHARES[[0, 1], INDEX]).mean()),
        (
            KullbackLeibler(),
            LOGITS,
            SOFT,
            (SOFT * (np.log(np.where(SOFT > 0, SOFT, 1)) - np.log(SHARES))).sum(axis=1).mean(),
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, Loss) else "",
)
def test_formula(loss: Loss, given: np.ndarray, wanted: np.ndarray, expected: float) -> None:
    assert computed(loss, given, wanted) == pytest.approx(float(expected), rel=1e-5)


KINDS = ("classes", "number", "values", "tokens")


@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.__name__)
def test_the_table(kind: type[Loss]) -> None:
    loss = kind()
    assert loss.suits <= {"classes", "number", "values", "tokens"}
    assert loss.suits
    assert len(kind.about()) <= 90
    assert all(info.title and info.description for name, info in kind.model_fields.items() if name != "kind")
    assert kind.model_validate_json(loss.model_dump_json()) == loss
    assert "classes" in loss.suits or loss.target == "number"


@pytest.mark.parametrize("loss", [CrossEntropy(), BinaryCrossEntropy(), KullbackLeibler()], ids=lambda loss: loss.kind)
def test_extreme_logits_stay_finite(loss: Loss) -> None:
    logits = np.array([[1000.0, -1000.0]])
    targets = np.array([1]) if loss.target == "index" else np.array([[0.0, 1.0]])
    assert np.isfinite(computed(loss, logits, targets))


def test_what_suits_which_target() -> None:
    of = {kind: {loss.model_fields["kind"].default for loss in LOSSES if kind in loss.suits} for kind in KINDS}
    assert of["tokens"] == {"cross_entropy"}
    assert of["values"] == {"mse", "mae", "huber"}
    assert of["number"] == of["values"] | {"poisson"}
    assert of["classes"] >= {"cross_entropy", "binary_cross_entropy", "hinge", "kl", "mse"}
