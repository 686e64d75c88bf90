"""Losses, each declared once: the target it needs, the output activation that belongs to it, the module behind it."""

from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field

from engine.choices.base import Choice
from engine.layers.activations import Activation
from engine.layers.calls import Call, Calls

TargetForm = Literal["index", "one-hot", "number"]
# index: class number, int64 (batch,); one-hot: float32 (batch, classes), a single column for one unit;
# number: float32 (batch, 1), or (batch, *shape) for values. Tokens are always numbers: int64 (batch, time).
Link = Activation | Literal["exp"]

CLASSES = frozenset({"classes"})
NUMBER = frozenset({"number"})
VALUES = frozenset({"values"})
TOKENS = frozenset({"tokens"})


class Loss(Choice):
    """How wrong the answers are, as one number.

    Attributes:
        link: activation that turns the network's raw numbers (logits) into answers. "none": the network's own last
            activation stays where it is. Otherwise training uses the logits, with a loss that is stable on them.
        suits: kinds of target it can be trained on: "classes", "number", "values", "tokens".
        weighs_itself: whether its module takes a weight for each class; else each example's loss is weighed.
        takes_shares: whether an answer can be a class to a share, and another to the rest.
        divides_by_weights: whether the mean is divided by the examples' weights together; else by their number.
    """

    link: ClassVar[Link] = "none"
    suits: ClassVar[frozenset[str]]
    weighs_itself: ClassVar[bool] = False
    divides_by_weights: ClassVar[bool] = False
    takes_shares: ClassVar[bool] = True

    @property
    def target(self) -> TargetForm:
        """The form of the targets that `calls` expects."""
        return "number"

    def calls(self) -> Calls:
        """Modules applied to the logits in turn; the last one takes (predicted, target) and gives their mean loss."""
        raise NotImplementedError

    def with_class_weights(self) -> Self:
        """The loss in the form in which classes are weighed as they should be."""
        return self


class Distance(Loss):
    """What the losses that measure a distance share: they take numbers, and classes as columns of 0 and 1."""

    suits: ClassVar[frozenset[str]] = NUMBER | CLASSES | VALUES
    form: Literal["number", "one-hot"] = Field(
        "number", title="Target", description="One-hot: a column of 0 or 1 for each class"
    )

    @property
    def target(self) -> TargetForm:
        return self.form


class MeanSquaredError(Distance):
    """The mean of the squared differences; large errors weigh most."""

    title: ClassVar[str] = "Mean squared error"
    kind: Literal["mse"] = "mse"

    def calls(self) -> Calls:
        yield Call.of("nn.MSELoss")


class MeanAbsoluteError(Distance):
    """The mean of the differences without their sign; outliers weigh no more than others."""

    title: ClassVar[str] = "Mean absolute error"
    kind: Literal["mae"] = "mae"

    def calls(self) -> Calls:
        yield Call.of("nn.L1Loss")


class Huber(Distance):
    """Squares small differences and takes large ones as they are, so that outliers do not rule.

    Huber 1964: d^2 / 2 up to delta, then delta (d - delta / 2).
    """

    title: ClassVar[str] = "Huber"
    kind: Literal["huber"] = "huber"
    delta: Annotated[
        float, Field(gt=0, le=1e6, title="Delta", description="Where squares end, in the (scaled) unit of the target")
    ] = 1.0

    def calls(self) -> Calls:
        yield Call.of("nn.HuberLoss", delta=self.delta)


class CrossEntropy(Loss):
    """How surprised the network is by the right class: -log of the share it gave to it."""

    title: ClassVar[str] = "Cross-entropy"
    suits: ClassVar[frozenset[str]] = CLASSES | TOKENS
    link: ClassVar[Link] = "softmax"
    weighs_itself: ClassVar[bool] = True
    divides_by_weights: ClassVar[bool] = True
    kind: Literal["cross_entropy"] = "cross_entropy"
    form: Literal["index", "one-hot"] = Field(
        "index", title="Target", description="As a class number or as a one-hot row; the result is the same"
    )
    label_smoothing: Annotated[
        float,
        Field(ge=0, lt=1, title="Label smoothing", description="Share of the target spread evenly over all classes"),
    ] = 0.0

    @property
    def target(self) -> TargetForm:
        return self.form

    def calls(self) -> Calls:
        yield Call.of("nn.CrossEntropyLoss", label_smoothing=self.label_smoothing)

    def with_class_weights(self) -> Self:
        return self.changed(form="index")  # torch weighs rows otherwise


class BinaryCrossEntropy(Loss):
    """Surprise at yes or no: one unit for two classes, or one for each class.

    -(y log p + (1 - y) log(1 - p)), p = sigmoid of the logit.
    """

    title: ClassVar[str] = "Binary cross-entropy"
    suits: ClassVar[frozenset[str]] = CLASSES
    link: ClassVar[Link] = "sigmoid"
    kind: Literal["binary_cross_entropy"] = "binary_cross_entropy"

    @property
    def target(self) -> TargetForm:
        return "one-hot"

    def calls(self) -> Calls:
        yield Call.of("nn.BCEWithLogitsLoss")


class Hinge(Loss):
    """Wants the right class ahead of every other by a margin, then is content.

    Crammer & Singer 2001: sum over the other classes of max(0, margin - right + other)^power, over their number.
    """

    title: ClassVar[str] = "Hinge"
    suits: ClassVar[frozenset[str]] = CLASSES
    weighs_itself: ClassVar[bool] = True
    takes_shares: ClassVar[bool] = False
    kind: Literal["hinge"] = "hinge"
    margin: Annotated[
        float, Field(gt=0, le=1e6, title="Margin", description="How far ahead the right class has to be")
    ] = 1.0
    squared: bool = Field(False, title="Squared", description="Far misses weigh more")

    @property
    def target(self) -> TargetForm:
        return "index"

    def calls(self) -> Calls:
        yield Call.of("nn.MultiMarginLoss", p=2 if self.squared else 1, margin=self.margin)


class Poisson(Loss):
    """For counts: how unlikely the target is where e to the output is the expected count.

    e^x - y x, without the part that does not depend on the network. Targets are 0 or more and not scaled.
    """

    title: ClassVar[str] = "Poisson"
    suits: ClassVar[frozenset[str]] = NUMBER
    link: ClassVar[Link] = "exp"
    kind: Literal["poisson"] = "poisson"

    def calls(self) -> Calls:
        yield Call.of("nn.PoissonNLLLoss", log_input=True)


class KullbackLeibler(Loss):
    """How far the shares given to the classes are from the wanted ones: sum of y log(y / p)."""

    title: ClassVar[str] = "KL divergence"
    suits: ClassVar[frozenset[str]] = CLASSES
    link: ClassVar[Link] = "softmax"
    kind: Literal["kl"] = "kl"

    @property
    def target(self) -> TargetForm:
        return "one-hot"

    def calls(self) -> Calls:
        yield Call.of("nn.LogSoftmax", dim=-1)
        yield Call.of("nn.KLDivLoss", reduction="batchmean")


AnyLoss = Annotated[
    CrossEntropy
    | BinaryCrossEntropy
    | Hinge
    | KullbackLeibler
    | MeanSquaredError
    | MeanAbsoluteError
    | Huber
    | Poisson,
    Field(discriminator="kind"),
]

LOSSES: tuple[type[Loss], ...] = get_args(get_args(AnyLoss)[0])
"""Every kind of AnyLoss, in the order of the form."""
