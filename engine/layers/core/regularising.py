"""Layers that disturb numbers at random while training, so that nothing is learned by heart."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.axes import SWAP
from engine.layers.base import Family, Rate, Unary
from engine.layers.calls import Call, Calls
from engine.shapes import Shape


class SpatialDropout(Unary):
    """Sets whole channels or features to zero at random while training.

    Tompson et al. 2015. Neighbours in a picture or sequence are alike, so dropping single numbers hides little.
    """

    title: ClassVar[str] = "Spatial dropout"
    family: ClassVar[Family] = Family.CORE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("time", "feature"),
        ("channel", "height", "width"),
        ("channel", "depth", "height", "width"),
    )
    kind: Literal["spatial_dropout"] = "spatial_dropout"
    rate: Annotated[Rate, Field(title="Rate", description="Share of the channels that is set to zero")] = 0.2

    def summary(self) -> str:
        return f"{self.rate:.0%} of channels off while training"

    def advice(self, x: Shape) -> str:
        return "Use Dropout on rows"

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        drop = Call.of(f"nn.Dropout{len(x.axes) - 1}d", self.rate)
        return (SWAP, drop, SWAP) if "time" in x.names else (drop,)


class AlphaDropout(Unary):
    """Dropout that keeps mean and deviation, for networks of SELU units.

    Klambauer et al. 2017: dropped numbers get the value that SELU tends to, and the rest is scaled and shifted.
    """

    title: ClassVar[str] = "Alpha dropout"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["alpha_dropout"] = "alpha_dropout"
    rate: Annotated[Rate, Field(title="Rate", description="Share that is dropped")] = 0.1

    def summary(self) -> str:
        return f"{self.rate:.0%} off while training"

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        yield Call.of("nn.AlphaDropout", self.rate)


class Noise(Unary):
    """Adds normal noise to each number while training; afterwards it does nothing.

    Bishop 1995: noise on the inputs acts as a penalty on large weights.
    """

    title: ClassVar[str] = "Noise"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["noise"] = "noise"
    deviation: Annotated[
        float, Field(gt=0, le=100, title="Deviation", description="Standard deviation of what is added")
    ] = 0.1

    def summary(self) -> str:
        return f"± {self.deviation:g} while training"

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        yield Call.of("Noise", self.deviation)
