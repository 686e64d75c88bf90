"""Small modules that layers name beside torch.nn. Each stands by itself: exported code prints its source."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """Sums tensors of one shape: n of (B, ...) -> (B, ...)."""

    def forward(self, *inputs: Tensor) -> Tensor:
        total = inputs[0]
        for other in inputs[1:]:
            total = total + other
        return total


class Concatenate(nn.Module):
    """Puts tensors side by side along axis `dim` (the batch is axis 0): (B, 4), (B, 2) -> (B, 6)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat(inputs, dim=self.dim)


class SwapAxes(nn.Module):
    """Swaps axes `first` and `second` (the batch is axis 0): (B, time, feature) -> (B, feature, time)."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(self.first, self.second)


class LastStep(nn.Module):
    """Of what nn.RNN, nn.LSTM or nn.GRU gives, the top layer's state once all is read: (B, units).

    Both ways: the state after the last step of the way forward, then that after the first step of the way back,
    (B, 2 * units).
    """

    def __init__(self, both_ways: bool = False) -> None:
        super().__init__()
        self.both_ways = both_ways

    def forward(self, result: tuple[Tensor, Tensor | tuple[Tensor, Tensor]]) -> Tensor:
        state = result[1]
        hidden = state[0] if isinstance(state, tuple) else state  # (layers * ways, B, units)
        return torch.cat((hidden[-2], hidden[-1]), dim=1) if self.both_ways else hidden[-1]


class EveryStep(nn.Module):
    """Of what nn.RNN, nn.LSTM or nn.GRU gives, the output of every step: (B, time, units)."""

    def forward(self, result: tuple[Tensor, Tensor | tuple[Tensor, Tensor]]) -> Tensor:
        return result[0]


class Exp(nn.Module):
    """e to the power of each number, so that answers are positive: any shape, kept."""

    def forward(self, x: Tensor) -> Tensor:
        return x.exp()
