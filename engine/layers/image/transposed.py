"""Transposed convolutions: learned windows that make pictures and sequences larger."""

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.activations import activation_calls
from engine.layers.axes import SWAP, picture_advice, sequence_advice
from engine.layers.base import Family
from engine.layers.calls import Call, Calls
from engine.layers.image.convolution import Convolution
from engine.layers.windows import Padding
from engine.shapes import Shape

STRIDE = Field(ge=1, le=64, title="Stride", description="How many times larger it makes each side")


class Transposed(Convolution):
    """What transposed convolutions share (Zeiler et al. 2010): every number that comes in paints a window."""

    padding: Padding = Field(
        "same", title="Padding", description="Same: stride times as large. Valid: the windows' edges stay on"
    )

    def shape(self, x: Shape) -> Shape:
        sizes = {axis: self._painted(x.size(axis)) for axis in self.along}
        return x.with_sizes(**{self.across: self.channels}, **sizes)

    def positions(self, inputs: Sequence[Shape], output: Shape) -> int:
        return math.prod(self.single(inputs).size(axis) for axis in self.along)

    def convolution(self, x: Shape) -> list[Call]:
        inputs, axes = x.size(self.across), len(self.along)
        trimmed, added, cropped = self._trim()
        call = Call.of(
            f"nn.ConvTranspose{axes}d",
            inputs,
            self.channels,
            self.kernel,
            stride=self.stride,
            padding=trimmed,
            output_padding=added,
            weights=inputs * self.channels * self.kernel**axes,
            vectors=self.channels if self.bias else 0,
            **({} if self.bias else {"bias": False}),
        )
        call = self.begun(call)
        return [call, Call.of(f"nn.ZeroPad{axes}d", (0, -1) * axes)] if cropped else [call]

    def _painted(self, size: int) -> int:
        """Size after windows `stride` apart are painted: torch's (size - 1) * stride + kernel, trimmed for "same"."""
        return size * self.stride if self.padding == "same" else (size - 1) * self.stride + self.kernel

    def _trim(self) -> tuple[int, int, bool]:
        """For "same": what the module trims at both ends, adds at the far one, and whether one more has to go there.

        torch adds less than one stride, so that an even window at stride 1 is trimmed by one too few and cropped.
        """
        spare = self.kernel - self.stride
        if self.padding == "valid":
            return 0, 0, False
        if spare < 0:
            return 0, -spare, False
        if spare % 2 and self.stride == 1:
            return spare // 2, 0, True
        return (spare + 1) // 2, spare % 2, False


class ConvTranspose2d(Transposed):
    """Makes a picture larger with small learned windows.

    Each pixel paints a window. (channel, height, width) -> (channels, stride × height, stride × width).
    """

    title: ClassVar[str] = "Transposed conv 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("channel", "height", "width"),)
    along: ClassVar[tuple[str, ...]] = ("height", "width")
    across: ClassVar[str] = "channel"
    kind: Literal["conv_transpose2d"] = "conv_transpose2d"
    kernel: Annotated[
        int,
        Field(ge=1, le=31, title="Window", description="Height and width it paints", json_schema_extra={"unit": "px"}),
    ] = 2
    stride: Annotated[int, STRIDE] = 2

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Transposed conv 1D")

    def calls(self, x: Shape) -> Calls:
        yield from self.convolution(x)
        yield from activation_calls(self.activation, self.shape(x))


class ConvTranspose1d(Transposed):
    """Makes a sequence longer with small learned windows.

    Each step paints a window. (time, feature) -> (stride × time, channels).
    """

    title: ClassVar[str] = "Transposed conv 1D"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("time", "feature"),)
    along: ClassVar[tuple[str, ...]] = ("time",)
    across: ClassVar[str] = "feature"
    kind: Literal["conv_transpose1d"] = "conv_transpose1d"
    kernel: Annotated[
        int,
        Field(ge=1, le=255, title="Window", description="Steps it paints", json_schema_extra={"unit": "steps"}),
    ] = 2
    stride: Annotated[int, STRIDE] = 2

    def advice(self, x: Shape) -> str:
        return sequence_advice(x, "Transposed conv 2D")

    def calls(self, x: Shape) -> Calls:
        yield SWAP
        yield from self.convolution(x)
        yield SWAP
        yield from activation_calls(self.activation, self.shape(x))
