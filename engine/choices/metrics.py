"""Metrics, each declared once: what it measures, on what, in which unit. `engine.choices.measure` computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MetricName = Literal["accuracy", "top5", "f1", "roc_auc", "mae", "mse", "rmse", "r2"]
CLASSES = frozenset({"classes"})
NUMBERS = frozenset({"number", "values"})


@dataclass(frozen=True)
class MetricChoice:
    """One metric.

    Attributes:
        title: name on screen.
        about: what it says, one plain sentence.
        suits: kinds of target it can be measured on: "classes", "number", "values", "tokens".
        percent: shown as a percentage.
        higher_is_better: which way is up.
        classes: it says something only of more classes than these.
    """

    title: str
    about: str
    suits: frozenset[str]
    percent: bool = False
    higher_is_better: bool = True
    classes: int = 1


ALWAYS: tuple[MetricName, ...] = ("f1", "mae", "r2")  # what a run is measured by beside what was asked for
METRICS: dict[MetricName, MetricChoice] = {
    "accuracy": MetricChoice("accuracy", "Share of examples whose class is right.", CLASSES | {"tokens"}, percent=True),
    "top5": MetricChoice(
        "top-5 accuracy", "Share whose right class is among the five most likely.", CLASSES, percent=True, classes=5
    ),
    "f1": MetricChoice("F1 (macro)", "Precision and recall in one, averaged over classes.", CLASSES),
    "roc_auc": MetricChoice(
        "ROC AUC", "Chance that a right example ranks above a wrong one, averaged over classes.", CLASSES
    ),
    "mae": MetricChoice("MAE", "Mean distance from the target, in its unit.", NUMBERS, higher_is_better=False),
    "mse": MetricChoice("MSE", "Mean squared distance from the target.", NUMBERS, higher_is_better=False),
    "rmse": MetricChoice(
        "RMSE", "Root of the mean squared distance, in the target's unit.", NUMBERS, higher_is_better=False
    ),
    "r2": MetricChoice("R2", "Share of the target's variance that is explained; 1 is all.", NUMBERS),
}


def metric_text(name: str, value: float) -> str:
    """`accuracy 97.1 %`, `RMSE 2.8`, `digit: accuracy 97.1 %`."""
    target, _, metric = name.rpartition(": ")
    if target:
        return f"{target}: {metric_text(metric, value)}"
    choice = {str(known): choice for known, choice in METRICS.items()}.get(name)
    if choice is None:
        return f"{name} {value:.4g}"
    return f"{choice.title} {value:.1%}".replace("%", " %") if choice.percent else f"{choice.title} {value:.4g}"
