"""What `prepare` says of one cell, of a whole column at once: the same to the bit, and Python touches few cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.rows import LARGEST, MISSING, number

LONGEST_MARK = max(map(len, MISSING))


class Cells:
    """A column's cells, and what is asked of them more than once."""

    def __init__(self, series: pl.Series) -> None:
        self.series = series
        self._numbers: dict[str, NDArray[np.float64]] = {}

    def __len__(self) -> int:
        return len(self.series)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """As the function of that name."""
        return missing(self.series)

    def numbers(self, decimal: str) -> NDArray[np.float64]:
        """As the function of that name; not to be written to."""
        if decimal not in self._numbers:
            self._numbers[decimal] = numbers(self.series, decimal)
        return self._numbers[decimal]


def missing(cells: pl.Series) -> NDArray[np.bool_]:
    """Which cells say that there is no value, (rows,), as `rows.is_missing`."""
    plain = cells.str.strip_chars()
    found = np.zeros(len(cells), dtype=np.bool_)
    short = (plain.str.len_bytes() <= LONGEST_MARK).arg_true()  # few of a column of long numbers
    found[short.to_numpy()] = plain.gather(short).str.to_lowercase().is_in(MISSING).to_numpy()
    return found


def numbers(cells: pl.Series, decimal: str = ".") -> NDArray[np.float64]:
    """The cells as numbers, (rows,), as `prepare.number`: NaN where one is missing or no number."""
    found, left = _cast(cells, decimal)
    for row in left:
        found[row] = number(cells[row].strip(), decimal)
    return found


def all_numbers(cells: pl.Series) -> bool:
    """Whether each cell is a number; asks no further than to the first that is none."""
    found, left = _cast(cells, ".")
    others = np.isnan(found)
    others[left] = False
    return not others.any() and not any(np.isnan(number(cells[row].strip())) for row in left)


def places(cells: pl.Series, names: Sequence[str]) -> NDArray[np.int64]:
    """Where each cell stands among the names, (rows,); -1 where it is none of them."""
    table = pl.Series(names, dtype=pl.String)
    where = cells.replace_strict(table, pl.Series(range(len(table)), dtype=pl.Int64), default=-1, return_dtype=pl.Int64)
    return where.to_numpy()


def _cast(cells: pl.Series, decimal: str) -> tuple[NDArray[np.float64], list[int]]:
    """The numbers that polars reads, NaN elsewhere, and the rows of cells that it does not know, missing ones apart.

    Python reads some numbers more, such as digits of other scripts.
    """
    plain = cells.str.replace_all(",", ".", literal=True) if decimal == "," else cells
    cast = plain.cast(pl.Float64, strict=False)
    unread = cast.is_null().arg_true()
    unknown = unread.filter(~missing(plain.gather(unread)))
    found = cast.fill_null(np.nan).to_numpy().copy()
    found[~(np.abs(found) < LARGEST)] = np.nan
    return found, unknown.to_list()
