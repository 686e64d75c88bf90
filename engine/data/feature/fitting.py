"""Input columns of a table: which are used, and what is learned from the training rows to prepare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.dataset import Tell
from engine.data.feature.scaling import spread
from engine.data.feature.vectors import Cells, places
from engine.data.prepare import category_columns, number_columns
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
    columns: Sequence[Column], roles: Mapping[str, str], cells: Mapping[str, Cells], train: Indexes, tell: Tell
) -> tuple[list[Feature], list[str], list[str]]:
    """What the training rows teach about all columns: the preparation's features, feature names, notes."""
    features: list[Feature] = []
    names: list[str] = []
    notes: list[str] = []
    for done, column in enumerate(columns):
        tell(done / len(columns), f"Preparing {column.name}")
        feature, its_names, its_notes = fit(column, roles.get(column.name, ""), cells[column.name], train)
        features.append(feature)
        names += its_names
        notes += its_notes
    return features, names, notes


def encode(feature: Feature, cells: Cells) -> NDArray[np.float32]:
    """All of a column's cells -> (rows, columns), as `prepare.inputs_from_columns`."""
    if feature["kind"] == "number":
        return number_columns(feature, cells.numbers(feature["decimal"]))
    return category_columns(feature, places(cells.series, feature["categories"]), cells.missing)


def fit(column: Column, role: str, cells: Cells, train: Indexes) -> tuple[Feature, list[str], list[str]]:
    """What the training rows' cells teach about a column: its part of the preparation, feature names, notes."""
    if (role or column.role) == "number":
        return _fit_number(column, cells, train)
    return _fit_category(column, cells, train)


def _fit_number(column: Column, cells: Cells, train: Indexes) -> tuple[Feature, list[str], list[str]]:
    values = cells.numbers(column.decimal)[train]
    unknown = np.isnan(values)
    known = values[~unknown]
    mean = float(known.mean()) if len(known) else 0.0
    incomplete = len(known) < len(values)
    filled = np.where(unknown, mean, values)
    feature = {
        "column": column.name,
        "kind": "number",
        "decimal": column.decimal,
        "fill": mean,
        "mean": mean,
        "deviation": spread(filled),
        "missing": incomplete,
    }
    notes = []
    odd = int((unknown & ~cells.missing[train]).sum()) if incomplete else 0
    if odd:
        notes.append(f"{odd:,} values of {column.name} are not numbers and count as missing")
    return feature, [column.name, f"{column.name} is missing"][: 1 + incomplete], notes


def _fit_category(column: Column, cells: Cells, train: Indexes) -> tuple[Feature, list[str], list[str]]:
    empty = cells.missing[train]
    counts = (
        cells.series.gather(train)
        .filter(~empty)
        .alias("name")
        .value_counts()
        .sort(["count", "name"], descending=[True, False])
    )
    ranked = counts["name"].to_list()
    kept = sorted(ranked[:MOST_CATEGORIES], key=natural)
    other = len(ranked) > MOST_CATEGORIES
    incomplete = bool(empty.any())
    feature = {"column": column.name, "kind": "category", "categories": kept, "other": other, "missing": incomplete}
    names = [f"{column.name} = {name}" for name in kept]
    names += [f"{column.name} = other"] * other + [f"{column.name} is missing"] * incomplete
    rare = len(ranked) - MOST_CATEGORIES
    return feature, names, [f"{rare:,} rare values of {column.name} count as one, other"] if other else []


def leaks(columns: Sequence[Column], cells: Mapping[str, Cells], answers: Answers) -> list[str]:
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


def _tells_classes(cells: Cells, labels: NDArray[np.int64]) -> bool:
    """Whether each value stands with one class only, in enough rows not to be chance."""
    there = pl.DataFrame({"value": cells.series, "label": labels}).filter(~cells.missing)
    values = there["value"].n_unique()
    if there.height < max(20, 5 * values, len(cells) / 2):
        return False
    pairs = there.unique()
    return pairs.height == values and pairs["label"].n_unique() > 1


def _tells_number(column: Column, cells: Cells, values: NDArray[np.float32]) -> bool:
    """Whether the column is the target in another unit: a straight line through all the points."""
    if column.role != "number":
        return False
    found = cells.numbers(column.decimal)
    known = ~np.isnan(found)
    x, y = found[known], values[known].astype(np.float64)
    if len(x) < 20 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return False
    return bool(abs(np.corrcoef(x, y)[0, 1]) > 0.99999)
