"""Losses, each declared once: the target it needs, the output activation that belongs to it and the module that computes it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choices.base import Choice
from engine.layers.activations import Activation
from engine.layers.calls import Call, Calls

TargetForm = Literal["index", "one-hot", "signed", "number"]
# index: class number, int64 (batch,); one-hot: float32 (batch, classes), a single column for one unit;
# signed: as one-hot with -1 for 0; number: float32 (batch, 1).


class Loss(Choice):
    """How wrong the answers are, as one number.

    Attributes:
        link: activation that turns the network's raw numbers (logits) into answers. "none": the network's own last
            activation stays where it is. Otherwise training uses the logits, with a loss that is stable on them.
        suits: what it can be trained on: "classes", "number" or both.
    """

    link: ClassVar[Activation | Literal["exp"]] = "none"
    suits: ClassVar[frozenset[str]]

    @property
    def target(self) -> TargetForm:
        """The form of the targets that `calls` expects."""
        return "number"

    def calls(self) -> Calls:
        """Modules applied to the logits in turn; the last one takes (predicted, target)."""
        raise NotImplementedError


class MeanSquaredError(Loss):
    """The mean of the squared differences; large errors weigh most."""

    title: ClassVar[str] = "Mean squared error"
    suits: ClassVar[frozenset[str]] = frozenset({"number", "classes"})
    kind: Literal["mse"] = "mse"
    form: Literal["number", "one-hot"] = Field("number", title="Target", description="One-hot: a column of 0 or 1 for each class")

    @property
    def target(self) -> TargetForm:
        return self.form

    def calls(self) -> Calls:
        yield Call.of("nn.MSELoss")


class CrossEntropy(Loss):
    """How surprised the network is by the right class: -log of the share it gave to it."""

    title: ClassVar[str] = "Cross-entropy"
    suits: ClassVar[frozenset[str]] = frozenset({"classes"})
    link: ClassVar[Activation | Literal["exp"]] = "softmax"
    kind: Literal["cross_entropy"] = "cross_entropy"
    form: Literal["index", "one-hot"] = Field("index", title="Target", description="As a class number or as a one-hot row; the result is the same")
    label_smoothing: Annotated[float, Field(ge=0, lt=1, title="Label smoothing")] = 0.0

    @property
    def target(self) -> TargetForm:
        return self.form

    def calls(self) -> Calls:
        yield Call.of("nn.CrossEntropyLoss", label_smoothing=self.label_smoothing)


LOSSES: tuple[type[Loss], ...] = (MeanSquaredError, CrossEntropy)

AnyLoss = Annotated[MeanSquaredError | CrossEntropy, Field(discriminator="kind")]
