"""Data settings and training settings: the two parts of a project beside the network."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.choices.augmentations import AnyAugmentation, in_order
from engine.choices.clipping import AnyClipping, NoClipping
from engine.choices.deciding import BestBy
from engine.choices.losses import AnyLoss, CrossEntropy, Loss, MeanSquaredError
from engine.choices.metrics import MetricName
from engine.choices.optimizers import Adam, AnyOptimizer
from engine.choices.schedules import AnySchedule, Constant, Patience
from engine.facts import Target
from engine.layers.base import Count, Settings

Share = Annotated[float, Field(ge=0.0, le=0.8)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Pixels = Annotated[int, Field(ge=1, le=1024, json_schema_extra={"unit": "px"})]
Vocabulary = Annotated[int, Field(ge=10, le=1_000_000, title="Vocabulary")]
Length = Annotated[int, Field(ge=1, le=100_000, title="Length", json_schema_extra={"unit": "words"})]
Role = Literal["number", "category", "picture", "text"]


class SplitSettings(Settings):
    """How examples are dealt out. What is left after validation and test is trained on.

    Attributes:
        folds, fold: for k-fold cross-validation: what is no test is cut into `folds` parts of the same size, and part
            number `fold`, from 0, is the validation split instead of the share; 0 folds: not so.
    """

    validation: Share = Field(0.15, title="Validation", description="Share watched while training")
    test: Share = Field(0.15, title="Test", description="Share kept aside for the final measure")
    seed: Seed = Field(0, title="Seed", description="The same seed deals the same split")
    stratified: bool = Field(True, title="Stratified", description="Each split gets every class in proportion")
    folds: Annotated[int, Field(ge=0, le=100)] = 0
    fold: Annotated[int, Field(ge=0, le=99)] = 0

    @field_validator("folds")
    @classmethod
    def _leaves_some_to_train(cls, folds: int) -> int:
        if folds == 1:
            raise PydanticCustomError(
                "folds", "one fold leaves nothing to train on: set 2 folds or more, or 0 for none"
            )
        return folds

    @field_validator("fold")
    @classmethod
    def _is_one_of_the_folds(cls, fold: int, info: ValidationInfo) -> int:
        folds = info.data.get("folds", 0)
        if folds and fold >= folds:
            raise PydanticCustomError(
                "fold",
                "there is no fold {fold} of {folds}: they count from 0 to {last}",
                {"fold": fold, "folds": folds, "last": folds - 1},
            )
        return fold


class TableData(Settings):
    """A file of any format in `engine.data.source`, or a sample: one row an example.

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
        "target", title="Asked for", description="The target, or the input itself, as an autoencoder gives it"
    )
    picture_width: Annotated[Pixels, Field(title="Width", description="Of columns of pictures")] = 32
    picture_height: Annotated[Pixels, Field(title="Height", description="Of columns of pictures")] = 32
    picture_colour: Literal["grey", "colour"] = Field("colour", title="Colour", description="Of columns of pictures")
    vocabulary: Annotated[Vocabulary, Field(description="Words kept in columns of texts")] = 10_000
    length: Annotated[Length, Field(description="Words kept of each text")] = 100
    scale_target: bool = Field(True, title="Scale the target", description="Train on (value - mean) / deviation")
    split: SplitSettings = SplitSettings()


class ImageData(Settings):
    """A folder of pictures with a folder a class, or a sample."""

    kind: Literal["images"] = "images"
    path: str
    width: Annotated[Pixels, Field(title="Width")] = 32
    height: Annotated[Pixels, Field(title="Height")] = 32
    colour: Literal["grey", "colour"] = Field("colour", title="Colour")
    answer: Literal["class", "itself"] = Field(
        "class", title="Asked for", description="The class, or the picture itself, as an autoencoder gives it"
    )
    split: SplitSettings = SplitSettings()


