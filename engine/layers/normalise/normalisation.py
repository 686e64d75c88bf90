"""Normalisation: brings numbers to mean 0 and deviation 1 on their way, so that deep networks train."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.axes import SWAP
from engine.layers.base import Count, Family, Unary
from engine.layers.calls import Call, Calls
from engine.layers.dividing import nearest_divisor
from engine.shapes import Shape

Epsilon = Annotated[
    float, Field(ge=1e-12, le=0.1, title="Epsilon", description="Added to the variance, against division by zero")
]
ROW, STEPS = ("feature",), ("time", "feature")
PICTURE, VOLUME = ("channel", "height", "width"), ("channel", "depth", "height", "width")


class Norm(Unary):
    """What the norms share: a learned scale and shift for each feature or channel."""

    family: ClassVar[Family] = Family.NORMALISE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (ROW, STEPS, PICTURE, VOLUME)
    epsilon: Epsilon = 1e-5

    def shape(self, x: Shape) -> Shape:
        return x

    def advice(self, x: Shape) -> str:
        return "Use Layer norm on rows" if x.names == ROW else "Put Reshape before it"


class BatchNorm(Norm):
    """Brings each feature or channel to mean 0, deviation 1 over the batch.

    Ioffe & Szegedy 2015. While training it uses the batch, of two examples or more; afterwards running means.
    """

    title: ClassVar[str] = "Batch norm"
    kind: Literal["batch_norm"] = "batch_norm"
    momentum: Annotated[
        float, Field(gt=0, le=1, title="Momentum", description="Share of each new batch in the running means")
    ] = 0.1

    def calls(self, x: Shape) -> Calls:
        if "channel" in x.names:
            return (self._norm(f"nn.BatchNorm{len(x.axes) - 1}d", x.size("channel")),)
        norm = self._norm("nn.BatchNorm1d", x.size("feature"))
        return (SWAP, norm, SWAP) if "time" in x.names else (norm,)

    def _norm(self, module: str, size: int) -> Call:
        return Call.of(module, size, eps=self.epsilon, momentum=self.momentum, vectors=2 * size)


class LayerNorm(Norm):
    """Brings each example's own numbers to mean 0, deviation 1.

    Ba et al. 2016. In a sequence each step by itself; in a picture or volume all channels together, with a scale for
    each (as a group norm of one group, Wu & He 2018).
    """

    title: ClassVar[str] = "Layer norm"
    kind: Literal["layer_norm"] = "layer_norm"

    def calls(self, x: Shape) -> Calls:
        if "channel" in x.names:
            size = x.size("channel")
            yield Call.of("nn.GroupNorm", 1, size, eps=self.epsilon, vectors=2 * size)
        else:
            size = x.size("feature")
            yield Call.of("nn.LayerNorm", size, eps=self.epsilon, vectors=2 * size)


class GroupNorm(Norm):
    """Brings each group of channels of an example to mean 0, deviation 1.

    Wu & He 2018. Over all places of a picture or steps of a sequence; the batch has no say, so small batches do.
    """

    title: ClassVar[str] = "Group norm"
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (STEPS, PICTURE, VOLUME)
    kind: Literal["group_norm"] = "group_norm"
    groups: Annotated[Count, Field(title="Groups", description="Channels are shared out evenly among them")] = 8

    def summary(self) -> str:
        return f"{self.groups:,} groups"

    def check(self, x: Shape) -> None:
        super().check(x)
        size = _channels(x)
        if size % self.groups:
            raise ShapeError(
                f"{self.label} cannot share {size:,} channels evenly among {self.groups:,} groups",
                layer=self.id,
                field="groups",
                hint=f"Set Groups to {nearest_divisor(size, self.groups):,}",
            )

    def calls(self, x: Shape) -> Calls:
        size = _channels(x)
        norm = Call.of("nn.GroupNorm", self.groups, size, eps=self.epsilon, vectors=2 * size)
        return (SWAP, norm, SWAP) if "time" in x.names else (norm,)


class InstanceNorm(Norm):
    """Brings each channel of each example to mean 0, deviation 1.

    Ulyanov et al. 2016. Over all places of a picture or steps of a sequence; takes contrast and brightness away.
    """

    title: ClassVar[str] = "Instance norm"
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (STEPS, PICTURE, VOLUME)
    kind: Literal["instance_norm"] = "instance_norm"

    def check(self, x: Shape) -> None:
        super().check(x)
        if x.count == _channels(x):
            raise ShapeError(
                f"{self.label} needs more than one number in each channel, got {x}",
                layer=self.id,
                hint="Put it before the picture shrinks this far, or use Layer norm",
            )

    def calls(self, x: Shape) -> Calls:
        size = _channels(x)
        norm = Call.of(f"nn.InstanceNorm{len(x.axes) - 1}d", size, eps=self.epsilon, affine=True, vectors=2 * size)
        return (SWAP, norm, SWAP) if "time" in x.names else (norm,)


class RmsNorm(Norm):
    """Brings each row's numbers to mean square 1, without taking their mean away.

    Zhang & Sennrich 2019; cheaper than Layer norm, used by large language models. Each step by itself; no shift.
    """

    title: ClassVar[str] = "RMS norm"
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (ROW, STEPS)
    kind: Literal["rms_norm"] = "rms_norm"

    def advice(self, x: Shape) -> str:
        return "Use Layer norm or Group norm on pictures"

    def calls(self, x: Shape) -> Calls:
        yield Call.of("nn.RMSNorm", x.size("feature"), eps=self.epsilon, vectors=x.size("feature"))


def _channels(x: Shape) -> int:
    return x.size("channel" if "channel" in x.names else "feature")
