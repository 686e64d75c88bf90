"""Optimizers, each declared once with its own settings; defaults are torch's."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.choices.base import Choice
from engine.layers.calls import Call

LearningRate = Annotated[float, Field(gt=0, le=100, title="Learning rate", description="Size of a step down the slope")]
WeightDecay = Annotated[
    float, Field(ge=0, le=10, title="Weight decay", description="Pulls weights towards zero at each step")
]
Beta1 = Annotated[
    float, Field(ge=0, lt=1, title="Beta 1", description="How much of the mean gradient is kept from step to step")
]
Beta2 = Annotated[float, Field(ge=0, lt=1, title="Beta 2", description="How much of the mean squared gradient is kept")]
Epsilon = Annotated[
    float, Field(ge=1e-12, le=1, title="Epsilon", description="Added to what is divided by, against division by zero")
]
Momentum = Annotated[
    float, Field(ge=0, lt=1, title="Momentum", description="Share of the last step that is kept in the next")
]


class Optimizer(Choice):
    """How the weights follow the gradients.

    Attributes:
        state: numbers it keeps for each weight, for the memory forecast.
    """

    state: ClassVar[int] = 2
    learning_rate: LearningRate = 0.001

    def call(self) -> Call:
        """The torch.optim class and its arguments, without the parameters: `optim.Adam(lr=0.001)`."""
        raise NotImplementedError


class Sgd(Optimizer):
    """Steps straight down the slope of each batch; momentum keeps it rolling.

    Robbins & Monro 1951; Nesterov 1983.
    """

    title: ClassVar[str] = "SGD"
    kind: Literal["sgd"] = "sgd"
    momentum: Momentum = 0.0
    nesterov: bool = Field(False, title="Nesterov", description="Looks where momentum leads first; needs momentum")
    weight_decay: WeightDecay = 0.0

    @field_validator("nesterov")
    @classmethod
    def _needs_momentum(cls, nesterov: bool, info: ValidationInfo) -> bool:
        if nesterov and info.data.get("momentum") == 0:
            raise PydanticCustomError("nesterov", "nesterov needs momentum: set momentum above 0 first, such as 0.9")
        return nesterov

    def call(self) -> Call:
        return Call.of(
            "optim.SGD",
            lr=self.learning_rate,
            momentum=self.momentum,
            nesterov=self.nesterov,
            weight_decay=self.weight_decay,
        )


class Moments(Optimizer):
    """What Adam and its relatives share."""

    module: ClassVar[str]
    weight_decay: WeightDecay = 0.0
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8

    def call(self) -> Call:
        return Call.of(
            self.module,
            lr=self.learning_rate,
            betas=(self.beta1, self.beta2),
            eps=self.epsilon,
            weight_decay=self.weight_decay,
        )


class Adam(Moments):
    """Steps scaled by running means of the gradient and of its square; a good first choice.

    Kingma & Ba 2014.
    """

    title: ClassVar[str] = "Adam"
    module: ClassVar[str] = "optim.Adam"
    kind: Literal["adam"] = "adam"


class AdamW(Moments):
    """Adam with a weight decay of its own, not scaled with the gradients.

    Loshchilov & Hutter 2017.
    """

    title: ClassVar[str] = "AdamW"
    module: ClassVar[str] = "optim.AdamW"
    kind: Literal["adamw"] = "adamw"
    weight_decay: WeightDecay = 0.01


class NAdam(Moments):
    """Adam that looks where its momentum leads first.

    Dozat 2016.
    """

    title: ClassVar[str] = "NAdam"
    module: ClassVar[str] = "optim.NAdam"
    kind: Literal["nadam"] = "nadam"
    learning_rate: LearningRate = 0.002
    momentum_decay: Annotated[
        float, Field(ge=0, le=1, title="Momentum decay", description="How fast the momentum grows to its full size")
    ] = 0.004

    def call(self) -> Call:
        call = super().call()
        return replace(call, kwargs=(*call.kwargs, ("momentum_decay", self.momentum_decay)))


class RmsProp(Optimizer):
    """Divides each step by a running mean of the gradient's size.

    Hinton 2012, lecture 6 of Neural Networks for Machine Learning.
    """

    title: ClassVar[str] = "RMSprop"
    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: LearningRate = 0.01
    alpha: Annotated[
        float, Field(ge=0, lt=1, title="Alpha", description="How much of the mean squared gradient is kept")
    ] = 0.99
    momentum: Momentum = 0.0
    weight_decay: WeightDecay = 0.0
    epsilon: Epsilon = 1e-8

    def call(self) -> Call:
        return Call.of(
            "optim.RMSprop",
            lr=self.learning_rate,
            alpha=self.alpha,
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            momentum=self.momentum,
        )


class Adagrad(Optimizer):
    """Divides each weight's step by all its gradients so far: rare features keep learning.

    Duchi et al. 2011.
    """

    title: ClassVar[str] = "Adagrad"
    kind: Literal["adagrad"] = "adagrad"
    learning_rate: LearningRate = 0.01
    rate_decay: Annotated[
        float,
        Field(ge=0, le=1, title="Rate decay", description="After n steps the rate is divided by 1 + n times this"),
    ] = 0.0
    start: Annotated[
        float, Field(ge=0, le=100, title="Start", description="Squared gradient each weight begins with")
    ] = 0.0
    weight_decay: WeightDecay = 0.0
    epsilon: Epsilon = 1e-10

    def call(self) -> Call:
        return Call.of(
            "optim.Adagrad",
            lr=self.learning_rate,
            lr_decay=self.rate_decay,
            weight_decay=self.weight_decay,
            initial_accumulator_value=self.start,
            eps=self.epsilon,
        )


AnyOptimizer = Annotated[Adam | AdamW | Sgd | RmsProp | Adagrad | NAdam, Field(discriminator="kind")]

OPTIMIZERS: tuple[type[Optimizer], ...] = get_args(get_args(AnyOptimizer)[0])
"""Every kind of AnyOptimizer, in the order of the form."""
