"""Which examples are worth a look: the most confident mistakes, the largest errors, the ones of a confusion cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gui.numbers import plain

if TYPE_CHECKING:
    from engine.runs.evaluate import Evaluation

MOST = 60  # examples listed


@dataclass(frozen=True)
class Case:
    """One example of the measured split.

    Attributes:
        row: its place in the source.
        says: `5 → 6 · 44 %`: what it is, what the network says, how sure it is.
        right: whether both agree (always False for numbers).
    """

    row: int
    says: str
    right: bool


def worst(found: Evaluation) -> list[Case]:
    """Wrong answers, the surest first; for numbers the largest errors first."""
    if not found.classes:
        order = np.argsort(-np.abs(found.predicted - found.targets), kind="stable")
        return _cases(found, order)
    wrong = np.flatnonzero(found.predicted != found.targets)
    return _cases(found, wrong[np.argsort(-sureness(found)[wrong], kind="stable")])


def in_cell(found: Evaluation, true: int, said: int) -> list[Case]:
    """Examples of class `true` that the network takes for class `said`, the surest first."""
    inside = np.flatnonzero((found.targets == true) & (found.predicted == said))
    return _cases(found, inside[np.argsort(-sureness(found)[inside], kind="stable")])


def sureness(found: Evaluation) -> NDArray[np.float64]:
    """Share that the answered class got, (examples,); answers of a single unit are the share of the second class."""
    answers = found.answers.astype(np.float64)
    if answers.shape[1] == 1:
        result: NDArray[np.float64] = np.maximum(answers[:, 0], 1 - answers[:, 0])
        return result
    best: NDArray[np.float64] = answers.max(axis=1)
    return best


def _cases(found: Evaluation, order: NDArray[np.int64]) -> list[Case]:
    sure = sureness(found) if found.classes else None
    cases = []
    for index in order[:MOST].tolist():
        true, said = found.targets[index], found.predicted[index]
        if sure is None:
            words, right = f"{plain(float(true))} → {plain(float(said))}", False
        else:
            names = found.classes[int(true)], found.classes[int(said)]
            share = f" · {sure[index] * 100:.0f} %" if 0 <= sure[index] <= 1 else ""
            words, right = f"{names[0]} → {names[1]}{share}", bool(true == said)
        cases.append(Case(int(found.rows[index]), words, right))
    return cases
