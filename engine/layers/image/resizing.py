"""Layers that make pictures and sequences larger or smaller without learning: upsampling, padding, cropping."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.axes import SWAP, picture_advice, sequence_advice
from engine.layers.base import Count, Family, Unary
from engine.layers.calls import Call, Calls
from engine.shapes import Shape

PICTURE = (("channel", "height", "width"),)
Fill = Literal["zeros", "reflect", "repeat"]
PADS: dict[Fill, str] = {"zeros": "ZeroPad", "reflect": "ReflectionPad", "repeat": "ReplicationPad"}


def side(title: str, unit: str) -> object:
    """How a field for numbers added at one side is shown and checked."""
    return Field(
        ge=0, le=1_000, title=title, description=f"Added at this side: {unit}", json_schema_extra={"unit": unit}
    )


class Upsample2d(Unary):
    """Makes a picture larger by a whole factor.

    (channel, height, width) -> (channel, factor × height, factor × width).
    """

    title: ClassVar[str] = "Upsample 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    kind: Literal["upsample2d"] = "upsample2d"
    factor: Annotated[int, Field(ge=1, le=64, title="Factor", description="How many times larger")] = 2
    between: Literal["nearest", "bilinear"] = Field(
        "nearest", title="Between", description="Copies of the nearest pixel, or a smooth mix of four"
    )

    def summary(self) -> str:
        return f"× {self.factor} · {self.between}"

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Upsample 1D")

    def shape(self, x: Shape) -> Shape:
        return x.with_sizes(height=self.factor * x.size("height"), width=self.factor * x.size("width"))

    def calls(self, x: Shape) -> Calls:
        yield Call.of("nn.Upsample", scale_factor=self.factor, mode=self.between)


class Upsample1d(Unary):
    """Makes a sequence longer by a whole factor.

    (time, feature) -> (factor × time, feature).
    """

    title: ClassVar[str] = "Upsample 1D"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("time", "feature"),)
    kind: Literal["upsample1d"] = "upsample1d"
    factor: Annotated[int, Field(ge=1, le=64, title="Factor", description="How many times longer")] = 2
    between: Literal["nearest", "linear"] = Field(
        "nearest", title="Between", description="Copies of the nearest step, or a smooth mix of two"
    )

    def summary(self) -> str:
        return f"× {self.factor} · {self.between}"

    def advice(self, x: Shape) -> str:
        return sequence_advice(x, "Upsample 2D")

    def shape(self, x: Shape) -> Shape:
        return x.with_sizes(time=self.factor * x.size("time"))

    def calls(self, x: Shape) -> Calls:
        return SWAP, Call.of("nn.Upsample", scale_factor=self.factor, mode=self.between), SWAP


class Pad2d(Unary):
    """Puts a margin around a picture: zeros, its mirror image or its edge again.

    (channel, height, width) -> (channel, top + height + bottom, left + width + right).
    """

    title: ClassVar[str] = "Pad 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    kind: Literal["pad2d"] = "pad2d"
    top: Annotated[int, side("Top", "px")] = 1
    bottom: Annotated[int, side("Bottom", "px")] = 1
    left: Annotated[int, side("Left", "px")] = 1
    right: Annotated[int, side("Right", "px")] = 1
    fill: Fill = Field("zeros", title="Fill", description="Zeros; the picture mirrored at its edge; the edge repeated")

    def summary(self) -> str:
        sides = {self.top, self.bottom, self.left, self.right}
        words = f"{self.top}" if len(sides) == 1 else f"{self.top}, {self.bottom}, {self.left}, {self.right}"
        return f"{words} · {self.fill}"

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Pad 1D")

    def shape(self, x: Shape) -> Shape:
        height, width = x.size("height"), x.size("width")
        if self.fill == "reflect":
            for name, room in (("top", height), ("bottom", height), ("left", width), ("right", width)):
                _fits_mirror(self, name, getattr(self, name), room)
        return x.with_sizes(height=self.top + height + self.bottom, width=self.left + width + self.right)

    def calls(self, x: Shape) -> Calls:
        yield Call.of(f"nn.{PADS[self.fill]}2d", (self.left, self.right, self.top, self.bottom))


class Pad1d(Unary):
    """Puts steps before and after a sequence: zeros, its mirror image or its end again.

    (time, feature) -> (before + time + after, feature). Steps before only make a convolution causal.
    """

    title: ClassVar[str] = "Pad 1D"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("time", "feature"),)
    kind: Literal["pad1d"] = "pad1d"
    before: Annotated[int, side("Before", "steps")] = 1
    after: Annotated[int, side("After", "steps")] = 1
    fill: Fill = Field("zeros", title="Fill", description="Zeros; the sequence mirrored at its end; the end repeated")

    def summary(self) -> str:
        return f"{self.before}, {self.after} · {self.fill}"

    def advice(self, x: Shape) -> str:
        return sequence_advice(x, "Pad 2D")

    def shape(self, x: Shape) -> Shape:
        if self.fill == "reflect":
            for name in ("before", "after"):
                _fits_mirror(self, name, getattr(self, name), x.size("time"))
        return x.with_sizes(time=self.before + x.size("time") + self.after)

    def calls(self, x: Shape) -> Calls:
        return SWAP, Call.of(f"nn.{PADS[self.fill]}1d", (self.before, self.after)), SWAP


class Crop2d(Unary):
    """Keeps the middle of a picture.

    (channel, height, width) -> smaller height and width. To cut one side only, use Slice.
    """

    title: ClassVar[str] = "Crop 2D"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = PICTURE
    kind: Literal["crop2d"] = "crop2d"
    height: Annotated[Count, Field(title="Height", description="Rows kept", json_schema_extra={"unit": "px"})] = 4
    width: Annotated[Count, Field(title="Width", description="Columns kept", json_schema_extra={"unit": "px"})] = 4

    def summary(self) -> str:
        return f"{self.height:,} × {self.width:,}"

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Slice")

    def shape(self, x: Shape) -> Shape:
        for name, wish in (("height", self.height), ("width", self.width)):
            if wish > x.size(name):
                raise ShapeError(
                    f"{self.label} keeps {name} {wish:,}, but the picture has {x.size(name):,} ({x})",
                    layer=self.id,
                    field=name,
                    hint=f"Set {name.capitalize()} to {x.size(name):,} or less",
                )
        return x.with_sizes(height=self.height, width=self.width)

    def calls(self, x: Shape) -> Calls:
        for dim, (name, size) in enumerate((("height", self.height), ("width", self.width)), start=2):
            start = (x.size(name) - size) // 2
            yield Call.of("Slice", dim, start, start + size)


def _fits_mirror(layer: Unary, field: str, wish: int, room: int) -> None:
    """ShapeError where a mirrored margin is as large as what it mirrors: the edge itself is not repeated."""
    if wish >= room:
        raise ShapeError(
            f"{layer.label} cannot mirror {wish:,} of {room:,}: it takes fewer than there are",
            layer=layer.id,
            field=field,
            hint=f"Set {field.capitalize()} to {room - 1:,} or less, or Fill to repeat",
        )
