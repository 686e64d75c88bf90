"""What is asked of the data: its targets, and the classes that each split gets in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from engine.data.column import Column
from engine.data.feature.base import Feature, Indexes
from engine.data.feature.targets import Answers, aligned, class_answers, folder_answers, number_answers, refused
from engine.data.settings import DataSettings
from engine.data.tables import Table
from engine.errors import DataError

MOST_NUMBERED_CLASSES = 20  # whole numbers with more different values are numbers, not classes


@dataclass(frozen=True)
class Asked:
    """The targets, and which rows have all of them.

    Attributes:
        labels: class numbers to deal in proportion, one for each row; None where there are none.
    """

    targets: list[Answers]
    rows: Indexes
    labels: Indexes | None
    notes: tuple[str, ...] = ()

    def only(self, places: Indexes) -> Asked:
        """Those at these places of `rows`; classes that are left without examples are none any more."""
        if len(places) == len(self.rows):
            return self
        targets = [_only(one, places) for one in self.targets]
        labels = None if self.labels is None else self.labels[places]
        return Asked(targets, self.rows[places], labels, self.notes)


def asked_of(settings: DataSettings, table: Table, columns: Sequence[Column], rows: Indexes) -> Asked:
    """The targets of these rows. DataError where a column is not there, is named twice, or cannot be predicted."""
    if len(set(settings.targets)) < len(settings.targets):
        raise DataError("A column is named twice as a target", field="targets", hint="Name each target once")
    found = []
    for name in settings.targets:
        made = _answers(settings, table, columns[table.place(name, "targets")], rows)
        found.append(replace(made, rows=rows[made.rows]))
    answers = aligned(found) if found else []
    left = answers[0].rows if answers else rows
    labels = _in_proportion(settings, table, columns, left)
    if labels is None:
        labels = next((one.labels for one in answers if one.labels is not None), None)
    return Asked(answers, left, labels, tuple(note for one in answers for note in one.notes))


def _answers(settings: DataSettings, table: Table, column: Column, rows: Indexes) -> Answers:
    cells = table.frame[column.name]
    if len(rows) < len(cells):
        cells = cells.gather(rows)
    if table.files:
        return folder_answers(cells.to_list(), settings.path)
    return column_answers(cells, column, settings.told(column.name))


def _in_proportion(settings: DataSettings, table: Table, columns: Sequence[Column], rows: Indexes) -> Indexes | None:
    """Class numbers of the column whose classes each split gets in proportion, rows without one in a class of their
    own; None where there is no such column, or it has no classes.
    """
    name = settings.split.alike
    if not name or name in settings.targets or name not in table.frame.columns:
        return None
    try:
        answers = _answers(settings, table, columns[table.place(name)], rows)
    except DataError:  # one class only, or none: nothing to divide
        return None
    if answers.labels is None:
        return None
    labels = np.full(len(rows), len(answers.classes), dtype=np.int64)
    labels[answers.rows] = answers.labels
    return labels


def column_answers(cells: pl.Series, column: Column, told: Feature | None = None) -> Answers:
    """A column as target: classes where it has strings or few whole numbers, else numbers.

    Args:
        told: what the column is said to hold; it overrules what it seems to be.
    Raises:
        DataError: no values, one class or one value only, too many different strings.
    """
    if not column.distinct:
        raise refused(column, "is empty in every row")
    if told is not None and told.is_input:
        return told.answers(cells, column)
    few = column.whole and column.distinct <= MOST_NUMBERED_CLASSES
    if column.decimal and not few:
        answers = number_answers(cells, column)
        if not column.whole and column.distinct <= MOST_NUMBERED_CLASSES:
            answers.notes.extend(_perhaps_classes(answers, column))
        return answers
    if column.role in ("text", "identifier"):
        raise refused(column, f"has {column.distinct:,} different texts, too many to be classes")
    return class_answers(cells, column)


def _perhaps_classes(answers: Answers, column: Column) -> list[str]:
    if (answers.values != np.round(answers.values)).any():
        return []
    shown = ", ".join(column.examples[:3])
    return [f"{column.name} is a number, {shown}, but could be classes: let it be a category if they are"]


def _only(answers: Answers, places: Indexes) -> Answers:
    values, rows = answers.values[places], answers.rows[places]
    if not answers.classes:
        return replace(answers, values=values, rows=rows)
    there, numbers = np.unique(values, return_inverse=True)
    if len(there) < 2:
        hint = "Add examples of other classes, or repair those that cannot be read"
        raise DataError(f"Only one class is left, {answers.classes[int(there[0])]}", field="targets", hint=hint)
    classes = tuple(answers.classes[place] for place in there.tolist())
    return replace(answers, classes=classes, values=numbers.astype(np.int64), rows=rows)
