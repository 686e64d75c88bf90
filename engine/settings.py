"""Data settings and training settings: the two parts of a project beside the network."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.choices.losses import AnyLoss, CrossEntropy
from engine.choices.metrics import MetricName
from engine.choices.optimizers import Adam, AnyOptimizer
from engine.choices.schedules import AnySchedule, Constant
from engine.layers.base import Count, Settings

Share = Annotated[float, Field(ge=0.0, le=0.8)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class SplitSettings(Settings):
    """How examples are dealt out. What is left after validation and test is trained on."""

    validation: Share = Field(0.15, title="Validation", description="Share watched while training")
    test: Share = Field(0.15, title="Test", description="Share kept aside for the final measure")
    seed: Seed = Field(0, title="Seed", description="The same seed deals the same split")
    stratified: bool = Field(True, title="Stratified", description="Each split gets every class in proportion")


class TableData(Settings):
    """A CSV or TSV file (also .gz), or a sample: one row an example.

    Attributes:
        path: file, or "sample:NAME".
        target: column to predict.
        ignored: columns that are not read.
        roles: columns whose inferred type is overruled.
    """

    kind: Literal["table"] = "table"
    path: str
    target: str
    ignored: tuple[str, ...] = ()
    roles: dict[str, Literal["number", "category"]] = Field(default_factory=dict)
    scale_target: bool = Field(True, title="Scale the target", description="Train on (value - mean) / deviation")
    split: SplitSettings = SplitSettings()


class ImageData(Settings):
    """A folder of pictures with a folder a class, or a sample."""

    kind: Literal["images"] = "images"
    path: str
    width: Annotated[int, Field(ge=1, le=1024, title="Width", json_schema_extra={"unit": "px"})] = 32
    height: Annotated[int, Field(ge=1, le=1024, title="Height", json_schema_extra={"unit": "px"})] = 32
    colour: Literal["grey", "colour"] = Field("colour", title="Colour")
    split: SplitSettings = SplitSettings()


class TextData(Settings):
    """A folder of text files with a folder a class, or a text column of a CSV, or a sample.

    Attributes:
        path: folder, file, or "sample:NAME".
        column, target: for a CSV file: the columns of text and of classes; "" for a folder.
    """

    kind: Literal["text"] = "text"
    path: str
    column: str = ""
    target: str = ""
    vocabulary: Annotated[
        int,
        Field(
            ge=10,
            le=1_000_000,
            title="Vocabulary",
            description="The most frequent words are kept, the rest is 'unknown'",
        ),
    ] = 10_000
    length: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            title="Length",
            description="Words kept of each text; shorter ones are filled up",
            json_schema_extra={"unit": "words"},
        ),
    ] = 200
    keep: Literal["first", "last"] = Field("first", title="Keep", description="Which words of a longer text")
    split: SplitSettings = SplitSettings()


AnyData = Annotated[TableData | ImageData | TextData, Field(discriminator="kind")]


class TrainingSettings(Settings):
    """How a network is trained."""

    loss: AnyLoss = CrossEntropy()
    optimizer: AnyOptimizer = Adam()
    schedule: AnySchedule = Constant()
    metrics: tuple[MetricName, ...] = ("accuracy",)
    epochs: Count = Field(20, title="Epochs", description="Passes over the training examples")
    batch_size: Count = Field(32, title="Batch size", description="Examples behind each step")
    seed: Seed = Field(0, title="Seed", description="The same seed gives the same result")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", title="Device")
    threads: Annotated[
        int, Field(ge=0, le=256, title="Threads", description="0: measured on the first steps, the faster is kept")
    ] = 0
