"""Volumes, such as scans or short films: convolution and pooling along depth, height and width."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.activations import activation_calls
from engine.layers.base import Family
from engine.layers.calls import Calls
from engine.layers.image.convolution import Convolution
from engine.layers.image.pooling import GlobalPool, Pool
from engine.shapes import Shape

VOLUME = (("channel", "depth", "height", "width"),)
ALONG = ("depth", "height", "width")


def volume_advice(x: Shape, for_pictures: str) -> str:
    """What to do where a layer wants channel × depth × height × width and gets `x`."""
    if x.names == ("channel", "height", "width"):
        return f"Use {for_pictures} on pictures"
    return "Put Reshape before it, to channel × depth × height × width"


class Conv3d(Convolution):
    """Slides small learned windows through a volume.

    (channel, depth, height, width) -> (channels, places of the window along each axis).
    """

    title: ClassVar[str] = "Conv 3D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = VOLUME
    along: ClassVar[tuple[str, ...]] = ALONG
    across: ClassVar[str] = "channel"
    kind: Literal["conv3d"] = "conv3d"
    kernel: Annotated[
        int,
        Field(
            ge=1, le=15, title="Window", description="Depth, height and width it sees", json_schema_extra={"unit": "px"}
        ),
    ] = 3

    def advice(self, x: Shape) -> str:
        return volume_advice(x, "Conv 2D")

    def calls(self, x: Shape) -> Calls:
        yield from self.convolution(x)
        yield from activation_calls(self.activation, self.shape(x))


class VolumePool(Pool):
    """A pool over depth, height and width."""

    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = VOLUME
    along: ClassVar[tuple[str, ...]] = ALONG
    kernel: Annotated[
        int,
        Field(
            ge=1,
            le=15,
            title="Window",
            description="Depth, height and width made one",
            json_schema_extra={"unit": "px"},
        ),
    ] = 2

    def advice(self, x: Shape) -> str:
        return volume_advice(x, self.title.replace("3D", "2D"))

    def calls(self, x: Shape) -> Calls:
        return (self.pool(),)


class MaxPool3d(VolumePool):
    """Shrinks a volume: keeps the largest number of each window."""

    title: ClassVar[str] = "Max pool 3D"
    module: ClassVar[str] = "nn.MaxPool3d"
    kind: Literal["max_pool3d"] = "max_pool3d"


class AveragePool3d(VolumePool):
    """Shrinks a volume: keeps the mean of each window."""

    title: ClassVar[str] = "Average pool 3D"
    module: ClassVar[str] = "nn.AvgPool3d"
    kind: Literal["average_pool3d"] = "average_pool3d"


class GlobalPool3d(GlobalPool):
    """Makes one number of each channel over the whole volume.

    (channel, depth, height, width) -> (feature).
    """

    title: ClassVar[str] = "Global pool 3D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = VOLUME
    kind: Literal["global_pool3d"] = "global_pool3d"

    def advice(self, x: Shape) -> str:
        return volume_advice(x, "Global pool 2D")

    def shape(self, x: Shape) -> Shape:
        return Shape.of(feature=x.size("channel"))

    def calls(self, x: Shape) -> Calls:
        return self.pool(3)
