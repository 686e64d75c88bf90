"""Number targets: how they are held, and how they are brought to mean 0 and deviation 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target

OFFSET = 256  # deviations away from zero: beyond, float32 blurs what differs


def held(values: NDArray[np.float64]) -> NDArray[Any]:
    """Numbers as they are kept: float32, or float64 where they lie far from zero for how much they differ.

    float32 has 24 bits; OFFSET deviations away from zero, 16 of them are left for what differs.
    """
    return values if far_from_zero(float(np.abs(values).max()), spread(values)) else values.astype(np.float32)


def far_from_zero(value: float, deviation: float) -> bool:
    """Whether float32 is too coarse for numbers around `value` that differ by `deviation`."""
    return abs(value) > OFFSET * deviation


def scaling(train: NDArray[Any], scale: bool) -> dict[str, Any]:
    """The part of a target's document that says how its numbers are scaled: by the training examples, or not at all."""
    values = train.astype(np.float64)
    mean, deviation = (float(values.mean()), spread(values)) if scale else (0.0, 1.0)
    return {"scaled": scale, "mean": mean, "deviation": deviation}


def spread(values: NDArray[np.float64]) -> float:
    """The standard deviation; 1 where all values are equal, rounding apart."""
    deviation = float(values.std())
    return deviation if deviation > 1e-12 * abs(float(values.mean())) else 1.0


def in_single_precision(dataset: Dataset) -> Dataset:
    """The dataset with every number target in float32, and its scaling learned from these.

    So runs were trained before numbers far from zero were held in float64; they go on with the same bits.
    """
    if not any(values.dtype == np.float64 for values in dataset.train.all_targets):
        return dataset
    train, validation, test = (_single(part) for part in (dataset.train, dataset.validation, dataset.test))
    document = dict(dataset.preparation)
    documents = [document["target"], *document.get("more_targets", [])]
    coarse = [
        {**one, **scaling(values, one["scaled"])} if before.dtype == np.float64 else one
        for one, values, before in zip(documents, train.all_targets, dataset.train.all_targets, strict=True)
    ]
    document["target"] = coarse[0]
    if "more_targets" in document:
        document["more_targets"] = coarse[1:]
    return Dataset(_facts(dataset.facts, train), train, validation, test, document)


def _single(part: Part) -> Part:
    first, *others = (_float32(values) for values in part.all_targets)
    return replace(part, targets=first, more_targets=tuple(others))


def _float32(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.float32) if values.dtype == np.float64 else values


def _facts(facts: DataFacts, train: Part) -> DataFacts:
    first, *others = (_range(one, values) for one, values in zip(facts.targets, train.all_targets, strict=True))
    return replace(facts, target=first, more_targets=tuple(others))


def _range(target: Target, values: NDArray[Any]) -> Target:
    if target.kind != "number":
        return target
    return replace(target, minimum=float(values.min()), maximum=float(values.max()))
