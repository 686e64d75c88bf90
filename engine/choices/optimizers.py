"""Optimizers, each declared once with its own settings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choices.base import Choice
from engine.layers.calls import Call

LearningRate = Annotated[float, Field(gt=0, le=100, title="Learning rate", description="Size of a step down the slope")]
WeightDecay = Annotated[float, Field(ge=0, le=10, title="Weight decay", description="Pulls weights towards zero at each step")]


class Optimizer(Choice):
    """How the weights follow the gradients."""

    learning_rate: LearningRate = 0.001

    def call(self) -> Call:
        """The torch.optim class and its arguments, without the parameters: `optim.Adam(lr=0.001)`."""
        raise NotImplementedError


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square (Kingma & Ba 2014)."""

    title: ClassVar[str] = "Adam"
    kind: Literal["adam"] = "adam"
    weight_decay: WeightDecay = 0.0
    beta1: Annotated[float, Field(ge=0, lt=1, title="Beta 1")] = 0.9
    beta2: Annotated[float, Field(ge=0, lt=1, title="Beta 2")] = 0.999

    def call(self) -> Call:
        return Call.of(
            "optim.Adam", lr=self.learning_rate, betas=(self.beta1, self.beta2), weight_decay=self.weight_decay
        )


OPTIMIZERS: tuple[type[Optimizer], ...] = (Adam,)
AnyOptimizer = Annotated[Adam, Field()]
