"""Targets in the form a loss expects, and answers in the form a metric expects."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.choices.losses import Loss
from engine.data.feature.scaling import far_from_zero
from engine.facts import Target
from engine.plan import AnswerForm


def encode(values: NDArray[Any], loss: Loss, target: Target, units: int, scale: tuple[float, float]) -> Tensor:
    """Targets of one split as the loss wants them.

    Args:
        values: int64 class numbers or numbers, (examples,); float32 values (examples, *shape); int64 words
            (examples, time).
        units: numbers the network gives for one example.
        scale: mean and deviation that numbers are brought to 0 and 1 with; (0, 1) leaves them.

    Returns:
        int64 (examples,) for "index"; float32 (examples, units) for "one-hot" and "number"; values and words as they
        are.
    """
    if target.kind in ("values", "tokens"):
        return torch.from_numpy(values)
    if target.kind == "number":
        mean, deviation = scale
        return torch.from_numpy(((values - mean) / deviation).astype(np.float32).reshape(-1, 1))
    index = torch.from_numpy(values.astype(np.int64))
    if loss.target == "index":
        return index
    if units == 1:
        return index.to(torch.float32).reshape(-1, 1)
    return nn_one_hot(index, units)


def nn_one_hot(index: Tensor, units: int) -> Tensor:
    """int64 (examples,) -> float32 (examples, units)."""
    return torch.nn.functional.one_hot(index, units).to(torch.float32)


def in_own_unit(answers: NDArray[Any], target: Target, scale: tuple[float, float]) -> NDArray[Any]:
    """Answers for a number in the target's own unit, float64 where that is far from zero; all others as they are."""
    if target.kind != "number":
        return answers
    mean, deviation = scale
    exact = answers.astype(np.float64) if far_from_zero(mean, deviation) else answers
    return exact * deviation + mean


def predicted(answers: NDArray[Any], target: Target) -> NDArray[Any]:
    """The answer for each example: int64 class numbers, or numbers in the target's own unit.

    answers: (examples, units). Values (examples, *shape) and words (examples, time) are answers as they are.
    """
    if target.kind in ("values", "tokens"):
        return answers
    if target.kind == "number":
        return np.asarray(answers[:, 0])
    if answers.shape[1] == 1:
        return np.asarray(answers[:, 0] > 0.5, np.int64)
    return np.asarray(answers.argmax(axis=1), np.int64)


def shares(answers: Tensor, form: AnswerForm) -> Tensor:
    """Answers with logarithms of shares turned into shares, so that metrics see probabilities."""
    return answers.exp() if form == "logarithms" else answers
