"""Layers that only change how numbers are arranged."""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.base import Count, Family, Unary
from engine.layers.calls import Call, Calls
from engine.shapes import Shape

AXES = {
    1: ("feature",),
    2: ("time", "feature"),
    3: ("channel", "height", "width"),
    4: ("channel", "depth", "height", "width"),
}


class Flatten(Unary):
    """Puts all numbers of a sequence or picture into one row.

    Any shape -> (feature).
    """

    title: ClassVar[str] = "Flatten"
    family: ClassVar[Family] = Family.SHAPE
    kind: Literal["flatten"] = "flatten"

    def shape(self, x: Shape) -> Shape:
        return Shape.of(feature=x.count)

    def calls(self, x: Shape) -> Calls:
        yield Call.of("nn.Flatten")


class Reshape(Unary):
    """Arranges the same numbers as a row, a sequence, a picture or a volume.

    Any shape -> (feature), (time, feature), (channel, height, width) or (channel, depth, height, width), by how many
    sizes there are.
    """

    title: ClassVar[str] = "Reshape"
    family: ClassVar[Family] = Family.SHAPE
    kind: Literal["reshape"] = "reshape"
    sizes: Annotated[
        tuple[Count, ...],
        Field(
            min_length=1,
            max_length=4,
            title="Sizes",
            description="Features; steps, features; channels, height, width; or channels, depth, height, width",
        ),
    ] = (1, 8, 8)

    def summary(self) -> str:
        return str(self.given)

    @property
    def given(self) -> Shape:
        """The shape that comes out."""
        return Shape(tuple(zip(AXES[len(self.sizes)], self.sizes, strict=True)))

    def shape(self, x: Shape) -> Shape:
        if math.prod(self.sizes) != x.count:
            raise ShapeError(
                f"{self.label} makes {self.given.short} = {self.given.count:,} numbers, but {x.count:,} come in ({x})",
                layer=self.id,
                field="sizes",
                hint=f"Choose sizes that multiply to {x.count:,}",
            )
        return self.given

    def calls(self, x: Shape) -> Calls:
        if len(x.axes) > 1 or len(self.sizes) == 1:
            yield Call.of("nn.Flatten")
        if len(self.sizes) > 1:
            yield Call.of("nn.Unflatten", 1, self.sizes)


ORDERS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "time and feature": (("time", "feature"), (1, 0)),
    "height and width": (("channel", "height", "width"), (0, 2, 1)),
    "channels last": (("channel", "height", "width"), (1, 2, 0)),
    "channels first": (("channel", "height", "width"), (2, 0, 1)),
}
"""What Permute swaps: the axes it needs, and for each axis after it the one it was before."""

SWAPS = {AXES[2]: "Swap time and feature", AXES[3]: "Swap other axes, such as height and width"}
"""What can be swapped, by the axes that are there."""


class Permute(Unary):
    """Puts axes into another order; the numbers stay the same.

    (time, feature) -> (feature as time, time as feature), or the axes of a picture.
    """

    title: ClassVar[str] = "Permute"
    family: ClassVar[Family] = Family.SHAPE
    kind: Literal["permute"] = "permute"
    swap: Literal["time and feature", "height and width", "channels last", "channels first"] = Field(
        "time and feature", title="Swap", description="Axes that change places; they keep their names by position"
    )

    def summary(self) -> str:
        return self.swap

    def shape(self, x: Shape) -> Shape:
        names, order = ORDERS[self.swap]
        if x.names != names:
            raise ShapeError(
                f"{self.label} of {self.swap} needs {' × '.join(names)}, got {x}",
                layer=self.id,
                field="swap",
                hint=SWAPS.get(x.names, "Put Reshape before it"),
            )
        return Shape(tuple((name, x.sizes[place]) for name, place in zip(names, order, strict=True)))

    def calls(self, x: Shape) -> Calls:
        yield Call.of("Permute", (0, *(1 + place for place in ORDERS[self.swap][1])))


class Repeat(Unary):
    """Gives the same row at every step: what a decoder starts from.

    (feature) -> (time n, feature).
    """

    title: ClassVar[str] = "Repeat"
    family: ClassVar[Family] = Family.SHAPE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("feature",),)
    kind: Literal["repeat"] = "repeat"
    times: Annotated[
        int,
        Field(ge=1, le=100_000, title="Times", description="Steps that come out", json_schema_extra={"unit": "steps"}),
    ] = 8

    def summary(self) -> str:
        return f"{self.times:,} steps"

    def advice(self, x: Shape) -> str:
        return "Put Flatten or a global pool before it"

    def shape(self, x: Shape) -> Shape:
        return Shape.of(time=self.times, feature=x.size("feature"))

    def calls(self, x: Shape) -> Calls:
        yield Call.of("Repeat", self.times)
