"""What decides which epoch of a run is the best: its validation loss, or a metric.

Early stopping, the best snapshot, and every page and command that says "best" ask here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from engine.choices.metrics import METRICS, MetricChoice, MetricName, metric_text

LOSS = "loss"
BestBy = Literal["loss", MetricName]
FURTHER = 0.1  # a loss, or a metric in the target's unit, is clearly worse from this share above the best one's
LOWER = 0.01  # a share of examples, F1, AUC or R2 is clearly worse from this far below the best one's


class Measured(Protocol):
    """The end of an epoch."""

    @property
    def train_loss(self) -> float: ...
    @property
    def loss(self) -> float | None: ...
    @property
    def metrics(self) -> Mapping[str, float]: ...


T = TypeVar("T", bound=Measured)


@dataclass(frozen=True)
class Decider:
    """The one measure by which epochs of a run are compared.

    Attributes:
        name: as events name it: "loss", "accuracy", or "digit: accuracy" where the network has several targets.
    """

    name: str = LOSS

    @property
    def higher_is_better(self) -> bool:
        """Which way is up."""
        choice = self.choice
        return choice is not None and choice.higher_is_better

    @property
    def choice(self) -> MetricChoice | None:
        """What is declared of the metric; None where a loss decides."""
        metric = self.name.rpartition(": ")[2]
        return next((choice for name, choice in METRICS.items() if name == metric), None)

    def value(self, end: Measured) -> float:
        """What it was at the end of an epoch; NaN where it could not be measured. Without a validation split it is the
        training loss.
        """
        if self.name != LOSS:
            return end.metrics.get(self.name, math.nan)
        return end.train_loss if end.loss is None else end.loss

    def score(self, end: Measured) -> float:
        """The same so that lower is better."""
        return -self.value(end) if self.higher_is_better else self.value(end)

    def best(self, ends: Iterable[T]) -> T | None:
        """The first of the best epochs; None where it could be measured after none."""
        known = [end for end in ends if not math.isnan(self.value(end))]
        return min(known, key=self.score) if known else None

    def clearly_worse(self, value: float, best: float) -> bool:
        """Whether a value is worse than the best one by more than chance and rounding; False where one is NaN."""
        if self.higher_is_better:
            return value < best - LOWER
        return value > best + FURTHER * abs(best)

    def title(self, *, validated: bool = True) -> str:
        """In words: "validation loss", "accuracy"; `validated`: whether the run has a validation split."""
        choice = self.choice
        if choice is None:
            return "validation loss" if validated else "training loss"
        target = self.name.rpartition(": ")[0]
        return f"{target}: {choice.title}" if target else choice.title

    def number(self, value: float) -> str:
        """A value of it: "0.41", "97.1 %"."""
        choice = self.choice
        return metric_text(self.name, value).rpartition(f"{choice.title} ")[2] if choice else f"{value:.4g}"


def decider(best_by: str, targets: Iterable[tuple[str, str]], *, validated: bool = True) -> Decider:
    """The measure that a setting names; the loss where it can be measured on none of the targets.

    Args:
        best_by: "loss" or a metric.
        targets: name and kind of what each Output answers; of several the first that the metric suits counts.
        validated: there is a validation split, without which no metric is measured.
    """
    named = list(targets)
    choice = next((choice for name, choice in METRICS.items() if name == best_by), None)
    fitting = [name for name, kind in named if choice is not None and kind in choice.suits]
    if not fitting or not validated:
        return Decider()
    return Decider(f"{fitting[0]}: {best_by}" if len(named) > 1 else best_by)
