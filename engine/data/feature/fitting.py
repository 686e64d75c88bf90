"""What is learned of numbers and categories from the training rows, and which columns tell the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.column import Column, natural
from engine.data.feature.base import Fitted, Indexes
from engine.data.feature.scaling import spread
from engine.data.feature.targets import Answers
from engine.data.feature.vectors import Cells
from engine.data.prepare import signed_logarithm

MOST_CATEGORIES = 50


def fit_number(column: Column, cells: Cells, train: Indexes, logarithm: bool = False) -> Fitted:
    """Mean and deviation, of the logarithms where these are wanted; a missing number is filled with the mean."""
    values = cells.numbers(column.decimal)[train]
    unknown = np.isnan(values)
    incomplete = bool(unknown.any())
    known = values[~unknown] if incomplete else values
    known = signed_logarithm(known) if logarithm else known
    mean = float(known.mean()) if len(known) else 0.0
    filled = known
    if incomplete:
        filled = np.full(len(values), mean)
        filled[~unknown] = known
    document = {
        "column": column.name,
        "kind": "number",
        "decimal": column.decimal,
        "fill": mean,
        "mean": mean,
        "deviation": spread(filled),
        "missing": incomplete,
    }
    if logarithm:
        document["scale"] = "logarithm"
    notes = []
    odd = int((unknown & ~cells.missing[train]).sum()) if incomplete else 0
    if odd:
        notes.append(f"{odd:,} values of {column.name} are not numbers and count as missing")
    names = (column.name, f"{column.name} is missing")[: 1 + incomplete]
    return Fitted(document, names, tuple(notes))


def fit_category(column: Column, cells: Cells, train: Indexes) -> Fitted:
    """The most frequent names; rare ones count as one."""
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
    document = {"column": column.name, "kind": "category", "categories": kept, "other": other, "missing": incomplete}
    names = [f"{column.name} = {name}" for name in kept]
    names += [f"{column.name} = other"] * other + [f"{column.name} is missing"] * incomplete
    rare = len(ranked) - MOST_CATEGORIES
    notes = (f"{rare:,} rare values of {column.name} count as one, other",) if other else ()
    return Fitted(document, tuple(names), notes)


def leaks(columns: Sequence[Column], cells: Mapping[str, Cells], answers: Answers) -> list[str]:
    """Sentences on columns from which the target can be read off: likely not known when an answer is needed.

    `cells` are those of the rows in `answers`.
    """
    if answers.classes:
        found = [column for column in columns if _tells_classes(cells[column.name], answers.values)]
    else:
        wanted = answers.values.astype(np.float64)
        middle = wanted - wanted.mean()
        found = [column for column in columns if _tells_number(column, cells[column.name], wanted, middle)]
    return [
        f"{column.name} tells {answers.name} exactly: ignore it if it is not known before the answer is"
        for column in found
    ]


def _tells_classes(cells: Cells, labels: NDArray[np.int64]) -> bool:
    """Whether each value stands with one class only, in enough rows not to be chance."""
    values = cells.distinct
    if len(cells) - int(np.count_nonzero(cells.missing)) < max(20, 5 * values, len(cells) / 2):
        return False
    there = pl.DataFrame({"value": cells.series, "label": labels}).filter(~cells.missing)
    pairs = there.unique()
    return pairs.height == values and pairs["label"].n_unique() > 1


def _tells_number(column: Column, cells: Cells, wanted: NDArray[np.float64], middle: NDArray[np.float64]) -> bool:
    """Whether the column is the target in another unit: a straight line through all the points.

    Args:
        middle: `wanted` without its mean.
    """
    if column.role != "number":
        return False
    found = cells.numbers(column.decimal)
    known = ~np.isnan(found)
    if known.all() and _is_no_line(found - found.mean(), middle):
        return False
    x, y = found[known], wanted[known]
    if len(x) < 20 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return False
    return bool(abs(np.corrcoef(x, y)[0, 1]) > 0.99999)


def _is_no_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether points around zero are so far from a straight line that rounding plays no part; quick."""
    sizes = float(np.sqrt(x @ x)), float(np.sqrt(y @ y))
    return min(sizes) > 1e-100 and abs(float(x @ y)) < 0.999 * sizes[0] * sizes[1]
