"""Layers that keep a part of what they read, or sum an axis up."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.base import Family, Unary
from engine.layers.calls import Call, Calls
from engine.shapes import Shape

Axis = Literal["time", "feature", "channel", "depth", "height", "width"]
Place = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Slice(Unary):
    """Keeps a part of one axis: some steps, features, channels, rows or columns.

    The first or last step of a sequence: (time, feature) -> (feature). Any other axis stays, shorter.
    """

    title: ClassVar[str] = "Slice"
    family: ClassVar[Family] = Family.SHAPE
    kind: Literal["slice"] = "slice"
    axis: Axis = Field("time", title="Axis", description="Which axis is cut")
    take: Literal["first", "last", "range"] = Field(
        "last", title="Take", description="Only the first, only the last, or from one to before another"
    )
    start: Annotated[Place, Field(title="From", description="For a range, counted from 0; below 0: from the end")] = 0
    stop: Annotated[
        Place, Field(title="To before", description="For a range; 0: to the end; below 0: from the end")
    ] = 0

    def summary(self) -> str:
        if self.take != "range":
            return f"{self.take} {'step' if self.axis == 'time' else self.axis}"
        return f"{self.axis} {self.start:,} to {f'{self.stop:,}' if self.stop else 'the end'}"

    def shape(self, x: Shape) -> Shape:
        start, stop = self.bounds(x)
        return x.without(["time"]) if self._drops else x.with_sizes(**{self.axis: stop - start})

    def bounds(self, x: Shape) -> tuple[int, int]:
        """First place kept and the one after the last. ShapeError where the axis is missing or nothing is left."""
        if self.axis not in x.names:
            raise ShapeError(
                f"{self.label} cuts {self.axis}, but what comes in has none ({x})",
                layer=self.id,
                field="axis",
                hint=f"Set Axis to {' or '.join(x.names)}",
            )
        size = x.size(self.axis)
        if self.take != "range":
            return (0, 1) if self.take == "first" else (size - 1, size)
        start = self.start + size if self.start < 0 else self.start
        stop = self.stop + size if self.stop <= 0 else self.stop
        if not 0 <= start < size:
            raise self._outside(x, "start", f"Set From to {-size:,} to {size - 1:,}")
        if not start < stop <= size:
            raise self._outside(x, "stop", f"Set To before to {start + 1:,} to {size:,}, or 0 for the end")
        return start, stop

    def calls(self, x: Shape) -> Calls:
        start, stop = self.bounds(x)
        dim = 1 + x.names.index(self.axis)
        yield Call.of("Pick", dim, start) if self._drops else Call.of("Slice", dim, start, stop)

    @property
    def _drops(self) -> bool:
        return self.axis == "time" and self.take != "range"

    def _outside(self, x: Shape, field: str, hint: str) -> ShapeError:
        size = x.size(self.axis)
        stop = f"{self.stop:,}" if self.stop else "the end"
        message = f"{self.label} takes {self.axis} {self.start:,} to {stop}, which is not within its {size:,}"
        return ShapeError(message, layer=self.id, field=field, hint=hint)


class Mean(Unary):
    """Makes one number of all along an axis: their mean or the largest.

    Over time: (time, feature) -> (feature). Over places: (channel, height, width) -> (feature). Over channels or
    features: one is left.
    """

    title: ClassVar[str] = "Mean"
    family: ClassVar[Family] = Family.SHAPE
    kind: Literal["mean"] = "mean"
    over: Literal["time", "places", "channel", "feature"] = Field(
        "time", title="Over", description="Steps; height and width of pictures; channels; features"
    )
    take: Literal["mean", "max"] = Field("mean", title="Take", description="The mean or the largest number")

    def summary(self) -> str:
        return f"{self.take} over {self.over}"

    def shape(self, x: Shape) -> Shape:
        names = self._axes(x)
        if self.over in ("channel", "feature"):
            return x.with_sizes(**{self.over: 1})
        left = x.without(names)
        return Shape.of(feature=left.count)

    def calls(self, x: Shape) -> Calls:
        dims = tuple(1 + x.names.index(name) for name in self._axes(x))
        target = "MeanOver" if self.take == "mean" else "MaxOver"
        if self.over in ("channel", "feature"):
            yield Call.of(target, dims, keep=True)
        else:
            yield Call.of(target, dims)

    def _axes(self, x: Shape) -> tuple[str, ...]:
        """The axes it takes together. ShapeError where what comes in does not have them."""
        names = tuple(name for name in x.names if name in ("depth", "height", "width"))
        found = names if self.over == "places" else tuple(name for name in x.names if name == self.over)
        if not found:
            choices = ["places" if names else "time"] if len(x.names) > 1 else []
            choices += ["channel" if "channel" in x.names else "feature"]
            raise ShapeError(
                f"{self.label} goes over {self.over}, but what comes in has none ({x})",
                layer=self.id,
                field="over",
                hint=f"Set Over to {' or '.join(choices)}",
            )
        return found
