"""Measures as the screen writes them."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QCoreApplication

from engine.choices.deciding import LOSS
from engine.choices.metrics import METRICS, MetricChoice

MILLION = 1_000_000
NONE = "–"  # where there is no number


def measured(name: str, value: float | None) -> str:
    """A metric: `97.2 %` for shares, else three digits."""
    if value is None or math.isnan(value):
        return "–"
    choice = choice_of(name)
    return f"{value * 100:.1f} %" if choice and choice.percent else plain(value)


def plain(value: float | None) -> str:
    """Three digits that count: `0.094`, `2.31`, `18,400`, `1.2e-5`, `3.4e12`."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if size >= MILLION or 0 < size < 0.001:
        return powers(f"{value:.1e}")
    if size >= 10:
        return f"{value:,.0f}" if size >= 100 else f"{value:.3g}"
    return f"{value:.3f}"


def told_apart(value: float, spread: float) -> str:
    """As `plain`, with digits down to a hundredth of what such values differ by: `1,700,000,052.44`, of seconds."""
    if not math.isfinite(value) or not 0 < 100 * spread < abs(value):
        return plain(value)
    return f"{value:,.{max(0, math.ceil(2 - math.log10(spread)))}f}"


def digits(value: float, count: int = 2) -> str:
    """At least so many digits that count and never a power of ten: `0.52`, `4.0`, `105`, `1,250`."""
    if not value:
        return "0"
    rounded = float(f"{value:.{count}g}")
    places = count - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:.{places}f}" if places > 0 else f"{value:,.0f}"


def powers(text: str) -> str:
    """A power of ten without signs and zeros that say nothing: `4e6`, not `4e+06`."""
    return re.sub(r"e([+-])0*(\d)", lambda found: f"e{found[1].replace('+', '')}{found[2]}", text)


def decided(name: str, value: float) -> str:
    """A value of what decides which epoch is the best, as `Decider.name` names it."""
    return plain(value) if name == LOSS else measured(name, value)


def decider_title(name: str, *, validated: bool = True) -> str:
    """What decides in words: "validation loss", "accuracy". `validated`: there is a validation split."""
    if name != LOSS:
        return title(name)
    tr = QCoreApplication.translate
    return tr("numbers", "validation loss") if validated else tr("numbers", "training loss")


def title(name: str) -> str:
    """A metric's name on screen; `sum: MAE` where it is that of one of several targets."""
    choice, (target, metric) = choice_of(name), parted(name)
    words = choice.title if choice else metric
    return f"{target}: {words}" if target else words


def parted(name: str) -> tuple[str, str]:
    """Target and metric of "target: metric"; no target where there is a metric alone."""
    target, _, metric = name.rpartition(": ")
    return target, metric


def choice_of(name: str) -> MetricChoice | None:
    """What is declared of a metric, with or without a target before it; None where it is none of ours."""
    metric = parted(name)[1]
    return next((choice for key, choice in METRICS.items() if key == metric), None)
