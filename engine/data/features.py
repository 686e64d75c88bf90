"""Input columns of a table: which are used, and what is learned from the training rows to prepare them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Tell
from engine.data.rows import is_missing, number
from engine.data.scaling import spread
from engine.data.tables import Column
from engine.data.targets import Answers, natural
from engine.errors import DataError
from engine.settings import TableData

MOST_CATEGORIES = 50
Feature = dict[str, Any]
Indexes = NDArray[np.int64]


def used_columns(columns: Sequence[Column], settings: TableData) -> tuple[list[Column], list[str]]:
    """The columns of numbers and categories to learn from, and notes on those that are left out.

    DataError where nothing remains to learn from.
    """
    targets = {settings.target, *settings.more_targets}
    used, notes = [], []
    for column in columns:
        role = settings.roles.get(column.name, "")
        if column.name in targets or column.name in settings.ignored or role in ("picture", "text"):
            continue
        reason = _unused(column, role)
        if reason:
            notes.append(f"{column.name} is not used: {reason}")
        else:
            used.append(column)
    if not used and not columns_of(columns, settings, "picture") and not columns_of(columns, settings, "text"):
        raise DataError("No column is left to learn from", field="ignored", hint="Use at least one number or category")
    return used, notes


def columns_of(columns: Sequence[Column], settings: TableData, role: str) -> list[str]:
    """Names of the columns that have this role by the settings, targets and ignored ones left out."""
    barred = {settings.target, *settings.more_targets, *settings.ignored}
    return [one.name for one in columns if settings.roles.get(one.name) == role and one.name not in barred]


def _unused(column: Column, role: str) -> str:
    if not column.distinct:
        return "it is empty in every row"
    if column.role == "constant":
        return f"it is {column.examples[0]} in every row"
    if role:
        return ""
    return {
        "text": "it is free text",
        "identifier": "it only names or numbers the rows",
    }.get(column.role, "")


def fit_all(
    columns: Sequence[Column], roles: Mapping[str, str], cells: Mapping[str, Sequence[str]], train: Indexes, tell: Tell
) -> tuple[list[Feature], list[str], list[str]]:
    """What the training rows teach about all columns: the preparation's features, feature names, notes."""
    features: list[Feature] = []
    names: list[str] = []
    notes: list[str] = []
    for done, column in enumerate(columns):
        tell(done / len(columns), f"Preparing {column.name}")
        of_column = cells[column.name]
        feature, its_names, its_notes = fit(column, roles.get(column.name, ""), [of_column[row] for row in train])
        features.append(feature)
        names += its_names
        notes += its_notes
    return features, names, notes


def fit(column: Column, role: str, cells: Sequence[str]) -> tuple[Feature, list[str], list[str]]:
    """What the training rows' cells teach about a column: its part of the preparation, feature names, notes."""
    if (role or column.role) == "number":
        return _fit_number(column, cells)
    return _fit_category(column, cells)


def _fit_number(column: Column, cells: Sequence[str]) -> tuple[Feature, list[str], list[str]]:
    values = np.array([number(cell, column.decimal) for cell in cells], dtype=np.float64)
    known = values[~np.isnan(values)]
    mean = float(known.mean()) if len(known) else 0.0
    missing = len(known) < len(values)
    filled = np.where(np.isnan(values), mean, values)
    feature = {
        "column": column.name,
        "kind": "number",
        "decimal": column.decimal,
        "fill": mean,
        "mean": mean,
        "deviation": spread(filled),
        "missing": missing,
    }
    notes = []
    odd = sum(not is_missing(cell) and bool(np.isnan(value)) for cell, value in zip(cells, values, strict=True))
    if odd:
        notes.append(f"{odd:,} values of {column.name} are not numbers and count as missing")
    return feature, [column.name, f"{column.name} is missing"][: 1 + missing], notes


def _fit_category(column: Column, cells: Sequence[str]) -> tuple[Feature, list[str], list[str]]:
    counts = Counter(cell for cell in cells if not is_missing(cell))
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    kept = sorted(ranked[:MOST_CATEGORIES], key=natural)
    other = len(ranked) > MOST_CATEGORIES
    missing = any(is_missing(cell) for cell in cells)
    feature = {"column": column.name, "kind": "category", "categories": kept, "other": other, "missing": missing}
    names = [f"{column.name} = {name}" for name in kept]
    names += [f"{column.name} = other"] * other + [f"{column.name} is missing"] * missing
    rare = len(ranked) - MOST_CATEGORIES
    return feature, names, [f"{rare:,} rare values of {column.name} count as one, other"] if other else []


def leaks(columns: Sequence[Column], cells: Mapping[str, Sequence[str]], answers: Answers) -> list[str]:
    """Sentences on columns from which the target can be read off: likely not known when an answer is needed.

    `cells` are those of the rows in `answers`.
    """
    notes = []
    for column in columns:
        here = cells[column.name]
        if _tells_classes(here, answers.values) if answers.classes else _tells_number(column, here, answers.values):
            notes.append(
                f"{column.name} tells {answers.name} exactly: ignore it if it is not known before the answer is"
            )
    return notes


def _tells_classes(cells: Sequence[str], labels: NDArray[np.int64]) -> bool:
    """Whether each value stands with one class only, in enough rows not to be chance."""
    pairs = {(cell, int(label)) for cell, label in zip(cells, labels, strict=True) if not is_missing(cell)}
    values = {cell for cell, _ in pairs}
    rows = sum(not is_missing(cell) for cell in cells)
    enough = rows >= 20 and rows >= 5 * len(values) and rows >= len(cells) / 2
    return enough and len(pairs) == len(values) and len({label for _, label in pairs}) > 1


def _tells_number(column: Column, cells: Sequence[str], values: NDArray[np.float32]) -> bool:
    """Whether the column is the target in another unit: a straight line through all the points."""
    if column.role != "number":
        return False
    numbers = np.array([number(cell, column.decimal) for cell in cells], dtype=np.float64)
    known = ~np.isnan(numbers)
    x, y = numbers[known], values[known].astype(np.float64)
    if len(x) < 20 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return False
    return bool(abs(np.corrcoef(x, y)[0, 1]) > 0.99999)
