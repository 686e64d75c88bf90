"""Layers that read several others: the ways in which branches and skips come together."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.errors import ShapeError
from engine.layers.base import Family, Layer
from engine.layers.calls import Call, Calls
from engine.shapes import Shape

JOINABLE = (2, 64)  # least and most layers that a join reads


class Add(Layer):
    """Adds what it reads, number by number: a skip connection.

    He et al. 2015 (residual networks). All inputs and the output have one shape.
    """

    title: ClassVar[str] = "Add (skip)"
    family: ClassVar[Family] = Family.JOIN
    arity: ClassVar[tuple[int, int]] = JOINABLE
    sign: ClassVar[str] = " + "
    kind: Literal["add"] = "add"

    def output(self, inputs: Sequence[Shape]) -> Shape:
        first = _real(self, inputs)
        for other in inputs[1:]:
            if other.axes != first.axes:
                raise ShapeError(
                    f"{self.label} needs equal shapes, got {first} and {other}",
                    layer=self.id,
                    hint="Make both the same size",
                )
        return first

    def build(self, inputs: Sequence[Shape]) -> Calls:
        yield Call.of("Add")


class Multiply(Layer):
    """Multiplies what it reads, number by number: a gate.

    Equal shapes; or a row (feature n) that scales the n channels of a picture, as in squeeze-and-excitation
    (Hu et al. 2018); an axis of size 1 stretches.
    """

    title: ClassVar[str] = "Multiply (gate)"
    family: ClassVar[Family] = Family.JOIN
    arity: ClassVar[tuple[int, int]] = JOINABLE
    sign: ClassVar[str] = " × "
    kind: Literal["multiply"] = "multiply"

    def output(self, inputs: Sequence[Shape]) -> Shape:
        _real(self, inputs)
        total = max(inputs, key=lambda shape: len(shape.axes))
        for other in inputs:
            sizes = other.sizes
            if other.names == ("feature",) and total.names[0] == "channel":
                sizes += (1,) * (len(total.axes) - 1)
            elif other.names != total.names:
                raise self._unequal(total, other)
            pairs = list(zip(total.sizes, sizes, strict=True))
            if any(mine != its and 1 not in (mine, its) for mine, its in pairs):
                raise self._unequal(total, other)
            total = total.with_sizes(**dict(zip(total.names, (max(pair) for pair in pairs), strict=True)))
        return total

    def build(self, inputs: Sequence[Shape]) -> Calls:
        yield Call.of("Multiply")

    def _unequal(self, first: Shape, other: Shape) -> ShapeError:
        hint = "Make both the same size, or give one number for each channel"
        return ShapeError(f"{self.label} needs shapes that match, got {first} and {other}", layer=self.id, hint=hint)


class Concatenate(Layer):
    """Puts what it reads side by side, along features or channels.

    (feature 4), (feature 2) -> (feature 6); pictures need equal height and width, sequences equal time.
    """

    title: ClassVar[str] = "Concatenate"
    family: ClassVar[Family] = Family.JOIN
    arity: ClassVar[tuple[int, int]] = JOINABLE
    sign: ClassVar[str] = ", "
    kind: Literal["concatenate"] = "concatenate"

    def output(self, inputs: Sequence[Shape]) -> Shape:
        first = _real(self, inputs)
        axis = joined_axis(first)
        for other in inputs[1:]:
            if other.names != first.names or other.without([axis]) != first.without([axis]):
                raise ShapeError(
                    f"{self.label} needs shapes that differ in {axis} only, got {first} and {other}",
                    layer=self.id,
                    hint="Bring both to the same size first",
                )
        return first.with_sizes(**{axis: sum(shape.size(axis) for shape in inputs)})

    def build(self, inputs: Sequence[Shape]) -> Calls:
        yield Call.of("Concatenate", dim=1 + inputs[0].names.index(joined_axis(inputs[0])))


def joined_axis(shape: Shape) -> str:
    """The axis along which shapes are put side by side: the channels of a picture, the features of anything else."""
    return "channel" if "channel" in shape.names else shape.names[-1]


def _real(layer: Layer, inputs: Sequence[Shape]) -> Shape:
    if len(inputs) < 2:
        raise ShapeError(
            f"{layer.label} reads one layer only",
            layer=layer.id,
            field="inputs",
            hint="Choose a second layer for it to read, under Reads",
        )
    if any(shape.values == "ids" for shape in inputs):
        raise ShapeError(f"{layer.label} cannot read token numbers", layer=layer.id, hint="Put Embedding before it")
    return inputs[0]
