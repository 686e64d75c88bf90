"""Targets: classes or numbers, from a column of a table or from folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.column import Column, counted, natural
from engine.data.feature.scaling import held, scaling
from engine.data.feature.vectors import different, missing, numbers, places
from engine.errors import DataError
from engine.facts import Target


@dataclass(frozen=True)
class Answers:
    """What the examples should be answered with.

    Attributes:
        name: of the column, or "class" for folders.
        classes: names in the order of their numbers; empty for numbers.
        values: int64 class numbers, or numbers in their own unit as `held` gives them; one for each row that is kept.
        rows: int64 row in the source of each value; rows without a target are left out.
        notes: plain sentences.
    """

    name: str
    classes: tuple[str, ...]
    values: NDArray[Any]
    rows: NDArray[np.int64]
    notes: list[str] = field(default_factory=list)

    @property
    def labels(self) -> NDArray[np.int64] | None:
        """Class numbers to deal in proportion; None for numbers."""
        return self.values if self.classes else None

    def counts(self) -> tuple[int, ...]:
        """Examples of each class; empty for numbers."""
        return tuple(np.bincount(self.values, minlength=len(self.classes)).tolist()) if self.classes else ()

    def document(self, train: NDArray[np.int64], scale: bool) -> dict[str, Any]:
        """The "target" part of a preparation, numbers' mean and deviation from the training examples."""
        if self.classes:
            return {"name": self.name, "kind": "classes", "classes": list(self.classes)}
        return {"name": self.name, "kind": "number", **scaling(self.values[train], scale)}

    def fact(self, train: NDArray[np.int64], scale: bool) -> Target:
        """What the network needs to know of it."""
        if self.classes:
            return Target(self.name, "classes", self.classes)
        values = self.values[train]
        return Target(self.name, "number", scaled=scale, minimum=float(values.min()), maximum=float(values.max()))


def number_answers(cells: pl.Series, column: Column) -> Answers:
    """A column of numbers to predict. DataError where it has none, or one only."""
    values = numbers(cells, column.decimal)
    rows = np.flatnonzero(~np.isnan(values)).astype(np.int64)
    if not len(rows):
        raise refused(column, "has no numbers")
    kept = held(values[rows].clip(-1e30, 1e30))
    if kept.min() == kept.max():
        raise refused(column, f"has the same value, {column.examples[0]}, in every row")
    return Answers(column.name, (), kept, rows, _left_out(len(cells) - len(rows), column.name))


def class_answers(cells: pl.Series, column: Column) -> Answers:
    """A column of classes. DataError where it has one only."""
    rows = np.flatnonzero(~missing(cells)).astype(np.int64)
    named = cells.gather(rows)
    classes = tuple(sorted(different(named), key=natural))
    if len(classes) < 2:
        raise refused(column, f"has one class only, {classes[0]}")
    return Answers(column.name, classes, places(named, classes), rows, _left_out(len(cells) - len(rows), column.name))


def aligned(answers: Sequence[Answers]) -> list[Answers]:
    """Several targets with the rows that have all of them. DataError where there is none."""
    if len(answers) == 1:
        return list(answers)
    rows = answers[0].rows
    for one in answers[1:]:
        rows = np.intersect1d(rows, one.rows)
    if not len(rows):
        names = " and ".join(one.name for one in answers)
        raise DataError(f"No row has {names}", field="targets", hint="Choose other columns to predict")
    return [replace(one, values=one.values[np.isin(one.rows, rows)], rows=rows) for one in answers]


def folder_answers(labels: Sequence[str], path: str, rows: NDArray[np.int64] | None = None) -> Answers:
    """The folders of files as classes; `rows` where some files were left out. DataError where there is one only."""
    classes = tuple(sorted(set(labels), key=natural))
    if len(classes) < 2:
        raise DataError(
            f"{Path(path).name} has one class folder only, {classes[0]}",
            field="path",
            hint="Make a folder for each class",
        )
    numbers = {name: place for place, name in enumerate(classes)}
    values = np.array([numbers[label] for label in labels], dtype=np.int64)
    return Answers("class", classes, values, np.arange(len(labels), dtype=np.int64) if rows is None else rows)


def _left_out(count: int, name: str) -> list[str]:
    return [f"{counted(count, 'row')} without {name} left out"] if count else []


def refused(column: Column, what: str) -> DataError:
    """A column that cannot be predicted, and why."""
    return DataError(f"The target {column.name} {what}", field="targets", hint="Choose another column to predict")
