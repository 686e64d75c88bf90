"""Normalisation: brings numbers to mean 0 and deviation 1 on their way, so that deep networks train."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.base import Family, Unary
from engine.layers.calls import Call, Calls
from engine.layers.convolution import SWAP
from engine.shapes import Shape

Epsilon = Annotated[
    float, Field(ge=1e-12, le=0.1, title="Epsilon", description="Added to the variance, against division by zero")
]


class Norm(Unary):
    """What the norms share: a learned scale and shift for each feature or channel."""

    family: ClassVar[Family] = Family.NORMALISE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("feature",), ("time", "feature"), ("channel", "height", "width"))
    epsilon: Epsilon = 1e-5

    def shape(self, x: Shape) -> Shape:
        return x

    def advice(self, x: Shape) -> str:
        return "Put Reshape before it"


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
            return (self._norm("nn.BatchNorm2d", x.size("channel")),)
        norm = self._norm("nn.BatchNorm1d", x.size("feature"))
        return (SWAP, norm, SWAP) if "time" in x.names else (norm,)

    def _norm(self, module: str, size: int) -> Call:
        return Call.of(module, size, eps=self.epsilon, momentum=self.momentum, vectors=2 * size)


class LayerNorm(Norm):
    """Brings each example's own numbers to mean 0, deviation 1.

    Ba et al. 2016. In a sequence each step by itself; in a picture all channels together, with a scale for each
    (as a group norm of one group, Wu & He 2018).
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
