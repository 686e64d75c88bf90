"""What a run is measured by: for each Output the target, its loss and weight, and the way back to its own unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.build import make
from engine.choices.losses import Loss
from engine.choices.measure import measure
from engine.choices.metrics import MetricName
from engine.data.dataset import NO_WORD, Part
from engine.facts import DataFacts, Target
from engine.layers.calls import Call
from engine.plan import AnswerForm, Plan, answer_form
from engine.settings import TrainingSettings
from engine.training.batches.epochs import Tensors
from engine.training.objective import class_weights as weighing
from engine.training.objective import targets


@dataclass(frozen=True)
class Objective:
    """One Output and what is wanted of it.

    Attributes:
        place: of the target among those of the data.
        units: numbers the network gives for one example.
        form: what the Output's answers are.
        scale: mean and deviation that numbers are brought to 0 and 1 with; (0, 1) leaves them.
        prelude, criterion: what is applied to the logits first, and what compares them with the wanted answers.
        class_weights: float32 (classes,), of the examples of each class; None: all count the same.
    """

    target: Target
    place: int
    loss: Loss
    weight: float
    units: int
    form: AnswerForm
    scale: tuple[float, float]
    prelude: nn.Module
    criterion: nn.Module
    class_weights: Tensor | None = None

    def wanted(self, part: Part) -> Tensor:
        """A split's targets as the loss wants them."""
        values = part.all_targets[self.place]
        return targets.encode(values, self.loss, self.target, self.units, self.scale)

    def compared(self, logits: Tensor, wanted: Tensor) -> Tensor:
        """Mean loss of a batch, without the weight. Words are compared one by one: (batch, time, words)."""
        if self.target.kind == "tokens":
            logits, wanted = logits.flatten(0, 1), wanted.flatten()
        loss: Tensor = self.criterion(self.prelude(logits), wanted)
        if self._divides and wanted.is_floating_point():
            return loss * (len(wanted) / self.counted(wanted))  # of shares of classes torch divides by the examples
        return loss

    def counted(self, wanted: Tensor) -> Tensor:
        """What the mean of a batch is over: examples, their weights together where it is divided by those, or words.

        A single number on the device, which nothing waits for.
        """
        if self.target.kind == "tokens":
            return (wanted != NO_WORD).sum()
        if self.class_weights is not None and self._divides:
            shares = wanted.is_floating_point()
            return (wanted @ self.class_weights if shares else self.class_weights[wanted]).sum()
        return torch.full((), float(len(wanted)), device=wanted.device)

    @property
    def _divides(self) -> bool:
        return self.class_weights is not None and self.loss.divides_by_weights

    def read(self, answers: Tensor) -> Tensor:
        """A batch's answers as they are kept: shares or numbers; of words the likeliest alone, int64 (batch, time)."""
        return answers.argmax(-1) if self.target.kind == "tokens" else targets.shares(answers, self.form).float()

    def own_unit(self, answers: NDArray[Any]) -> NDArray[Any]:
        """Answers as `read` gives them, in the target's own unit."""
        return targets.in_own_unit(answers, self.target, self.scale)

    def metrics(self, names: Sequence[MetricName], answers: NDArray[Any], part: Part) -> dict[str, float]:
        """Those of the metrics that suit the target."""
        wanted = part.all_targets[self.place]
        return measure(names, answers, wanted, len(self.target.classes), self.target.kind)


def objectives(
    plan: Plan,
    facts: DataFacts,
    training: TrainingSettings,
    preparation: dict[str, Any],
    train: Part | None = None,
    device: torch.device | None = None,
) -> tuple[Objective, ...]:
    """One for each Output, in order.

    Args:
        train: the training split, whose classes are counted for class weights; without it, losses are not weighed.
        device: where losses are computed.
    """
    names = [target.name for target in facts.targets]
    made = []
    for output, (name, shape) in enumerate(zip(plan.targets, plan.stage.outputs, strict=True)):
        place = names.index(name)
        target = facts.targets[place]
        loss, weight = training.loss_of(target, first=place == 0)
        scale, form = target_scale(preparation, place), answer_form(plan, output)
        weights = None
        if training.class_weights == "balanced" and target.kind == "classes" and train is not None:
            weights = weighing.balanced(train.all_targets[place], target.size).to(device)
            loss = loss.with_class_weights()
        prelude, criterion = make_loss(list(loss.calls()))
        if weights is not None:
            criterion = weighing.weighed(loss, criterion, weights)
        made.append(Objective(target, place, loss, weight, shape.count, form, scale, prelude, criterion, weights))
    return tuple(made)


def total(losses: Sequence[Tensor], objectives: Sequence[Objective]) -> Tensor:
    """The weighted sum; a single loss of weight 1 as it is."""
    first, *others = [
        loss if objective.weight == 1 else loss * objective.weight
        for loss, objective in zip(losses, objectives, strict=True)
    ]
    for loss in others:
        first = first + loss
    return first


def named_metrics(
    objectives: Sequence[Objective], names: Sequence[MetricName], answers: Sequence[NDArray[Any]], part: Part
) -> dict[str, float]:
    """All metrics of a measured split; with several targets they are called "target: metric"."""
    found = {}
    for objective, given in zip(objectives, answers, strict=True):
        before = f"{objective.target.name}: " if len(objectives) > 1 else ""
        for name, value in objective.metrics(names, given, part).items():
            found[before + name] = value
    return found


def inputs_for(plan: Plan, facts: DataFacts, arrays: Sequence[NDArray[Any]]) -> Tensors:
    """The arrays of all the data's inputs -> tensors in the order of the network's Inputs."""
    names = [fact.name for fact in facts.inputs]
    return tuple(torch.from_numpy(arrays[names.index(source)]) for source in plan.sources)


def each(made: Tensor | Tensors) -> Tensors:
    """What a network gives, as a tuple also where it has one Output."""
    return made if isinstance(made, tuple) else (made,)


def make_loss(calls: list[Call]) -> tuple[nn.Module, nn.Module]:
    """What is applied to the logits first, and the module that compares them with the target."""
    *before, last = calls
    return nn.Sequential(*[make(call) for call in before]), make(last)


def target_scale(preparation: dict[str, Any], place: int = 0) -> tuple[float, float]:
    """Mean and deviation that a number target was scaled with; (0, 1) where it was not."""
    documents = [preparation.get("target"), *preparation.get("more_targets", [])]
    target = documents[place] if place < len(documents) else None
    if not isinstance(target, dict):
        return 0.0, 1.0
    return float(target.get("mean", 0.0)), float(target.get("deviation", 1.0))


def joined(batches: Sequence[Sequence[Tensor]]) -> list[NDArray[Any]]:
    """For each batch the answers of each Output -> the answers of each Output over all batches."""
    return [np.asarray(torch.cat(list(parts)).cpu().numpy()) for parts in zip(*batches, strict=True)]
