"""Deals examples out to training, validation and test: seeded, in proportion to the classes, always the same way.

For k-fold cross-validation (Stone 1974; stratified: Kohavi 1995) the folds take turns as the validation split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.settings import SplitSettings
from engine.errors import DataError

Indexes = NDArray[np.int64]
MOST_NAMED = 3  # classes that get a sentence of their own


@dataclass(frozen=True)
class Split:
    """Which examples belong to which part: int64 indexes in ascending order, none in two parts."""

    train: Indexes
    validation: Indexes
    test: Indexes


def deal(
    settings: SplitSettings, count: int, labels: Indexes | None = None, given: Sequence[str] | None = None
) -> Split:
    """Deals `count` examples out.

    Args:
        labels: class numbers (count,), for a stratified split; None for number targets.
        given: for each example "train", "validation", "test" or "": what the source itself says. A part that the
            source gives is used as it is; one that it does not give is dealt from the training examples. With folds
            only "test" counts.
    Raises:
        DataError: nothing would be left to train on, or there are more folds than examples.
    """
    parts = np.array(given, dtype="U10") if given is not None else np.zeros(count, dtype="U1")
    dealt = _by_folds(settings, parts, labels) if settings.folds else _by_shares(settings, parts, labels)
    if not len(dealt["train"]):
        raise DataError("No examples are left to train on", field="split", hint="Use more data or smaller shares")
    return Split(*(np.sort(dealt[name]).astype(np.int64) for name in ("train", "validation", "test")))


def _by_shares(settings: SplitSettings, parts: NDArray[np.str_], labels: Indexes | None) -> dict[str, Indexes]:
    if settings.validation + settings.test > 0.95:
        taken = f"{settings.validation + settings.test:.0%}"
        raise DataError(f"Validation and test take {taken} of the examples", field="split", hint="Give them less")
    shares = {
        name: 0.0 if (parts == name).any() else share
        for name, share in (("test", settings.test), ("validation", settings.validation))
    }
    order = _order(settings, np.flatnonzero((parts != "test") & (parts != "validation")), labels)
    test = round(len(order) * shares["test"])
    validation = test + round(len(order) * shares["validation"])
    dealt = {"test": order[:test], "validation": order[test:validation], "train": order[validation:]}
    for name in ("test", "validation"):
        dealt[name] = np.concatenate([dealt[name], np.flatnonzero(parts == name)])
    return dealt


def _by_folds(settings: SplitSettings, parts: NDArray[np.str_], labels: Indexes | None) -> dict[str, Indexes]:
    """The same test split whichever fold it is; validation examples that the source gives are dealt as all others."""
    order = _order(settings, np.flatnonzero(parts != "test"), labels)
    given = np.flatnonzero(parts == "test")
    test = 0 if len(given) else round(len(order) * settings.test)
    rest = order[test:]
    if len(rest) < settings.folds:
        raise DataError(
            f"{len(rest):,} examples cannot be cut into {settings.folds} folds", field="split", hint="Use fewer folds"
        )
    if labels is not None and settings.stratified:  # class after class, dealt like cards: each fold gets its share
        rest = rest[np.argsort(labels[rest], kind="stable")]
    validates = np.arange(len(rest)) % settings.folds == settings.fold
    return {"test": np.concatenate([order[:test], given]), "validation": rest[validates], "train": rest[~validates]}


def _order(settings: SplitSettings, indexes: Indexes, labels: Indexes | None) -> Indexes:
    """The examples in dealing order: shuffled; stratified, each stretch of it has every class in proportion.

    The last example of each class comes at the very end, so that it is trained on even where it is the only one.
    """
    random = np.random.default_rng(settings.seed)
    shuffled = indexes[random.permutation(len(indexes))]
    if labels is None or not settings.stratified:
        return shuffled
    place = np.empty(len(shuffled))
    for label in np.unique(labels[shuffled]):
        of_class = np.flatnonzero(labels[shuffled] == label)
        place[of_class] = np.arange(1, len(of_class) + 1) / len(of_class)
    return shuffled[np.argsort(place, kind="stable")]


def remarks(split: Split, labels: Indexes, classes: Sequence[str]) -> list[str]:
    """Sentences on classes with too few examples to stand in every split; one sentence where there are many such."""
    notes = []
    totals = np.bincount(labels, minlength=len(classes)).tolist()
    for number, name in enumerate(classes):
        absent = [
            title
            for title, part in (("validation", split.validation), ("test", split.test), ("training", split.train))
            if len(part) and not (labels[part] == number).any()
        ]
        if absent:
            examples = f"{totals[number]:,} example{'s' * (totals[number] != 1)}"
            notes.append(f"The class {name} has only {examples}: none of them in {' or '.join(absent)}")
    if len(notes) > MOST_NAMED:
        return [f"{len(notes):,} classes have too few examples to stand in training, validation and test"]
    return notes
