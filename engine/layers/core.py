"""Input and output, dense layers, activations and dropout."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.activations import ACTIVATIONS, Activation, activation_calls
from engine.layers.base import Count, Family, Rate, Unary
from engine.layers.calls import Call, Calls, linear
from engine.shapes import Shape


class Input(Unary):
    """Where the data enters. Its shape comes from the data."""

    title: ClassVar[str] = "Input"
    family: ClassVar[Family] = Family.EDGE
    reads: ClassVar[str] = "any"
    in_palette: ClassVar[bool] = False
    kind: Literal["input"] = "input"

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        return ()


class Output(Unary):
    """What the network answers. It is compared with the target by the loss."""

    title: ClassVar[str] = "Output"
    family: ClassVar[Family] = Family.EDGE
    in_palette: ClassVar[bool] = False
    kind: Literal["output"] = "output"

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        return ()


class Dense(Unary):
    """Every unit weighs all the features it reads, adds a bias and applies the activation."""

    title: ClassVar[str] = "Dense"
    family: ClassVar[Family] = Family.CORE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("feature",), ("time", "feature"))
    kind: Literal["dense"] = "dense"
    units: Count = Field(64, title="Units", description="Numbers it gives out")
    activation: Activation = Field("relu", title="Activation", description="Bends the sums, so that layers add up to more than one")

    def summary(self) -> str:
        return f"{self.units:,} units · {ACTIVATIONS[self.activation].title}"

    def advice(self, x: Shape) -> str:
        return "Put Flatten before it"

    def shape(self, x: Shape) -> Shape:
        return x.with_sizes(feature=self.units)

    def calls(self, x: Shape) -> Calls:
        yield linear(x.size("feature"), self.units)
        yield from activation_calls(self.activation)


class ActivationLayer(Unary):
    """Applies an activation to each number."""

    title: ClassVar[str] = "Activation"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["activation"] = "activation"
    activation: Activation = Field("relu", title="Activation")

    def summary(self) -> str:
        return ACTIVATIONS[self.activation].title

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        return activation_calls(self.activation)


class Dropout(Unary):
    """While training, sets a random share of the numbers to zero (Srivastava et al. 2014), so that none is relied on."""

    title: ClassVar[str] = "Dropout"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["dropout"] = "dropout"
    rate: Annotated[Rate, Field(title="Rate", description="Share that is set to zero")] = 0.2

    def summary(self) -> str:
        return f"{self.rate:.0%} off while training"

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        yield Call.of("nn.Dropout", self.rate)
