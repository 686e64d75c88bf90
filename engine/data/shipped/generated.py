"""Two tables made on the spot by seeded code: digits with numbers to add, and short stretches of waves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Rows = tuple[list[str], list[list[str]]]  # column names, and cells as text
EARLIER = 24  # values of a wave before the one to predict
WAVES = 1_500


def sums(random: np.random.Generator, labels: Sequence[str]) -> Rows:
    """A row for each picture of a digit: its name, two numbers, the digit, and the sum of all three."""
    rows = []
    for picture, label in enumerate(labels):
        first, second = random.uniform(-10, 10, 2).round(1)
        rows.append([digit_name(picture), f"{first:.1f}", f"{second:.1f}", label, f"{int(label) + first + second:.1f}"])
    return ["picture", "first", "second", "digit", "sum"], rows


def digit_name(picture: int) -> str:
    """What a row of `sums` calls its picture: `digit-0001.png` for the first."""
    return f"digit-{picture + 1:04}.png"


def waves(random: np.random.Generator) -> Rows:
    """Two sine waves on top of each other with a little noise: 24 values in a row, and the one that follows.

    Every row is a stretch of waves of its own, so that no split knows another's.
    """
    steps, heights = np.arange(EARLIER + 1), np.array([1.0, 0.6])
    rows = []
    for _ in range(WAVES):
        speeds, phases = random.uniform((0.15, 0.4), (0.4, 1.0)), random.uniform(0, 2 * np.pi, 2)
        values = heights @ np.sin(speeds[:, None] * steps + phases[:, None]) + random.normal(0, 0.05, len(steps))
        rows.append([f"{value:.3f}" for value in values])
    return [*(f"t-{EARLIER - place}" for place in range(EARLIER)), "next"], rows
