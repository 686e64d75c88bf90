"""Convolutions: small learned windows that slide along time or over a picture."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.activations import Activation, activation_calls, then
from engine.layers.axes import SWAP, picture_advice, sequence_advice
from engine.layers.base import Count, Family
from engine.layers.calls import Call, Calls
from engine.layers.initialisations import Rule, Weighted
from engine.layers.windows import Padding, edge, filling, slid
from engine.shapes import Shape


class Convolution(Weighted):
    """What Conv 1D and Conv 2D share."""

    along: ClassVar[tuple[str, ...]]  # axes the windows slide along
    across: ClassVar[str]  # axis that each window reads whole
    straight: ClassVar[Rule] = "torch"  # a norm mostly follows, behind which larger weights only learn more slowly
    channels: Annotated[Count, Field(title="Channels", description="Windows to learn: one output channel each")] = 32
    kernel: int = 3
    stride: Annotated[int, Field(ge=1, le=64, title="Stride", description="How far the window moves at a time")] = 1
    padding: Padding = Field(
        "same", title="Padding", description="Same: zeros around keep the size at stride 1. Valid: only whole windows"
    )
    activation: Activation = Field("relu", title="Activation", description="Applied to each number that comes out")
    bias: bool = Field(True, title="Bias", description="Adds a number to each channel; a norm right below does it too")

    def summary(self) -> str:
        window = " × ".join(str(self.kernel) for _ in self.along)
        stride = f" · stride {self.stride}" if self.stride > 1 else ""
        return f"{self.channels:,} channels · {window}{stride}{then(self.activation)}"

    def shape(self, x: Shape) -> Shape:
        sizes = slid(self, x, self.along, kernel=self.kernel, stride=self.stride, padding=self.padding)
        return x.with_sizes(**{self.across: self.channels}, **sizes)

    def convolution(self, x: Shape) -> list[Call]:
        """The convolution on torch's axis order, with what pads it."""
        inputs, axes = x.size(self.across), len(self.along)
        call = Call.of(
            f"nn.Conv{axes}d",
            inputs,
            self.channels,
            self.kernel,
            stride=self.stride,
            padding=edge(self.kernel, self.padding),
            weights=inputs * self.channels * self.kernel**axes,
            vectors=self.channels if self.bias else 0,
            **({} if self.bias else {"bias": False}),
        )
        return [*filling(self.kernel, self.padding, axes), self.begun(call)]


class Conv1d(Convolution):
    """Slides small learned windows along a sequence.

    (time, feature) -> (places of the window, channels).
    """

    title: ClassVar[str] = "Conv 1D"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("time", "feature"),)
    along: ClassVar[tuple[str, ...]] = ("time",)
    across: ClassVar[str] = "feature"
    kind: Literal["conv1d"] = "conv1d"
    kernel: Annotated[
        int,
        Field(ge=1, le=255, title="Window", description="Steps it sees at a time", json_schema_extra={"unit": "steps"}),
    ] = 3

    def advice(self, x: Shape) -> str:
        return sequence_advice(x, "Conv 2D")

    def calls(self, x: Shape) -> Calls:
        yield SWAP
        yield from self.convolution(x)
        yield SWAP
        yield from activation_calls(self.activation, self.shape(x))


class Conv2d(Convolution):
    """Slides small learned windows over a picture.

    (channel, height, width) -> (channels, rows and columns of the window's places).
    """

    title: ClassVar[str] = "Conv 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("channel", "height", "width"),)
    along: ClassVar[tuple[str, ...]] = ("height", "width")
    across: ClassVar[str] = "channel"
    kind: Literal["conv2d"] = "conv2d"
    kernel: Annotated[
        int,
        Field(ge=1, le=31, title="Window", description="Height and width it sees", json_schema_extra={"unit": "px"}),
    ] = 3

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Conv 1D")

    def calls(self, x: Shape) -> Calls:
        yield from self.convolution(x)
        yield from activation_calls(self.activation, self.shape(x))
