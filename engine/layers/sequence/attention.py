"""Attention and what transformers need around it: places of steps, pictures cut into patches."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.errors import ShapeError
from engine.layers.axes import SWAP, picture_advice, sequence_advice
from engine.layers.base import Count, Family, Rate
from engine.layers.calls import Call, Calls, Value
from engine.layers.dividing import divisors, nearest_divisor
from engine.layers.initialisations import Rule, Weighted
from engine.shapes import Shape

SEQUENCE = (("time", "feature"),)
PLACES: tuple[Rule] = ("small_normal",)  # Radford et al. 2018, Dosovitskiy et al. 2021


class MultiHeadAttention(Weighted):
    """Each step gathers what it needs from all steps, in several ways at once.

    Vaswani et al. 2017. (time, feature) -> the same shape. It reads one layer and looks at that itself, or two: then
    the second, of any length and width, is the memory that it looks at (cross-attention).
    """

    title: ClassVar[str] = "Attention"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = SEQUENCE
    arity: ClassVar[tuple[int, int]] = (1, 2)
    kind: Literal["attention"] = "attention"
    heads: Annotated[
        int, Field(ge=1, le=256, title="Heads", description="Ways to look; the features are shared out among them")
    ] = 4
    causal: bool = Field(False, title="Causal", description="No step sees a later one: for writing word by word")
    rotary: bool = Field(
        False, title="Rotary", description="Tells distances by turning queries and keys (RoPE); for one input"
    )
    dropout: Annotated[Rate, Field(title="Dropout", description="Share of links that is cut while training")] = 0.0

    def summary(self) -> str:
        words = [f"{self.heads:,} head{'' if self.heads == 1 else 's'}"]
        words += ["cross"] if len(self.inputs) > 1 else []
        words += ["causal"] if self.causal else []
        return " · ".join(words + (["rotary"] if self.rotary else []))

    def advice(self, x: Shape) -> str:
        return "Put Patch embedding before it" if "channel" in x.names else sequence_advice(x)

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs) not in (1, 2):
            raise ShapeError(
                f"{self.label} reads one layer, or two with a memory, not {len(inputs)}",
                layer=self.id,
                field="inputs",
                hint="Join them first with Add or Concatenate",
            )
        for x in inputs:
            self.check(x)
        self._check_heads(inputs[0].size("feature"))
        if self.rotary and len(inputs) == 2:
            raise ShapeError(
                f"{self.label} tells distances within one sequence, not to a memory",
                layer=self.id,
                field="rotary",
                hint="Switch Rotary off, or let it read one layer",
            )
        return self.shape(inputs[0])

    def build(self, inputs: Sequence[Shape]) -> Calls:
        return self.calls(inputs[0], inputs[-1] if len(inputs) == 2 else None)

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape, memory: Shape | None = None) -> Calls:
        features = x.size("feature")
        seen = (memory or x).size("feature")
        options: dict[str, Value] = {}
        if memory and seen != features:
            options["memory"] = seen
        if self.causal:
            options["causal"] = True
        if self.dropout:
            options["dropout"] = self.dropout
        if self.rotary:
            options["rotary"] = x.size("time")
        matrices = 2 * features * features + 2 * seen * features
        call = Call("Attention", (features, self.heads), tuple(options.items()), matrices, vectors=4 * features)
        yield self.begun(call, "initialise_parts")

    def macs(self, inputs: Sequence[Shape], output: Shape) -> int:
        """T steps of f features look at S steps of m features: queries and mixing 2 T f^2, keys and values 2 S m f,
        products of queries and keys T S f, weighted sums of values T S f; all of them also where causal.
        """
        steps, features = output.size("time"), output.size("feature")
        seen, width = inputs[-1].size("time"), inputs[-1].size("feature")
        return 2 * features * (steps * features + seen * width + steps * seen)

    def _check_heads(self, features: int) -> None:
        if features % self.heads:
            raise ShapeError(
                f"{self.label} cannot share {features:,} features evenly among {self.heads:,} heads",
                layer=self.id,
                field="heads",
                hint=f"Set Heads to {self._heads(features):,}",
            )
        if self.rotary and features // self.heads % 2:
            even = features % 2 == 0
            raise ShapeError(
                f"{self.label} with Rotary needs an even number of features for each head, got "
                f"{features // self.heads:,}",
                layer=self.id,
                field="heads" if even else "rotary",
                hint=f"Set Heads to {self._heads(features):,}" if even else "Switch Rotary off, or make features even",
            )

    def _heads(self, features: int) -> int:
        """The number of heads nearest to the wish that fits."""
        if not self.rotary or features % 2:
            return nearest_divisor(features, self.heads)
        return min(divisors(features // 2), key=lambda heads: (abs(heads - self.heads), heads))


class PositionalEncoding(Weighted):
    """Adds to each step what tells its place: attention alone knows no order.

    Vaswani et al. 2017, 3.5: waves of many lengths; or a learned row for each place (Gehring et al. 2017).
    """

    title: ClassVar[str] = "Positional encoding"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = SEQUENCE
    kind: Literal["positional_encoding"] = "positional_encoding"
    form: Literal["sinusoidal", "learned"] = Field(
        "sinusoidal", title="Form", description="Fixed waves, or a row for each place that is learned"
    )

    def summary(self) -> str:
        return self.form

    def advice(self, x: Shape) -> str:
        return "Put Patch embedding before it" if "channel" in x.names else sequence_advice(x)

    def shape(self, x: Shape) -> Shape:
        return x

    def calls(self, x: Shape) -> Calls:
        if self.form == "learned":
            yield self.begun(Call.of("LearnedPositions", *x.sizes, table=x.count), automatic=PLACES)
        else:
            yield Call.of("Sinusoids", *x.sizes)


class PatchEmbedding(Weighted):
    """Cuts a picture into square patches and makes each a step of a sequence.

    Dosovitskiy et al. 2021 (ViT). (channel, height, width) -> (time patches, feature); row by row, from the top left.
    """

    title: ClassVar[str] = "Patch embedding"
    family: ClassVar[Family] = Family.IMAGE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("channel", "height", "width"),)
    kind: Literal["patch_embedding"] = "patch_embedding"
    patch: Annotated[
        int,
        Field(ge=1, le=256, title="Patch", description="Height and width of a patch", json_schema_extra={"unit": "px"}),
    ] = 4
    dimensions: Annotated[Count, Field(title="Dimensions", description="Numbers that stand for each patch")] = 64
    class_token: bool = Field(
        False, title="Class token", description="A learned step in front, in which the answer is gathered"
    )

    def summary(self) -> str:
        token = " · class token" if self.class_token else ""
        return f"{self.patch} × {self.patch} → {self.dimensions:,}{token}"

    def advice(self, x: Shape) -> str:
        return picture_advice(x, "Dense or Embedding")

    def shape(self, x: Shape) -> Shape:
        height, width = x.size("height"), x.size("width")
        if height % self.patch or width % self.patch:
            fitting = [size for size in divisors(height) if width % size == 0]
            nearest = min(fitting, key=lambda size: (abs(size - self.patch), size))
            raise ShapeError(
                f"{self.label} cannot cut height {height:,} × width {width:,} into patches of "
                f"{self.patch} × {self.patch}",
                layer=self.id,
                field="patch",
                hint=f"Set Patch to {nearest:,}",
            )
        patches = (height // self.patch) * (width // self.patch)
        return Shape.of(time=patches + self.class_token, feature=self.dimensions)

    def positions(self, inputs: Sequence[Shape], output: Shape) -> int:
        return output.size("time") - self.class_token

    def calls(self, x: Shape) -> Calls:
        channels, width = x.size("channel"), self.dimensions
        matrix = channels * self.patch**2 * width
        cut = Call.of("nn.Conv2d", channels, width, self.patch, stride=self.patch, weights=matrix, vectors=width)
        yield self.begun(cut)
        yield Call.of("nn.Flatten", 2)
        yield SWAP
        if self.class_token:
            yield Call.of("ClassToken", width, vectors=width)
