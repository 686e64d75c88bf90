"""Which examples are worth a look: the most confident mistakes, the largest errors, the ones of a confusion cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from engine.facts import Target
from gui.kit.numbers import plain, told_apart

MOST = 60  # examples listed


class Found(Protocol):
    """What a network answers for a target: a Head, or a whole Evaluation for its first one."""

    @property
    def target(self) -> Target: ...
    @property
    def answers(self) -> NDArray[Any]: ...
    @property
    def predicted(self) -> NDArray[Any]: ...
    @property
    def targets(self) -> NDArray[Any]: ...
    @property
    def rows(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True)
class Case:
    """One example of the measured split.

    Attributes:
        row: its place in the source.
        says: `5 → 6 · 44 %`: what it is, what the network says, how sure it is.
        right: whether both agree (always False for numbers).
        index: its place in the split.
    """

    row: int
    says: str
    right: bool
    index: int


def worst(found: Found) -> list[Case]:
    """Wrong answers, the surest first; for all but classes the largest errors first."""
    if not found.target.classes:
        return _cases(found, np.argsort(-errors(found), kind="stable"))
    wrong = np.flatnonzero(found.predicted != found.targets)
    return _cases(found, wrong[np.argsort(-sureness(found)[wrong], kind="stable")])


def in_cell(found: Found, true: int, said: int) -> list[Case]:
    """Examples of class `true` that the network takes for class `said`, the surest first."""
    inside = np.flatnonzero((found.targets == true) & (found.predicted == said))
    return _cases(found, inside[np.argsort(-sureness(found)[inside], kind="stable")])


def sureness(found: Found) -> NDArray[np.float64]:
    """Share that the answered class got, (examples,); answers of a single unit are the share of the second class."""
    answers = found.answers.astype(np.float64)
    if answers.shape[1] == 1:
        result: NDArray[np.float64] = np.maximum(answers[:, 0], 1 - answers[:, 0])
        return result
    best: NDArray[np.float64] = answers.max(axis=1)
    return best


def errors(found: Found) -> NDArray[np.float64]:
    """(examples,): distance of a number, mean squared distance of values, count of wrong words."""
    count = len(found.targets)
    if found.target.kind == "tokens":
        known = (found.targets >= 0).reshape(count, -1)
        wrong = (found.predicted != found.targets).reshape(count, -1) & known
        counts: NDArray[np.float64] = wrong.sum(axis=1).astype(np.float64)
        return counts
    distances = (found.predicted.astype(np.float64) - found.targets).reshape(count, -1)
    size: NDArray[np.float64] = np.square(distances).mean(axis=1)
    return size if found.target.kind == "values" else np.sqrt(size)


def _cases(found: Found, order: NDArray[np.int64]) -> list[Case]:
    chosen = order[:MOST].tolist()
    says = {"classes": _class_says, "tokens": _words_say, "values": _values_say}.get(found.target.kind, _number_says)
    spoken = says(found, chosen)
    sure = bool(found.target.classes)
    return [
        Case(int(found.rows[index]), words, sure and bool(found.targets[index] == found.predicted[index]), index)
        for index, words in zip(chosen, spoken, strict=True)
    ]


def _class_says(found: Found, chosen: list[int]) -> list[str]:
    sure, names = sureness(found), found.target.classes
    spoken = []
    for index in chosen:
        share = f" · {sure[index] * 100:.0f} %" if 0 <= sure[index] <= 1 else ""
        spoken.append(f"{names[int(found.targets[index])]} → {names[int(found.predicted[index])]}{share}")
    return spoken


def _number_says(found: Found, chosen: list[int]) -> list[str]:
    spread = float(found.targets.std())
    pairs = [(float(found.targets[index]), float(found.predicted[index])) for index in chosen]
    return [f"{told_apart(true, spread)} → {told_apart(said, spread)}" for true, said in pairs]


def _values_say(found: Found, chosen: list[int]) -> list[str]:
    words, sizes = QCoreApplication.translate("ranking", "mean squared error {0}"), errors(found)
    return [words.format(plain(float(sizes[index]))) for index in chosen]


def _words_say(found: Found, chosen: list[int]) -> list[str]:
    words = QCoreApplication.translate("ranking", "{0} of {1} words right")
    spoken = []
    for index in chosen:
        known = found.targets[index] >= 0
        right = (found.predicted[index] == found.targets[index]) & known
        spoken.append(words.format(int(right.sum()), int(known.sum())))
    return spoken