class TextData(Settings):
    """A folder of text files with a folder a class, or a text column of a table, or a sample.

    Attributes:
        path: folder, file, or "sample:NAME".
        column, target: for a table: the columns of text and of classes; "" for a folder.
    """

    kind: Literal["text"] = "text"
    path: str
    column: str = ""
    target: str = ""
    vocabulary: Annotated[Vocabulary, Field(description="The most frequent words are kept, the rest is 'unknown'")] = (
        10_000
    )
    length: Annotated[Length, Field(description="Words kept of each text; shorter ones are filled up")] = 200
    keep: Literal["first", "last"] = Field("first", title="Keep", description="Which words of a longer text")
    answer: Literal["class", "next word"] = Field(
        "class", title="Asked for", description="The class, or at each word the one that follows"
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


class EarlyStopping(Settings):
    """When a run ends before its last epoch. What `best_by` names decides, the validation loss at first.

    Attributes:
        patience: epochs without a better value that are let pass; 0 = never stop early.
        by: a value is better where it is beyond the best one by more than this.
        restore_best: the run ends with the weights of its best epoch instead of its last; also where it was not stopped
            early.
    """

    patience: Annotated[
        Patience,
        Field(
            description="Epochs without a better value of what Best by names that are let pass; 0: never stop early",
            json_schema_extra={"unit": "epochs", "off": True},
        ),
    ] = 0
    by: Annotated[
        float,
        Field(
            ge=0, le=1e6, title="Better by", description="How much better a loss or metric has to be to count as better"
        ),
    ] = 0.0
    restore_best: bool = Field(
        False, title="Keep the best", description="The run ends with the weights of its best epoch"
    )


class TrainingSettings(Settings):
    """How a network is trained.

    Attributes:
        loss: of the first target.
        best_by: the measure that decides which epoch is the best: "loss", the validation loss (the training loss
            without a validation split), or a metric. Early stopping, the best snapshot and what is evaluated and
            exported go by it.
        heads: by target name: the losses and weights of several targets; of the first one only the weight counts.
        accumulate: batches whose gradients are averaged before each change of the weights.
        spare_norms: weight decay leaves biases and the weights of norms alone (every parameter with one axis).
        class_weights: "balanced": each class's loss is weighted with examples / (classes x examples of the class).
        sampling: "balanced": each class is drawn equally often; none of its examples again before all were.
        augment: what is done to training examples each time they are shown; in the order of AUGMENTATIONS.
        averaging: decay of the exponential moving average of the weights, which is measured and kept beside them;
            0 = none.
        precision: of multiplications: "float32", a half precision by autocast, or "auto": the faster one by measure.
        deterministic: nothing that changes bits is chosen by measuring, and only reproducible kernels are used.
        keep_snapshots: how many are kept along the run, spread over it, beside the best one and the last ones.
        processes: how many devices train at once, each on its share of every batch; 1 = one.
    """

    loss: AnyLoss = CrossEntropy()
    heads: dict[str, Head] = Field(default_factory=dict)
    optimizer: AnyOptimizer = Adam()
    schedule: AnySchedule = Constant()
    metrics: tuple[MetricName, ...] = ("accuracy",)
    best_by: BestBy = Field(
        "loss",
        title="Best by",
        description="Decides which epoch is the best: for early stopping, Keep the best, Results and Export",
    )
    epochs: Count = Field(20, title="Epochs", description="Passes over the training examples")
    batch_size: Count = Field(32, title="Batch size", description="Examples behind each step")
    seed: Seed = Field(0, title="Seed", description="The same seed gives the same result")
    early_stopping: EarlyStopping = Field(EarlyStopping(), title="Early stopping")
    clipping: AnyClipping = Field(NoClipping(), title="Clipping", description="Keeps gradients from growing too large")
    accumulate: Annotated[
        int,
        Field(
            ge=1,
            le=10_000,
            title="Accumulate",
            description="Batches behind each change of the weights: as if the batch were so many times larger",
            json_schema_extra={"unit": "batches"},
        ),
    ] = 1
    spare_norms: bool = Field(
        True, title="Spare norms", description="Weight decay leaves biases and the weights of norms alone"
    )
    class_weights: Literal["equal", "balanced"] = Field(
        "equal", title="Class weights", description="Balanced: mistakes on rare classes weigh more"
    )
    sampling: Literal["shuffled", "balanced"] = Field(
        "shuffled", title="Sampling", description="Balanced: each class is drawn equally often"
    )
    augment: tuple[AnyAugmentation, ...] = ()
    averaging: Annotated[
        float,
        Field(
            ge=0,
            lt=1,
            title="Averaging",
            description="Measures a running mean of the weights, of which this share is kept at each step; 0: none",
            json_schema_extra={"off": True},
        ),
    ] = 0.0
    keep_snapshots: Annotated[
        int,
        Field(
            ge=0,
            le=1_000,
            title="Snapshots",
            description="Kept along the run, to go back to, evenly spread; 0: only the best and the last",
        ),
    ] = 5
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", title="Device")
    threads: Annotated[
        int,
        Field(ge=0, le=256, title="Threads", description="0: by the network's size, then measured while it trains"),
    ] = 0
    precision: Literal["float32", "bfloat16", "float16", "auto"] = Field(
        "float32", title="Precision", description="Of multiplications; auto keeps bfloat16 where it is faster"
    )
    deterministic: bool = Field(False, title="Deterministic", description="Two runs give the same bits; may be slower")
    processes: Annotated[
        int, Field(ge=1, le=64, title="Devices", description="How many train at once, each on a share of every batch")
    ] = 1

    @field_validator("augment")
    @classmethod
    def _one_of_each(cls, augment: tuple[AnyAugmentation, ...]) -> tuple[AnyAugmentation, ...]:
        return in_order(augment)

    @property
    def measured(self) -> tuple[MetricName, ...]:
        """The metrics after each epoch: those that are asked for, and the one that decides."""
        decides = () if self.best_by == "loss" else (self.best_by,)
        return tuple(dict.fromkeys((*self.metrics, *decides)))

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


def steps_in_epoch(examples: int, batch_size: int) -> int:
    """Batches of an epoch.

    A last batch of a single example joins the one before it: batch norm cannot use one example.
    """
    steps, rest = divmod(examples, batch_size)
    return max(1, steps + (1 if rest > (1 if steps else 0) else 0))
