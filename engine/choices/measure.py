"""Computes metrics. It loads torch and torchmetrics, so nothing that the window imports may import it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchmetrics.functional import mean_absolute_error, mean_squared_error
from torchmetrics.functional.classification import binary_auroc, multiclass_accuracy, multiclass_f1_score

from engine.choices.metrics import METRICS, MetricName

Values = Tensor | NDArray[Any]


def measure(
    names: Sequence[MetricName], answers: Values, targets: Values, classes: int, kind: str = ""
) -> dict[str, float]:
    """The metrics called `names`; those that are undefined on these examples, or measure something else, are left out.

    Args:
        names: as in METRICS.
        answers: float32 (examples, classes) shares or scores, or (examples, 1) shares of the second of two classes;
            for a number (examples, 1) in the target's own unit; for values float32 (examples, *shape); for
            words the likeliest ones, int64 (examples, time).
        targets: int64 (examples,) class numbers, (examples,) numbers, or as `answers`; words below 0 do not
            count.
        classes: how many there are; 0 for all but classes.
        kind: of the target, as in engine.facts; "": classes where there are some, else a number.
    """
    given, wanted = torch.as_tensor(answers).detach().cpu(), torch.as_tensor(targets).detach().cpu()
    exact = torch.float64 in (given.dtype, wanted.dtype)  # of numbers far from zero
    given = given.double() if exact else given.float()
    kind = kind or ("classes" if classes else "number")
    chosen = [name for name in dict.fromkeys(names) if kind in METRICS[name].suits]
    if not len(wanted) or not torch.isfinite(given).all():
        return {}
    if kind == "tokens":
        right = (given.long() == wanted)[wanted >= 0]
        return {"accuracy": _shortest(float(right.float().mean()))} if chosen and len(right) else {}
    if kind in ("number", "values"):
        given, wanted = given.flatten(), wanted.to(given.dtype).flatten()
    else:
        given, wanted = _per_class(given), wanted.long()
    values = {name: _shortest(_COMPUTE[name](given, wanted)) for name in chosen}
    return {name: value for name, value in values.items() if math.isfinite(value)}


def _shortest(value: float) -> float:
    """The same float32 in the fewest digits: 0.982 instead of 0.9819999933242798."""
    return float(str(np.float32(value)))


def _per_class(answers: Tensor) -> Tensor:
    """A column for each class: a single one is the share of the second of two."""
    return torch.cat((1 - answers, answers), dim=1) if answers.shape[1] == 1 else answers


def _accuracy(answers: Tensor, targets: Tensor) -> float:
    count = answers.shape[1]
    return float(multiclass_accuracy(answers.argmax(dim=1), targets, num_classes=count, average="micro"))


def _top5(answers: Tensor, targets: Tensor) -> float:
    count = answers.shape[1]
    return float(multiclass_accuracy(answers, targets, num_classes=count, average="micro", top_k=min(5, count)))


def _f1(answers: Tensor, targets: Tensor) -> float:
    """Classes that are neither there nor predicted do not count."""
    count = answers.shape[1]
    return float(multiclass_f1_score(answers.argmax(dim=1), targets, num_classes=count, average="macro"))


def _roc_auc(answers: Tensor, targets: Tensor) -> float:
    """The mean over classes of which there are examples and counter-examples; NaN where there are none.

    Ranks stand in for the scores: only their order counts, and raw scores would be squashed first and tie.
    """
    areas = []
    for number, scores in enumerate(answers.T):
        right = (targets == number).long()
        if 0 < int(right.sum()) < len(right):
            ranks = torch.searchsorted(scores.sort().values, scores.contiguous()).double() / len(right)
            areas.append(float(binary_auroc(ranks, right)))
    return sum(areas) / len(areas) if areas else math.nan


def _mae(answers: Tensor, targets: Tensor) -> float:
    return float(mean_absolute_error(answers, targets))


def _mse(answers: Tensor, targets: Tensor) -> float:
    return float(mean_squared_error(answers, targets))


def _rmse(answers: Tensor, targets: Tensor) -> float:
    return float(mean_squared_error(answers, targets, squared=False))


def _r2(answers: Tensor, targets: Tensor) -> float:
    """The share of the variance that is explained: 1 - sum of squared errors / sum of squares around the mean.

    In float64 and around the mean, so that it is the same wherever zero is. NaN where the targets do not vary: there is
    nothing to explain.
    """
    if not bool((targets != targets[0]).any()):
        return math.nan
    wanted = targets.double()
    missed, around = wanted - answers.double(), wanted - wanted.mean()
    return 1 - float(missed.square().sum() / around.square().sum())


_COMPUTE: dict[MetricName, Callable[[Tensor, Tensor], float]] = {
    "accuracy": _accuracy,
    "top5": _top5,
    "f1": _f1,
    "roc_auc": _roc_auc,
    "mae": _mae,
    "mse": _mse,
    "rmse": _rmse,
    "r2": _r2,
}
