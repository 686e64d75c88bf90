"""The table of layer kinds. A new kind is one class in its family's file and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.base import Family, Layer
from engine.layers.core import ActivationLayer, Dense, Dropout, Input, Output
from engine.layers.joining import Add, Concatenate
from engine.layers.wiring import shapes_through
from engine.shapes import Shape


class Block(Layer):
    """Holds a stack of layers and repeats it; each repeat has weights of its own."""

    title: ClassVar[str] = "Block"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["block"] = "block"
    repeat: Annotated[int, Field(ge=1, le=200, title="Repeat", description="How many times the stack inside stands here")] = 1
    layers: tuple[AnyLayer, ...] = ()

    def summary(self) -> str:
        return f"{len(self.layers)} layers × {self.repeat}"

    def output(self, inputs: Sequence[Shape]) -> Shape:
        *_, last = [inputs[0], *(inside[-1][1] for inside in self.repeats(inputs))]
        return last

    def repeats(self, inputs: Sequence[Shape]) -> Iterator[list[tuple[tuple[Shape, ...], Shape]]]:
        """For each repeat, what each layer inside reads and gives. ShapeError pinned to this block where one does not fit."""
        if len(inputs) != 1:
            raise ShapeError(f"{self.label} reads one layer, not {len(inputs)}", layer=self.id, hint="Join them first")
        shape = inputs[0]
        for number in range(1, self.repeat + 1 if self.layers else 1):
            try:
                inside = shapes_through(self.layers, shape)
            except ShapeError as error:
                where = f"{self.label}, repeat {number}" if self.repeat > 1 else self.label
                raise ShapeError(f"{where}: {error.message}", layer=self.id, hint=error.hint) from error
            shape = inside[-1][1]
            yield inside

    def parameters(self, inputs: Sequence[Shape]) -> int:
        return sum(
            layer.parameters(read)
            for inside in self.repeats(inputs)
            for layer, (read, _) in zip(self.layers, inside, strict=True)
        )

    def macs(self, inputs: Sequence[Shape], output: Shape) -> int:
        return sum(
            layer.macs(read, given)
            for inside in self.repeats(inputs)
            for layer, (read, given) in zip(self.layers, inside, strict=True)
        )


KINDS: tuple[type[Layer], ...] = (
    Input,
    Dense,
    ActivationLayer,
    Dropout,
    Add,
    Concatenate,
    Block,
    Output,
)

AnyLayer = Annotated[
    Input | Dense | ActivationLayer | Dropout | Add | Concatenate | Block | Output,
    Field(discriminator="kind"),
]

Block.model_rebuild()
