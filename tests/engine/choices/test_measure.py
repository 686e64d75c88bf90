"""Metrics against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.choices.measure import measure
from engine.choices.metrics import METRICS

ANSWERS = np.array([[0.7, 0.2, 0.1], [0.4, 0.5, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3]], dtype=np.float32)
TARGETS = np.array([0, 0, 2, 1])


def test_classes_by_hand() -> None:
    found = measure(["accuracy", "f1", "roc_auc", "top5"], ANSWERS, TARGETS, 3)
    # class 0: all pairs right, 4 of 4. class 1: 0.5 against 0.2, 0.5 (tie), 0.3: 2.5 of 3. class 2: 3 of 3.
    assert found["roc_auc"] == pytest.approx((1 + 2.5 / 3 + 1) / 3)
    assert found["accuracy"] == pytest.approx(3 / 4)
    # F1: class 0 is right once, missed once: 2/3. class 1 is right once, one too many: 2/3. class 2: 1.
    assert found["f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found["top5"] == 1.0


def test_accuracy_is_over_examples_not_over_classes() -> None:
    answers = np.array([[0.9, 0.1]] * 4, dtype=np.float32)
    assert measure(["accuracy"], answers, np.array([0, 0, 0, 1]), 2) == {"accuracy": 0.75}


def test_top5_of_seven() -> None:
    answers = np.tile(np.arange(7, dtype=np.float32) / 21, (7, 1))
    assert measure(["top5"], answers, np.arange(7), 7)["top5"] == pytest.approx(5 / 7)


def test_one_unit_for_two_classes() -> None:
    answers = np.array([[0.9], [0.4], [0.6], [0.1]], dtype=np.float32)
    found = measure(["accuracy", "roc_auc", "f1", "top5"], answers, np.array([1, 1, 0, 0]), 2)
    assert found == pytest.approx({"accuracy": 0.5, "roc_auc": 0.75, "f1": 0.5, "top5": 1.0})


def test_a_class_that_is_missing_does_not_count() -> None:
    found = measure(["roc_auc", "f1"], ANSWERS[:2], np.array([0, 1]), 3)
    assert found["roc_auc"] == 1.0
    assert found["f1"] == 1.0
    assert measure(["roc_auc", "accuracy"], ANSWERS[:2], np.array([0, 0]), 3) == {"accuracy": 0.5}


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e6])
def test_only_the_order_counts_for_roc_auc(scale: float) -> None:
    scores = np.array([[-3.0, 3.0], [-1.0, 1.0], [2.0, -2.0], [-2.0, 2.0]], dtype=np.float32) * np.float32(scale)
    assert measure(["roc_auc"], scores, np.array([1, 0, 0, 1]), 2)["roc_auc"] == 1.0


def test_numbers_by_hand() -> None:
    answers, targets = np.array([[1.0], [2.0], [5.0]], dtype=np.float32), np.array([1.0, 3.0, 3.0], dtype=np.float32)
    found = measure(["mae", "rmse", "r2"], answers, targets, 0)
    assert found == pytest.approx({"mae": 1.0, "rmse": (5 / 3) ** 0.5, "r2": 1 - 5 / (8 / 3)}, rel=1e-5)


def test_r2_needs_targets_that_vary() -> None:
    one = np.array([[1.0]], dtype=np.float32)
    assert measure(["mae", "r2"], one, np.array([3.0], dtype=np.float32), 0) == {"mae": 2.0}
    two = np.array([[1.0], [3.0]], dtype=np.float32)
    assert measure(["r2"], two, np.array([3.0, 3.0], dtype=np.float32), 0) == {}


def test_what_cannot_be_measured_is_left_out() -> None:
    assert measure(["accuracy", "mae"], ANSWERS, TARGETS, 3) == {"accuracy": 0.75}
    assert measure(["accuracy"], ANSWERS[:0], TARGETS[:0], 3) == {}
    assert measure(["accuracy"], ANSWERS * np.float32("nan"), TARGETS, 3) == {}


def test_tensors_are_taken_too() -> None:
    answers = torch.from_numpy(ANSWERS).requires_grad_()
    assert measure(tuple(METRICS), answers, torch.from_numpy(TARGETS), 3) == measure(
        tuple(METRICS), ANSWERS, TARGETS, 3
    )


def test_words_count_one_by_one_and_only_where_there_is_a_next_one() -> None:
    given, wanted = np.array([[3, 4, 5], [6, 0, 0]]), np.array([[3, 9, 5], [6, -100, -100]])
    assert measure(["accuracy", "top5", "r2"], given, wanted, 0, "tokens") == {"accuracy": 0.75}
    assert measure(["accuracy"], given, np.full((2, 3), -100), 0, "tokens") == {}
    assert measure(["f1"], given, wanted, 0, "tokens") == {}


def test_values_of_any_shape_are_numbers() -> None:
    wanted = np.array([[[1.0, 2.0]], [[3.0, 4.0]]], dtype=np.float32)
    found = measure(["mae", "mse", "rmse", "r2", "accuracy"], wanted + np.float32(0.5), wanted, 0, "values")
    assert found == pytest.approx({"mae": 0.5, "mse": 0.25, "rmse": 0.5, "r2": 1 - 4 * 0.25 / 5.0})


@pytest.mark.parametrize("offset", [0.0, 101_325.0, 1_700_000_000.0, -2_459_000.5])
def test_r2_is_the_same_wherever_zero_is(offset: float) -> None:
    random = np.random.default_rng(0)
    targets = random.normal(0, 20, 400)
    answers = targets + random.normal(0, 5, 400)
    right = measure(["r2"], answers[:, None], targets, 0)["r2"]
    assert right == pytest.approx(1 - ((answers - targets) ** 2).sum() / ((targets - targets.mean()) ** 2).sum())
    assert measure(["r2", "mae"], answers[:, None] + offset, targets + offset, 0)["r2"] == pytest.approx(right)


def test_r2_of_float32_numbers_far_from_zero_is_at_most_1() -> None:
    targets = (1998 + np.random.default_rng(1).normal(0, 0.7, 300)).astype(np.float32)
    assert measure(["r2"], targets[:, None], targets, 0) == {"r2": 1.0}
    centred = (targets.astype(np.float64) - 1998).astype(np.float32)
    off, at_zero = (measure(["r2"], (one + np.float32(0.25))[:, None], one, 0)["r2"] for one in (targets, centred))
    assert off == pytest.approx(at_zero, abs=1e-5)
