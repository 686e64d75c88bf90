"""Layers that change pictures at random while training, so that each is seen a little otherwise every time."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.axes import picture_advice
from engine.layers.base import Family, Unary
from engine.layers.calls import Call, Calls
from engine.shapes import Shape

Chance = Annotated[float, Field(ge=0, le=1)]
Pixels = Annotated[int, Field(ge=1, le=1_000, json_schema_extra={"unit": "px"})]
Rim = Literal["zeros", "repeat"]


class Augmentation(Unary):
    """Changes each picture by itself while training; afterwards it does nothing. The shape stays."""

    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("channel", "height", "width"),)

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Noise or Spatial dropout")

    def shape(self, x: Shape) -> Shape:
        return x


class RandomFlip(Augmentation):
    """Mirrors pictures at random while training; afterwards it does nothing.

    Krizhevsky et al. 2012, 4.1. For pictures that mean the same when mirrored: not for digits and letters.
    """

    title: ClassVar[str] = "Random flip"
    kind: Literal["random_flip"] = "random_flip"
    left_right: Annotated[
        Chance, Field(title="Left-right", description="Chance of each picture to have its sides swapped")
    ] = 0.5
    up_down: Annotated[Chance, Field(title="Up-down", description="Chance of each picture to stand on its head")] = 0.0

    def summary(self) -> str:
        chances = ((self.left_right, "left-right"), (self.up_down, "up-down"))
        return " · ".join(f"{chance:.0%} {way}" for chance, way in chances if chance) or "never"

    def calls(self, x: Shape) -> Calls:
        yield Call.of("RandomFlip", self.left_right, self.up_down)


class RandomShift(Augmentation):
    """Moves pictures by some pixels at random while training; afterwards it does nothing.

    He et al. 2016, 4.2: a random crop out of the picture with a margin. Each way as far as any other.
    """

    title: ClassVar[str] = "Random shift"
    kind: Literal["random_shift"] = "random_shift"
    distance: Annotated[
        Pixels, Field(title="Distance", description="Each picture moves up to so far, up or down and left or right")
    ] = 2
    fill: Rim = Field("zeros", title="Fill", description="What moves in at the rim: zeros; the edge repeated")

    def summary(self) -> str:
        return f"± {self.distance:,} px while training"

    def check(self, x: Shape) -> None:
        super().check(x)
        shortest = min(x.size("height"), x.size("width"))
        if self.distance >= shortest:
            raise ShapeError(
                f"{self.label} by {self.distance:,} px moves all of a picture out of {x}",
                layer=self.id,
                field="distance",
                hint=f"Set Distance to {max(1, shortest // 8):,}" if shortest > 1 else "Take it out",
            )

    def calls(self, x: Shape) -> Calls:
        yield Call.of("RandomShift", self.distance, fill=self.fill)


class Cutout(Augmentation):
    """Blanks a square of each picture at random while training; afterwards it does nothing.

    DeVries & Taylor 2017: the middle is drawn from all pixels, so that the square may reach beyond the rim.
    """

    title: ClassVar[str] = "Cutout"
    kind: Literal["cutout"] = "cutout"
    side: Annotated[Pixels, Field(title="Side", description="Height and width of the square")] = 4

    def summary(self) -> str:
        return f"{self.side:,} × {self.side:,} px off while training"

    def check(self, x: Shape) -> None:
        super().check(x)
        longest = max(x.size("height"), x.size("width"))
        if self.side >= longest:
            raise ShapeError(
                f"{self.label} of {self.side:,} px covers all of {x}",
                layer=self.id,
                field="side",
                hint=f"Set Side to {longest // 2:,}" if longest > 1 else "Take it out",
            )

    def calls(self, x: Shape) -> Calls:
        yield Call.of("Cutout", self.side)
