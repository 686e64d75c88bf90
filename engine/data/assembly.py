"""The last step of every source: inputs, answers and the split become a Dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Dataset, Part
from engine.data.splits import Split, remarks
from engine.data.targets import Answers
from engine.facts import DataFacts
from engine.shapes import Shape


def assembled(
    kind: Literal["table", "images", "text"],
    inputs: Callable[[NDArray[np.int64]], NDArray[Any]],
    answers: Answers,
    split: Split,
    preparation: dict[str, Any],
    shape: Shape,
    notes: list[str],
    *,
    scale: bool = False,
    features: tuple[str, ...] = (),
) -> Dataset:
    """A Dataset, with the target added to the preparation.

    `inputs` gives (count, *shape) for indexes of examples in the order of `answers`, so that large ones are made once.
    """
    if answers.classes:
        notes = [*notes, *remarks(split, answers.values, answers.classes)]
    facts = DataFacts(
        kind=kind,
        input=shape,
        target=answers.fact(split.train, scale),
        train=len(split.train),
        validation=len(split.validation),
        test=len(split.test),
        class_counts=answers.counts(),
        notes=tuple(notes),
        features=features,
    )

    def part(indexes: NDArray[np.int64]) -> Part:
        return Part(inputs(indexes), answers.values[indexes], answers.rows[indexes])

    document = {**preparation, "target": answers.document(split.train, scale)}
    return Dataset(facts, part(split.train), part(split.validation), part(split.test), document)
