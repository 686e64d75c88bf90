"""Training settings: the part of a project that says how its network learns its data."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from engine.choices.augmentations import AnyAugmentation, in_order
from engine.choices.clipping import AnyClipping, NoClipping
from engine.choices.deciding import BestBy
from engine.choices.losses import AnyLoss, CrossEntropy, Loss, MeanSquaredError
from engine.choices.metrics import MetricName
from engine.choices.optimizers import Adam, AnyOptimizer
from engine.choices.schedules import AnySchedule, Constant, Patience
from engine.facts import Target
from engine.layers.base import Count, Settings

Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


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
