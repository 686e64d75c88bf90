"""The price of large weights, by layer: a part of the loss that is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from engine.layers.base import Layer
from engine.layers.learning import learning_of


@dataclass(frozen=True)
class Penalty:
    """l1 times the sum of sizes and l2 times the sum of squares of one weight matrix or kernel."""

    weight: Tensor
    l1: float
    l2: float

    def add_to(self, loss: Tensor) -> Tensor:
        """The loss with the price of this weight."""
        if self.l1:
            loss = loss + self.l1 * self.weight.abs().sum()
        if self.l2:
            loss = loss + self.l2 * self.weight.square().sum()
        return loss


def penalties(model: nn.Module, layers: Sequence[Layer]) -> tuple[Penalty, ...]:
    """Of all weights that learn and have a price; biases and norms have none."""
    found = []
    for name, parameter in model.named_parameters():
        how = learning_of(layers, name)
        if parameter.requires_grad and parameter.ndim >= 2 and (how.l1 or how.l2):
            found.append(Penalty(parameter, how.l1, how.l2))
    return tuple(found)
