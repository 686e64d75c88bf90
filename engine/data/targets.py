"""The target: classes or numbers, from a column of a table or from folders."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.feature.scaling import held, scaling
from engine.data.feature.vectors import missing, numbers, places
from engine.data.rows import number
from engine.data.tables import Column
from engine.errors import DataError
from engine.facts import Target

MOST_NUMBERED_CLASSES = 20  # whole numbers with more different values are numbers, not classes


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


def column_answers(cells: pl.Series, column: Column, role: str = "") -> Answers:
    """A column as target: classes where it has strings or few whole numbers, else numbers.

    Args:
        role: "number" or "category" overrules what the column seems to be.
    Raises:
        DataError: no values, one class or one value only, too many different strings.
    """
    if not column.distinct:
        raise _error(column, "is empty in every row")
    few = column.whole and column.distinct <= MOST_NUMBERED_CLASSES
    if role == "number" or (not role and column.decimal and not few):
        answers = _numbers(cells, column)
        if not role and not column.whole and column.distinct <= MOST_NUMBERED_CLASSES:
            answers.notes.extend(_perhaps_classes(answers, column))
        return answers
    if not role and column.role in ("text", "identifier"):
        raise _error(column, f"has {column.distinct:,} different texts, too many to be classes")
    return _classes(cells, column)


def _numbers(cells: pl.Series, column: Column) -> Answers:
    values = numbers(cells, column.decimal)
    rows = np.flatnonzero(~np.isnan(values)).astype(np.int64)
    if not len(rows):
        raise _error(column, "has no numbers")
    kept = held(values[rows].clip(-1e30, 1e30))
    if kept.min() == kept.max():
        raise _error(column, f"has the same value, {column.examples[0]}, in every row")
    return Answers(column.name, (), kept, rows, _left_out(len(cells) - len(rows), column.name))


def _perhaps_classes(answers: Answers, column: Column) -> list[str]:
    if (answers.values != np.round(answers.values)).any():
        return []
    shown = ", ".join(column.examples[:3])
    return [f"{column.name} is a number, {shown}, but could be classes: let it be a category if they are"]


def _classes(cells: pl.Series, column: Column) -> Answers:
    rows = np.flatnonzero(~missing(cells)).astype(np.int64)
    named = cells.gather(rows)
    classes = tuple(sorted(named.unique().to_list(), key=natural))
    if len(classes) < 2:
        raise _error(column, f"has one class only, {classes[0]}")
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
        raise DataError(f"No row has {names}", field="target", hint="Choose other columns to predict")
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


def natural(name: str) -> tuple[tuple[int, float, str], ...]:
    """A key that sorts names with numbers in them as people do: 2 before 10."""
    value = number(name)
    if not math.isnan(value):
        return (0, value, ""), (2, 0.0, name)
    parts = re.split(r"(\d+)", name)
    key = [(0, float(part[:300]), "") if part.isdecimal() else (1, 0.0, part) for part in parts if part]
    return (*key, (2, 0.0, name))


def counted(count: int, noun: str) -> str:
    """ "1 row", "1,200 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _left_out(count: int, name: str) -> list[str]:
    return [f"{counted(count, 'row')} without {name} left out"] if count else []


def _error(column: Column, what: str) -> DataError:
    return DataError(f"The target {column.name} {what}", field="target", hint="Choose another column to predict")
