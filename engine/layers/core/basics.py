"""Input and output, dense layers, activations and dropout."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.activations import ACTIVATIONS, Activation, activation_calls, then
from engine.layers.base import Count, Family, Rate, Unary
from engine.layers.calls import Call, Calls, linear
from engine.layers.initialisations import Rule, Weighted
from engine.shapes import Shape


class Input(Unary):
    """Where the data enters. Its shape comes from the data."""

    title: ClassVar[str] = "Input"
    family: ClassVar[Family] = Family.EDGE
    reads: ClassVar[str] = "any"
    in_palette: ClassVar[bool] = False
    kind: Literal["input"] = "input"
    source: Annotated[
        str, Field(max_length=200, title="Data", description="Which part of the data enters here; empty: the first")
    ] = ""

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
    target: Annotated[
        str, Field(max_length=200, title="Target", description="Which target is answered here; empty: the first")
    ] = ""

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        return ()


class Dense(Weighted):
    """Every unit weighs all features and adds a bias; the activation bends the sum.

    (feature) -> (units); on a sequence, the same weights for every step: (time, feature) -> (time, units).
    With a LoRA rank (Hu et al. 2021) the weights stay as they are; a pair of narrow matrices beside them is trained.
    """

    title: ClassVar[str] = "Dense"
    family: ClassVar[Family] = Family.CORE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("feature",), ("time", "feature"))
    bent: ClassVar[Rule] = "torch"  # on small tables He's learn by heart sooner: docs/initialisation.md
    kind: Literal["dense"] = "dense"
    units: Annotated[Count, Field(title="Units", description="Numbers it gives out")] = 64
    activation: Activation = Field(
        "relu", title="Activation", description="Bends the sums, so that layers add up to more than one"
    )
    lora_rank: Annotated[
        int,
        Field(
            ge=0,
            le=1024,
            title="LoRA rank",
            description="0: off; else its weights stay fixed and a narrow pair beside them learns",
        ),
    ] = 0

    def summary(self) -> str:
        lora = f" · LoRA {self.lora_rank}" if self.lora_rank else ""
        units = f"{self.units:,} {'unit' if self.units == 1 else 'units'}"
        return f"{units}{then(self.activation)}{lora}"

    def advice(self, x: Shape) -> str:
        return "Put Flatten before it"

    def shape(self, x: Shape) -> Shape:
        return x.with_sizes(feature=self.units)

    def calls(self, x: Shape) -> Calls:
        yield self.begun(linear(x.size("feature"), self.units, self.lora_rank))
        yield from activation_calls(self.activation, self.shape(x))


class ActivationLayer(Unary):
    """Applies an activation to each number.

    Softmax shares out over the channels of a picture, and over the last axis of anything else.
    """

    title: ClassVar[str] = "Activation"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["activation"] = "activation"
    activation: Activation = Field("relu", title="Activation", description="What each number is turned into")

    def summary(self) -> str:
        return ACTIVATIONS[self.activation].title

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        return activation_calls(self.activation, x)


class Dropout(Unary):
    """Sets a random share of the numbers to zero while training, so that none is relied on.

    Srivastava et al. 2014. What is kept is scaled up, so that sums stay the same; afterwards it does nothing.
    """

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
