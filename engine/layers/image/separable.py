"""Light convolutions: windows that see one channel each, and channels mixed apart from them."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.activations import Activation, activation_calls, then
from engine.layers.axes import picture_advice
from engine.layers.base import Family
from engine.layers.calls import Call, Calls
from engine.layers.image.convolution import Convolution
from engine.layers.initialisations import Rule, Weighted
from engine.layers.windows import Padding, edge, filling, slid
from engine.shapes import Shape

PICTURE = (("channel", "height", "width"),)
WINDOW = Field(ge=1, le=31, title="Window", description="Height and width it sees", json_schema_extra={"unit": "px"})
ALONE: tuple[Rule] = (
    "lecun_uniform",
)  # a window that sees one channel; Glorot would count all channels as its outputs


def depthwise(channels: int, each: int, kernel: int, stride: int, padding: Padding, *, bias: bool) -> Call:
    """`each` windows for every channel, which see that channel only."""
    outputs = channels * each
    return Call.of(
        "nn.Conv2d",
        channels,
        outputs,
        kernel,
        stride=stride,
        padding=edge(kernel, padding),
        groups=channels,
        weights=outputs * kernel**2,
        vectors=outputs if bias else 0,
        **({} if bias else {"bias": False}),
    )


class SeparableConv2d(Convolution):
    """A light Conv 2D: one window for each channel, then a mix of the channels.

    Chollet 2017 (Xception), Howard et al. 2017 (MobileNet). (channel, height, width) -> (channels, places of the
    window), at about 1 / window² of the work.
    """

    title: ClassVar[str] = "Separable conv 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    along: ClassVar[tuple[str, ...]] = ("height", "width")
    across: ClassVar[str] = "channel"
    kind: Literal["separable_conv2d"] = "separable_conv2d"
    kernel: Annotated[int, WINDOW] = 3

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Conv 1D")

    def calls(self, x: Shape) -> Calls:
        inputs = x.size("channel")
        yield from filling(self.kernel, self.padding, 2)
        yield self.begun(depthwise(inputs, 1, self.kernel, self.stride, self.padding, bias=False), automatic=ALONE)
        mix = Call.of(
            "nn.Conv2d",
            inputs,
            self.channels,
            1,
            weights=inputs * self.channels,
            vectors=self.channels if self.bias else 0,
            **({} if self.bias else {"bias": False}),
        )
        yield self.begun(mix)
        yield from activation_calls(self.activation, self.shape(x))


class DepthwiseConv2d(Weighted):
    """Slides learned windows over each channel by itself; channels do not mix.

    Howard et al. 2017 (MobileNet). (channel, height, width) -> (each × channel, places of the window).
    """

    title: ClassVar[str] = "Depthwise conv 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    straight: ClassVar[Rule] = ALONE[0]
    kind: Literal["depthwise_conv2d"] = "depthwise_conv2d"
    each: Annotated[
        int, Field(ge=1, le=64, title="Windows each", description="Windows to learn for every channel that comes in")
    ] = 1
    kernel: Annotated[int, WINDOW] = 3
    stride: Annotated[int, Field(ge=1, le=64, title="Stride", description="How far the window moves at a time")] = 1
    padding: Padding = Field(
        "same", title="Padding", description="Same: zeros around keep the size at stride 1. Valid: only whole windows"
    )
    activation: Activation = Field("relu", title="Activation", description="Applied to each number that comes out")
    bias: bool = Field(True, title="Bias", description="Adds a number to each channel; a norm right below does it too")

    def summary(self) -> str:
        each = f"{self.each} each · " if self.each > 1 else ""
        stride = f" · stride {self.stride}" if self.stride > 1 else ""
        return f"{each}{self.kernel} × {self.kernel}{stride}{then(self.activation)}"

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Conv 1D")

    def shape(self, x: Shape) -> Shape:
        sizes = slid(self, x, ("height", "width"), kernel=self.kernel, stride=self.stride, padding=self.padding)
        return x.with_sizes(channel=self.each * x.size("channel"), **sizes)

    def calls(self, x: Shape) -> Calls:
        yield from filling(self.kernel, self.padding, 2)
        windows = depthwise(x.size("channel"), self.each, self.kernel, self.stride, self.padding, bias=self.bias)
        yield self.begun(windows)
        yield from activation_calls(self.activation, self.shape(x))
