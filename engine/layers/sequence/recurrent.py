"""Sequences: embeddings of token numbers, and layers that read step by step."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.errors import ShapeError
from engine.layers.axes import sequence_advice
from engine.layers.base import Count, Family, Rate
from engine.layers.calls import Call, Calls, Value
from engine.layers.initialisations import Rule, Weighted
from engine.shapes import Shape

ROWS: tuple[Rule] = ("small_uniform",)
READING: tuple[Rule, Rule] = ("glorot_uniform", "orthogonal")  # of the input, of the last state: as Keras begins


class Embedding(Weighted):
    """Looks up a learned row of numbers for each word.

    (time) token numbers -> (time, feature). Number 0 is an empty place: its row is zero and stays so.
    """

    title: ClassVar[str] = "Embedding"
    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("time",),)
    reads: ClassVar[str] = "ids"
    kind: Literal["embedding"] = "embedding"
    vocabulary: Annotated[
        Count, Field(title="Vocabulary", description="How many words it knows", json_schema_extra={"unit": "words"})
    ] = 10_000
    dimensions: Annotated[Count, Field(title="Dimensions", description="Numbers that stand for each word")] = 128

    def summary(self) -> str:
        return f"{self.vocabulary:,} words → {self.dimensions:,}"

    def shape(self, x: Shape) -> Shape:
        if self.vocabulary < x.vocabulary:
            raise ShapeError(
                f"{self.label} knows {self.vocabulary:,} words, the data has {x.vocabulary:,}",
                layer=self.id,
                field="vocabulary",
                hint=f"Set Vocabulary to {x.vocabulary:,}",
            )
        return Shape.of(time=x.size("time"), feature=self.dimensions)

    def calls(self, x: Shape) -> Calls:
        table = self.vocabulary * self.dimensions
        rows = Call.of("nn.Embedding", self.vocabulary, self.dimensions, padding_idx=0, table=table)
        yield self.begun(rows, "initialise_table", ROWS)


class Recurrent(Weighted):
    """What RNN, LSTM and GRU share.

    (time, feature) -> (units) or (time, units); twice the units where it reads both ways.
    """

    family: ClassVar[Family] = Family.SEQUENCE
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = (("time", "feature"),)
    gates: ClassVar[int]  # matrices for each unit
    units: Annotated[Count, Field(title="Units", description="Numbers it keeps from step to step")] = 64
    layers: Annotated[
        int, Field(ge=1, le=16, title="Layers", description="How many stand on each other, each reading the one before")
    ] = 1
    both_ways: bool = Field(False, title="Both ways", description="Also reads from the end; gives twice the units")
    returns: Literal["last step", "every step"] = Field(
        "last step", title="Return", description="What it knows at the end, or after every step"
    )
    dropout: Annotated[
        Rate, Field(title="Dropout", description="Share set to zero from layer to layer; needs 2 layers or more")
    ] = 0.0

    @field_validator("dropout")
    @classmethod
    def _between_layers(cls, rate: float, info: ValidationInfo) -> float:
        if rate and info.data.get("layers") == 1:
            raise PydanticCustomError("dropout", "dropout works between layers: set layers to 2 or more first")
        return rate

    def summary(self) -> str:
        words = [f"{self.units:,} units"]
        words += [f"{self.layers} layers"] if self.layers > 1 else []
        words += ["both ways"] if self.both_ways else []
        return " · ".join([*words, self.returns])

    def advice(self, x: Shape) -> str:
        return sequence_advice(x)

    @property
    def width(self) -> int:
        """Features of a step that comes out."""
        return self.units * (2 if self.both_ways else 1)

    def shape(self, x: Shape) -> Shape:
        return Shape.of(feature=self.width) if self.returns == "last step" else x.with_sizes(feature=self.width)

    def positions(self, inputs: Sequence[Shape], output: Shape) -> int:
        return self.single(inputs).size("time")

    def calls(self, x: Shape) -> Calls:
        read = Call(
            f"nn.{type(self).__name__.upper()}",
            (x.size("feature"), self.units),
            tuple(self.options().items()),
            weights=self._weights(x.size("feature")),
            vectors=2 * self.gates * self.layers * self.width,
        )
        yield self.begun(read, "initialise_recurrent", READING)
        if self.returns == "every step":
            yield Call.of("EveryStep")
        else:
            yield Call.of("LastStep", both_ways=True) if self.both_ways else Call.of("LastStep")

    def options(self) -> dict[str, Value]:
        """Keyword arguments of the module that differ from torch's own."""
        options: dict[str, Value] = {"batch_first": True}
        if self.layers > 1:
            options["num_layers"] = self.layers
        if self.dropout:
            options["dropout"] = self.dropout
        if self.both_ways:
            options["bidirectional"] = True
        return options

    def _weights(self, features: int) -> int:
        """Numbers in the matrices: for each layer and way, from its input and from its own last step."""
        inputs = features + (self.layers - 1) * self.width
        return self.gates * self.width * (inputs + self.layers * self.units)


class Rnn(Recurrent):
    """Reads a sequence step by step, mixing each step with what it knows.

    Elman 1990: h = tanh(W x + U h + b). Forgets soon; LSTM and GRU keep longer.
    """

    title: ClassVar[str] = "RNN"
    gates: ClassVar[int] = 1
    kind: Literal["rnn"] = "rnn"
    activation: Literal["tanh", "relu"] = Field("tanh", title="Activation", description="Bends each new state")

    def options(self) -> dict[str, Value]:
        return {**super().options(), **({"nonlinearity": "relu"} if self.activation == "relu" else {})}


class Lstm(Recurrent):
    """Reads a sequence step by step and keeps a memory.

    Hochreiter & Schmidhuber 1997: gates decide what enters the memory, what stays and what is told.
    """

    title: ClassVar[str] = "LSTM"
    gates: ClassVar[int] = 4
    kind: Literal["lstm"] = "lstm"


class Gru(Recurrent):
    """Reads a sequence step by step with a lighter memory than LSTM.

    Cho et al. 2014: two gates decide how much of the old state stays.
    """

    title: ClassVar[str] = "GRU"
    gates: ClassVar[int] = 3
    kind: Literal["gru"] = "gru"
