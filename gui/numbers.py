"""Measures as the screen writes them."""

from __future__ import annotations

import math

from engine.choices.metrics import METRICS


def measured(name: str, value: float | None) -> str:
    """A metric: `97.2 %` for shares, else three digits."""
    if value is None or math.isnan(value):
        return "–"
    choice = next((choice for key, choice in METRICS.items() if key == name), None)
    return f"{value * 100:.1f} %" if choice and choice.percent else plain(value)


def plain(value: float | None) -> str:
    """Three digits that count: `0.094`, `2.31`, `18,400`, `1.2e-05`."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.3g}"
    if size >= 0.001 or value == 0:
        return f"{value:.3f}"
    return f"{value:.1e}"


def title(name: str) -> str:
    """A metric's name on screen."""
    return next((choice.title for key, choice in METRICS.items() if key == name), name)
