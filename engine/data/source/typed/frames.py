"""Columns of any type as a table can have them, and plain sentences on those that it cannot."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from engine.data.rows import column_names
from engine.errors import DataError
from engine.system import free_memory

NAMED = 5  # columns that are named one by one
SMALLER = "Close other programs, or save fewer rows or columns of it"
WIDTH = {pl.String: 32, pl.Categorical: 32, pl.Enum: 32, pl.Decimal: 16}  # bytes of a cell in memory, about


def is_cell(dtype: pl.DataType) -> bool:
    """Whether values of this type stand in one cell: not lists, records, bytes or objects."""
    return not dtype.is_nested() and dtype not in (pl.Binary, pl.Object, pl.Unknown)


def not_cells(name: str, columns: Sequence[str], what: str = "lists, records or bytes") -> list[str]:
    """A sentence on columns that are left out for what they hold; none where there are no such."""
    if not columns:
        return []
    shown = ", ".join(columns[:NAMED]) + (f" and {len(columns) - NAMED:,} more" if len(columns) > NAMED else "")
    one = len(columns) == 1
    return [f"Column{'' if one else 's'} {shown} of {name} {'is' if one else 'are'} left out: {what} are not read yet"]


def refuse_too_large(name: str, needed: int, hint: str = SMALLER) -> None:
    """DataError where `needed` bytes are more than this process can still have."""
    free = free_memory()
    if needed > free:
        raise DataError(
            f"{name} would take {_amount(needed)} of memory, and {_amount(free)} are free",
            field="path",
            hint=hint,
        )


def bytes_of(schema: pl.Schema, rows: int) -> int:
    """Bytes that so many rows take in memory, about."""
    return rows * sum(WIDTH.get(dtype.base_type(), 8) for dtype in schema.values())


def tidied(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Columns of String without outer spaces and nulls, numbers, booleans and dates; unique names; notes on both."""
    names, notes = column_names([name.strip() for name in frame.columns])
    made = []
    for name, column in zip(names, frame.get_columns(), strict=True):
        if isinstance(column.dtype, pl.Duration):
            notes.append(f"Column {name} holds lengths of time and is read in seconds")
        made.append(_tidied(column).alias(name))
    return pl.DataFrame(made), notes


def _tidied(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if isinstance(dtype, pl.Duration):
        return column.dt.total_microseconds() / 1e6
    if dtype in (pl.Categorical, pl.Enum, pl.Null) or isinstance(dtype, (pl.Categorical, pl.Enum)):
        column = column.cast(pl.String)
    return column.str.strip_chars().fill_null("") if column.dtype == pl.String else column


def _amount(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e8 else f"{count / 1e6:,.1f} MB"
