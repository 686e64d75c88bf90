"""Pooling: makes sequences and pictures smaller by keeping one number of each window. Nothing is learned."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.axes import SWAP, picture_advice, sequence_advice
from engine.layers.base import Family, Unary
from engine.layers.calls import Call, Calls
from engine.layers.windows import slid
from engine.shapes import Shape

SEQUENCE = (("time", "feature"),)
PICTURE = (("channel", "height", "width"),)


class Pool(Unary):
    """What the pools with a window share."""

    module: ClassVar[str]
    along: ClassVar[tuple[str, ...]]
    kernel: int = 2
    stride: Annotated[
        int, Field(ge=0, le=64, title="Stride", description="How far the window moves; 0: as far as it is wide")
    ] = 0

    def summary(self) -> str:
        window = " × ".join(str(self.kernel) for _ in self.along)
        return f"window {window}" + (f" · stride {self.stride}" if self.stride else "")

    def shape(self, x: Shape) -> Shape:
        return x.with_sizes(**slid(self, x, self.along, kernel=self.kernel, stride=self.stride or self.kernel))

    def pool(self) -> Call:
        """The module on torch's axis order."""
        return Call.of(self.module, self.kernel, **({"stride": self.stride} if self.stride else {}))


class SequencePool(Pool):
    """A pool along time."""

    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = SEQUENCE
    along: ClassVar[tuple[str, ...]] = ("time",)
    kernel: Annotated[
        int,
        Field(ge=1, le=255, title="Window", description="Steps made into one", json_schema_extra={"unit": "steps"}),
    ] = 2

    def advice(self, x: Shape) -> str:
        return sequence_advice(x, self.title.replace("1D", "2D"))

    def calls(self, x: Shape) -> Calls:
        return SWAP, self.pool(), SWAP


class PicturePool(Pool):
    """A pool over height and width."""

    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    along: ClassVar[tuple[str, ...]] = ("height", "width")
    kernel: Annotated[
        int,
        Field(ge=1, le=31, title="Window", description="Height and width made one", json_schema_extra={"unit": "px"}),
    ] = 2

    def advice(self, x: Shape) -> str:
        return picture_advice(x, self.title.replace("2D", "1D"))

    def calls(self, x: Shape) -> Calls:
        return (self.pool(),)


class MaxPool1d(SequencePool):
    """Shortens a sequence: keeps the largest number of each window."""

    title: ClassVar[str] = "Max pool 1D"
    module: ClassVar[str] = "nn.MaxPool1d"
    kind: Literal["max_pool1d"] = "max_pool1d"


class AveragePool1d(SequencePool):
    """Shortens a sequence: keeps the mean of each window."""

    title: ClassVar[str] = "Average pool 1D"
    module: ClassVar[str] = "nn.AvgPool1d"
    kind: Literal["average_pool1d"] = "average_pool1d"


class MaxPool2d(PicturePool):
    """Shrinks a picture: keeps the largest number of each window."""

    title: ClassVar[str] = "Max pool 2D"
    module: ClassVar[str] = "nn.MaxPool2d"
    kind: Literal["max_pool2d"] = "max_pool2d"


class AveragePool2d(PicturePool):
    """Shrinks a picture: keeps the mean of each window."""

    title: ClassVar[str] = "Average pool 2D"
    module: ClassVar[str] = "nn.AvgPool2d"
    kind: Literal["average_pool2d"] = "average_pool2d"


class GlobalPool(Unary):
    """What the pools over everything share."""

    take: Literal["average", "max"] = Field("average", title="Take", description="The mean or the largest number")

    def summary(self) -> str:
        return self.take

    def pool(self, axes: int) -> Calls:
        """The modules on torch's axis order."""
        name = "Avg" if self.take == "average" else "Max"
        return Call.of(f"nn.Adaptive{name}Pool{axes}d", 1), Call.of("nn.Flatten")


class GlobalPool1d(GlobalPool):
    """Makes one number of each feature over all steps.

    (time, feature) -> (feature).
    """

    title: ClassVar[str] = "Global pool 1D"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = SEQUENCE
    kind: Literal["global_pool1d"] = "global_pool1d"

    def advice(self, x: Shape) -> str:
        return sequence_advice(x, "Global pool 2D")

    def shape(self, x: Shape) -> Shape:
        return Shape.of(feature=x.size("feature"))

    def calls(self, x: Shape) -> Calls:
        return SWAP, *self.pool(1)


class GlobalPool2d(GlobalPool):
    """Makes one number of each channel over the whole picture.

    (channel, height, width) -> (feature).
    """

    title: ClassVar[str] = "Global pool 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    kind: Literal["global_pool2d"] = "global_pool2d"

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Global pool 1D")

    def shape(self, x: Shape) -> Shape:
        return Shape.of(feature=x.size("channel"))

    def calls(self, x: Shape) -> Calls:
        return self.pool(2)
