"""How a run's losses are put on a chart: thin training line, smoothed one over it, validation with its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.record.events import EpochEnd
from gui.kit.chart import Chart
from gui.live.curves import Series, smoothed

Axis = Literal["step", "epoch"]
HAIR, PALE = 0.5, 0.35  # px and share of colour of the raw line that lies under a smoothed one
MANY = 40  # epochs above which their points are left out


@dataclass(frozen=True)
class RunCurve:
    """What is drawn of one run.

    Attributes:
        losses: training loss of each step after `first`.
        epochs: ends of epochs, with the validation loss where it was measured.
        per_epoch: steps of one epoch.
    """

    losses: Series
    epochs: Sequence[EpochEnd]
    first: int = 0
    per_epoch: int = 1


def draw_losses(
    chart: Chart, curve: RunCurve, *, axis: Axis, smooth: float, colours: tuple[str, str], name: str = ""
) -> None:
    """Puts a run on a chart. `colours` of the training and of the validation line: tokens or "#rrggbb".

    Where both have one colour, validation is dashed.
    """
    unit = max(1, curve.per_epoch) if axis == "epoch" else 1
    width, pale = (HAIR, PALE) if smooth else (1.0, 1.0)
    total = len(curve.losses)
    x, y = curve.losses.outline(0, total, chart.columns)
    chart.set_line(f"{name}training", (x + curve.first + 1) / unit, y, colours[0], width=width, pale=pale)
    if smooth:
        x, y = curve.losses.means(0, total, chart.columns)
        x, y = (x + curve.first + 1) / unit, smoothed(y, smooth)
    else:
        x, y = np.empty(0), np.empty(0, np.float32)
    chart.set_line(f"{name}smoothed", x, y, colours[0], width=1.8)
    ends = [(end.step, end.loss) for end in curve.epochs if end.loss is not None]
    steps = np.array([step for step, _ in ends], np.float64) / unit
    values = np.array([loss for _, loss in ends], np.float64)
    chart.set_line(f"{name}validation", steps, values, colours[1], width=2.0, dashed=colours[0] == colours[1])
    few = len(ends) <= MANY
    chart.set_dots(f"{name}validation", steps if few else steps[:0], values if few else values[:0], colours[1])


def losses_at(curve: RunCurve, step: int) -> tuple[float | None, float | None]:
    """Training loss of a step (1-based) and validation loss of the last epoch that ended by then."""
    index = step - curve.first - 1
    training = float(curve.losses.values[index]) if 0 <= index < len(curve.losses) else None
    ended = [end.loss for end in curve.epochs if end.step <= step]
    return training, ended[-1] if ended else None
