"""What `prepare` says of one cell, of a whole column at once: the same to the bit, and Python touches few cells.

A column is text, or the numbers that a table holds: of these nothing is made text that need not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.rows import LARGEST, MISSING, number
from engine.data.source.cells import as_text, is_typed

LONGEST_MARK = max(map(len, MISSING))


class Cells:
    """A column's cells, and what is asked of them more than once.

    Args:
        column: as a table holds it.
        rows: some of them; all where it says nothing.
    """

    def __init__(self, column: pl.Series, rows: NDArray[np.int64] | None = None) -> None:
        self._column, self._rows = column, rows
        self._numbers: dict[str, NDArray[np.float64]] = {}

    def __len__(self) -> int:
        return len(self._column) if self._rows is None else len(self._rows)

    @cached_property
    def values(self) -> pl.Series:
        """The cells as the table holds them: text or numbers."""
        return self._column if self._rows is None else self._column.gather(self._rows)

    @cached_property
    def series(self) -> pl.Series:
        """The cells as text."""
        return as_text(self.values)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """As the function of that name."""
        return missing(self.values)

    @cached_property
    def distinct(self) -> int:
        """How many different cells there are, without the missing ones."""
        if is_typed(self.values):
            return int(pl.Series(as_bits(self.values)).n_unique())
        return int(self.values.filter(~self.missing).n_unique())

    def numbers(self, decimal: str) -> NDArray[np.float64]:
        """As the function of that name; not to be written to."""
        if decimal not in self._numbers:
            self._numbers[decimal] = numbers(self.values, decimal)
        return self._numbers[decimal]

    def only(self, rows: NDArray[np.int64]) -> Cells:
        """Those at these places; what is known of all is not looked for again."""
        taken = Cells(self._column, rows if self._rows is None else self._rows[rows])
        taken._numbers = {decimal: found[rows] for decimal, found in self._numbers.items()}
        if "missing" in self.__dict__:
            taken.missing = self.missing[rows]
        return taken


def missing(cells: pl.Series) -> NDArray[np.bool_]:
    """Which cells say that there is no value, (rows,), as `rows.is_missing`."""
    if is_typed(cells):
        return cells.is_null().to_numpy() if cells.null_count() else np.zeros(len(cells), dtype=np.bool_)
    plain = cells.str.strip_chars()
    found = np.zeros(len(cells), dtype=np.bool_)
    short = (plain.str.len_bytes() <= LONGEST_MARK).arg_true()  # few of a column of long numbers
    found[short.to_numpy()] = plain.gather(short).str.to_lowercase().is_in(MISSING).to_numpy()
    return found


def numbers(cells: pl.Series, decimal: str = ".") -> NDArray[np.float64]:
    """The cells as numbers, (rows,), as `prepare.number`: NaN where there is none. Not to be written to."""
    if is_typed(cells):
        cells = cells.cast(pl.Float64)
        return (cells.fill_null(np.nan) if cells.null_count() else cells).to_numpy()
    found, left = _cast(cells, decimal)
    for row in left:
        found[row] = number(cells[row].strip(), decimal)
    return found


def as_bits(cells: pl.Series) -> NDArray[np.int64]:
    """The numbers that there are in a column, as whole numbers that differ where the text does: 0.0 and -0.0 do."""
    known = cells.drop_nulls()
    values = known.to_numpy()
    return values.view(np.int64) if known.dtype == pl.Float64 else values.astype(np.int64, copy=False)


def different(cells: pl.Series) -> list[str]:
    """Each cell's text once, in any order."""
    if cells.dtype.is_integer():
        cells = cells.unique()  # of floats 0.0 and -0.0 are one to polars
    return as_text(cells).unique().to_list()


def all_numbers(cells: pl.Series) -> bool:
    """Whether each cell is a number; asks no further than to the first that is none."""
    found, left = _cast(cells, ".")
    others = np.isnan(found)
    others[left] = False
    return not others.any() and not any(np.isnan(number(cells[row].strip())) for row in left)


def places(cells: pl.Series, names: Sequence[str]) -> NDArray[np.int64]:
    """Where each cell stands among the names, (rows,); -1 where it is none of them."""
    table = pl.Series(names, dtype=pl.String)
    numbered = pl.Series(range(len(table)), dtype=pl.Int64)
    where = as_text(cells).replace_strict(table, numbered, default=-1, return_dtype=pl.Int64)
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
