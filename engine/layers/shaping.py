"""Layers that only change how numbers are arranged."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.base import Count, Family, Unary
from engine.layers.calls import Call, Calls
from engine.shapes import Shape

AXES = {1: ("feature",), 2: ("time", "feature"), 3: ("channel", "height", "width")}


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
    """Arranges the same numbers as a row, a sequence or a picture.

    Any shape -> (feature), (time, feature) or (channel, height, width), by how many sizes there are.
    """

    title: ClassVar[str] = "Reshape"
    family: ClassVar[Family] = Family.SHAPE
    kind: Literal["reshape"] = "reshape"
    sizes: Annotated[
        tuple[Count, ...],
        Field(
            min_length=1,
            max_length=3,
            title="Sizes",
            description="Features; or steps and features; or channels, height and width",
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
