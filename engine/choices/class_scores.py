"""How well each class is told from the others, and what guessing would give, from a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ClassScore:
    """One class.

    Attributes:
        examples: how many there are of it.
        precision: share of the answers with this class that are right; None where it is never answered.
        recall: share of its examples that are found; None where there are none.
        f1: harmonic mean of both (van Rijsbergen 1979): 2 right / (examples + answers); None where there is neither.
    """

    name: str
    examples: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Guess:
    """The commonest class of a split, and the share of answers that are right where it is always answered."""

    name: str
    share: float


def class_scores(confusion: NDArray[np.int64], names: Sequence[str]) -> tuple[ClassScore, ...]:
    """A score for each class; `confusion` (classes, classes): true by answered."""
    right, examples, answered = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    counts = zip(names, right.tolist(), examples.tolist(), answered.tolist(), strict=True)
    return tuple(
        ClassScore(name, there, _share(hits, said), _share(hits, there), _share(2 * hits, there + said))
        for name, hits, there, said in counts
    )


def commonest(confusion: NDArray[np.int64], names: Sequence[str]) -> Guess:
    """What guessing gives; of two classes as common, the first."""
    examples = confusion.sum(axis=1)
    place = int(examples.argmax())
    return Guess(names[place], _share(int(examples[place]), int(examples.sum())) or 0.0)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
