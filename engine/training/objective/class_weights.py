"""Class weights: mistakes on rare classes count for more."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.choices.losses import Loss


def balanced(classes: NDArray[np.int64], count: int) -> Tensor:
    """A weight for each class: examples / (classes x examples of the class), so that they are 1 in the mean.

    King & Zeng 2001, Logistic regression in rare events data. A class without examples is not counted and weighs 1.

    Args:
        classes: int64 (examples,).
        count: classes.
    Returns:
        float32 (count,).
    """
    examples = torch.bincount(torch.from_numpy(classes), minlength=count)
    there = int((examples > 0).sum())
    weights = len(classes) / (there * examples.clamp(min=1).double())
    return torch.where(examples > 0, weights, 1.0).float()


def weighed(loss: Loss, criterion: nn.Module, weights: Tensor) -> nn.Module:
    """The mean loss with a weight for each example, that of its class; `criterion` is the loss's module."""
    if loss.weighs_itself:
        criterion.weight = weights
        return criterion
    return WeighedRows(criterion, weights)


class WeighedRows(nn.Module):
    """A loss on columns of 0 and 1, one for each class or a single one for two: the weighted mean over examples."""

    weights: Tensor

    def __init__(self, criterion: nn.Module, weights: Tensor) -> None:
        super().__init__()
        self.summed = criterion.reduction == "batchmean"
        vars(criterion)["reduction"] = "none"
        self.criterion = criterion
        self.register_buffer("weights", weights)

    def forward(self, logits: Tensor, wanted: Tensor) -> Tensor:
        """Logits and wanted (examples, columns) -> a single number."""
        losses: Tensor = self.criterion(logits, wanted)
        rows = losses.sum(1) if self.summed else losses.mean(1)
        shares = wanted if wanted.shape[1] > 1 else torch.cat((1 - wanted, wanted), 1)
        return (rows * (shares @ self.weights)).mean()
