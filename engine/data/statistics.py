"""What columns look like: how their values are spread, in a few bars each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.data.column import Column, natural
from engine.data.feature.date import Date, days_of

if TYPE_CHECKING:
    import polars as pl

BARS = 20  # of numbers and of lengths of texts
NAMES = 12  # bars of names, most frequent first
LOOKED_AT = 100_000  # rows, spread evenly
DATES = 5_000  # cells of dates, which take a moment each
Sort = Literal["numbers", "names", "words", "dates", ""]


@dataclass(frozen=True)
class Summary:
    """A column's values at a glance.

    Attributes:
        sort: what the bars count: numbers, names, words of each text, dates; "" where there is nothing to see.
        counts: rows of each bar, of those that were looked at.
        edges: of the bars of numbers, words and days since the year 1, one more than bars; empty where a bar is one
            number.
        names: of the bars of names, and of numbers where each bar is one.
        low, middle, high: smallest, median and largest number, number of words, or day.
        zeros: share of numbers that are zero.
    """

    sort: Sort
    counts: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0
    zeros: float = 0.0

    def said(self, value: float) -> str:
        """One of its values as people write it."""
        return date.fromordinal(int(value)).isoformat() if self.sort == "dates" else plain(value)


def summary(column: Column, cells: pl.Series) -> Summary:
    """What a column looks like."""
    from engine.data.feature.vectors import missing, numbers  # polars takes a moment to load
    from engine.data.source.cells import as_text  # as above

    if len(cells) > LOOKED_AT:
        cells = cells.gather(np.linspace(0, len(cells) - 1, LOOKED_AT).astype(np.int64))
    if column.decimal and column.role != "identifier":
        values = numbers(cells, column.decimal)
        return _of_numbers("numbers", values[np.isfinite(values)], few=column.distinct <= NAMES)
    cells = as_text(cells)
    present = cells.filter(~missing(cells))
    if Date.suits(column):
        some = present.gather(np.linspace(0, len(present) - 1, min(len(present), DATES)).astype(np.int64))
        return _of_numbers("dates", days_of(some.to_list()))
    if column.role == "text":
        words = present.str.count_matches(r"\w+").to_numpy().astype(np.float64)
        return _of_numbers("words", words)
    if column.role in ("category", "constant") and len(present):
        counted = present.alias("name").value_counts().top_k(NAMES, by=["count", "name"], reverse=[False, True])
        rows = sorted(counted.rows(), key=lambda row: (-row[1], natural(row[0])))
        return Summary("names", tuple(count for _, count in rows), names=tuple(name for name, _ in rows))
    return Summary("")


def _of_numbers(sort: Sort, values: NDArray[np.float64], few: bool = False) -> Summary:
    """`few` different ones get a bar each, with its name."""
    if not len(values):
        return Summary("")
    low, high = float(values.min()), float(values.max())
    with np.errstate(over="ignore"):
        wide = np.isfinite(high - low) and high > low
    spread = np.histogram(values, BARS, (low, high)) if wide else (np.array([len(values)]), np.array([low, high]))
    there, times = np.unique(values, return_counts=True) if few else (np.empty(0), np.empty(0))
    return Summary(
        sort,
        tuple(int(count) for count in (times if few else spread[0])),
        () if few else tuple(float(edge) for edge in spread[1]),
        tuple(plain(value) for value in there),
        low=low,
        middle=float(np.median(values)),
        high=high,
        zeros=float((values == 0).mean()),
    )


def plain(value: float) -> str:
    """A number as people write it: 1960, 12,500, 0.25."""
    return f"{value:,.6g}" if abs(value) >= 10_000 else f"{value:.6g}"


def summaries(columns: Sequence[Column], frame: pl.DataFrame) -> tuple[Summary, ...]:
    """Of each column."""
    return tuple(summary(column, frame[column.name]) for column in columns)
