"""Data settings and training settings: the two parts of a project beside the network."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.choices.losses import AnyLoss, CrossEntropy, Loss, MeanSquaredError
from engine.choices.metrics import MetricName
from engine.choices.optimizers import Adam, AnyOptimizer
from engine.choices.schedules import AnySchedule, Constant
from engine.facts import Target
from engine.layers.base import Count, Settings

Share = Annotated[float, Field(ge=0.0, le=0.8)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Pixels = Annotated[int, Field(ge=1, le=1024, json_schema_extra={"unit": "px"})]
Role = Literal["number", "category", "picture", "text"]


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
        more_targets: further columns to predict.
        ignored: columns that are not read.
        roles: columns whose inferred type is overruled; only a role makes a column a picture or a text. Each column of
            pictures (names of files, relative to the table) or texts is an input of its own, named as the column; all
            the others together are the input "table".
        answer: "itself": the network gives back the input instead of the target, as an autoencoder does.
        picture_width, picture_height, picture_colour: of columns of pictures.
        vocabulary, length: of columns of texts, as in TextData.
    """

    kind: Literal["table"] = "table"
    path: str
    target: str
    more_targets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    roles: dict[str, Role] = Field(default_factory=dict)
    answer: Literal["target", "itself"] = Field(
        "target", title="Answer", description="The target, or the input itself, as an autoencoder gives it"
    )
    picture_width: Annotated[Pixels, Field(title="Width", description="Of columns of pictures")] = 32
    picture_height: Annotated[Pixels, Field(title="Height", description="Of columns of pictures")] = 32
    picture_colour: Literal["grey", "colour"] = Field("colour", title="Colour", description="Of columns of pictures")
    vocabulary: Annotated[
        int, Field(ge=10, le=1_000_000, title="Vocabulary", description="Words kept in columns of texts")
    ] = 10_000
    length: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            title="Length",
            description="Words kept of each text",
            json_schema_extra={"unit": "words"},
        ),
    ] = 100
    scale_target: bool = Field(True, title="Scale the target", description="Train on (value - mean) / deviation")
    split: SplitSettings = SplitSettings()


class ImageData(Settings):
    """A folder of pictures with a folder a class, or a sample."""

    kind: Literal["images"] = "images"
    path: str
    width: Annotated[int, Field(ge=1, le=1024, title="Width", json_schema_extra={"unit": "px"})] = 32
    height: Annotated[int, Field(ge=1, le=1024, title="Height", json_schema_extra={"unit": "px"})] = 32
    colour: Literal["grey", "colour"] = Field("colour", title="Colour")
    answer: Literal["class", "itself"] = Field(
        "class", title="Answer", description="The class, or the picture itself, as an autoencoder gives it"
    )
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
    answer: Literal["class", "next word"] = Field(
        "class", title="Answer", description="The class, or at each word the one that follows"
    )
    split: SplitSettings = SplitSettings()


AnyData = Annotated[TableData | ImageData | TextData, Field(discriminator="kind")]


class Head(Settings):
    """How one of several targets counts.

    Attributes:
        weight: what its loss is multiplied with before all losses are added up.
    """

    loss: AnyLoss
    weight: Annotated[
        float, Field(ge=0, le=1e6, title="Weight", description="Its loss is multiplied by it before all are added")
    ] = 1.0


class TrainingSettings(Settings):
    """How a network is trained.

    Attributes:
        loss: of the first target.
        heads: by target name: the losses and weights of several targets; of the first one only the weight counts.
    """

    loss: AnyLoss = CrossEntropy()
    heads: dict[str, Head] = Field(default_factory=dict)
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

    def loss_of(self, target: Target, first: bool) -> tuple[Loss, float]:
        """A target's loss and its weight in the sum; one that is not named in `heads` gets what suits its kind."""
        head = self.heads.get(target.name)
        weight = head.weight if head else 1.0
        if first:
            return self.loss, weight
        return (head.loss if head else usual_loss(target)), weight


def usual_loss(target: Target) -> Loss:
    """The loss that most people take for such a target."""
    return CrossEntropy() if target.kind in ("classes", "tokens") else MeanSquaredError()
