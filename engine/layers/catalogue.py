"""The table of layer kinds. A new kind is one class in its family's file and one line here."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from engine.errors import ShapeError
from engine.layers.base import Family, Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout, Input, Output
from engine.layers.core.regularising import AlphaDropout, Noise, SpatialDropout
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.image.convolution import Conv1d, Conv2d
from engine.layers.image.pooling import AveragePool1d, AveragePool2d, GlobalPool1d, GlobalPool2d, MaxPool1d, MaxPool2d
from engine.layers.image.resizing import Crop2d, Pad1d, Pad2d, Upsample1d, Upsample2d
from engine.layers.image.separable import DepthwiseConv2d, SeparableConv2d
from engine.layers.image.transposed import ConvTranspose1d, ConvTranspose2d
from engine.layers.image.volumes import AveragePool3d, Conv3d, GlobalPool3d, MaxPool3d
from engine.layers.join.joining import Add, Concatenate, Multiply
from engine.layers.normalise.normalisation import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, RmsNorm
from engine.layers.sequence.attention import MultiHeadAttention, PatchEmbedding, PositionalEncoding
from engine.layers.sequence.recurrent import Embedding, Gru, Lstm, Rnn
from engine.layers.shape.picking import Mean, Slice
from engine.layers.shape.shaping import Flatten, Permute, Repeat, Reshape
from engine.layers.wiring import ENTRY, shapes_through
from engine.shapes import Shape

MOST_BUILT = 2_000  # layers of a network once its blocks are repeated
DEEPEST = 20  # blocks inside one another


class Block(Layer):
    """Holds a stack of layers and repeats it; each repeat learns its own weights."""

    title: ClassVar[str] = "Block"
    family: ClassVar[Family] = Family.CORE
    kind: Literal["block"] = "block"
    repeat: Annotated[
        int, Field(ge=1, le=200, title="Repeat", description="How many times the stack inside stands here")
    ] = 1
    layers: tuple["AnyLayer", ...] = Field((), title="Layers", description="What stands inside, top to bottom")

    @field_validator("layers")
    @classmethod
    def _with_ids(cls, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        if any(layer.kind in ("input", "output") for layer in layers):
            raise PydanticCustomError("edge", "Input and Output cannot stand inside a block")
        taken = {ENTRY, *(layer.id for layer in layers)}
        named = tuple(layer if layer.id else _named(layer, taken) for layer in layers)
        ids = {layer.id for layer in named}
        if ENTRY in ids or len(ids) < len(named):
            raise PydanticCustomError("ids", "every layer inside a block needs an id of its own")
        return named

    @model_validator(mode="after")
    def _not_endless(self) -> "Block":
        check_built([self])
        if depth(self) > DEEPEST:
            raise PydanticCustomError("depth", "blocks can stand {most} deep inside one another", {"most": DEEPEST})
        return self

    @property
    def inside(self) -> Sequence["AnyLayer"]:
        return self.layers

    def summary(self) -> str:
        inside = f"{len(self.layers)} layer{'' if len(self.layers) == 1 else 's'}"
        return f"{inside} × {self.repeat}" if self.repeat > 1 else inside

    def output(self, inputs: Sequence[Shape]) -> Shape:
        results = [inside[-1][1] for inside in self.repeats(inputs)]
        return results[-1] if results else inputs[0]

    def repeats(self, inputs: Sequence[Shape]) -> Iterator[list[tuple[tuple[Shape, ...], Shape]]]:
        """What each layer inside reads and gives, repeat by repeat. ShapeError, pinned to the block, if one cannot."""
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


def built(layers: Sequence[Layer]) -> int:
    """How many layers are built once blocks are repeated."""
    return sum(layer.repeat * max(1, built(layer.layers)) if isinstance(layer, Block) else 1 for layer in layers)


def depth(layer: Layer) -> int:
    """Blocks inside one another: 0 for any other layer, 1 for a block without blocks."""
    return 1 + max(map(depth, layer.layers), default=0) if isinstance(layer, Block) else 0


def check_built(layers: Sequence[Layer]) -> None:
    """A validation error where blocks are repeated too often for a network."""
    if (count := built(layers)) > MOST_BUILT:
        raise PydanticCustomError(
            "built",
            "{count} layers would be built with all repeats, {most} are the most",
            {"count": f"{count:,}", "most": f"{MOST_BUILT:,}"},
        )


def _named(layer: Layer, taken: set[str]) -> Layer:
    """The layer with a free id after its kind, which is then taken."""
    names = (f"{layer.kind}_{number}" if number > 1 else layer.kind for number in count(1))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    named: Layer = layer.changed(id=name)
    return named


AnyLayer = Annotated[
    Input
    | Dense
    | ActivationLayer
    | Dropout
    | Block
    | SpatialDropout
    | AlphaDropout
    | Noise
    | Embedding
    | Lstm
    | Gru
    | MultiHeadAttention
    | PositionalEncoding
    | Rnn
    | Conv1d
    | MaxPool1d
    | AveragePool1d
    | GlobalPool1d
    | ConvTranspose1d
    | Upsample1d
    | Pad1d
    | Conv2d
    | MaxPool2d
    | AveragePool2d
    | GlobalPool2d
    | ConvTranspose2d
    | SeparableConv2d
    | DepthwiseConv2d
    | Upsample2d
    | PatchEmbedding
    | Pad2d
    | Crop2d
    | RandomFlip
    | RandomShift
    | Cutout
    | Conv3d
    | MaxPool3d
    | AveragePool3d
    | GlobalPool3d
    | BatchNorm
    | LayerNorm
    | RmsNorm
    | GroupNorm
    | InstanceNorm
    | Flatten
    | Reshape
    | Permute
    | Repeat
    | Slice
    | Mean
    | Add
    | Concatenate
    | Multiply
    | Output,
    Field(discriminator="kind"),
]

Block.model_rebuild()

KINDS: tuple[type[Layer], ...] = get_args(get_args(AnyLayer)[0])
"""Every kind of AnyLayer, in palette order."""
