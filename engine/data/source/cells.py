"""Native values of a format as a table has them: numbers, or cells of text; and the text of numbers."""

from __future__ import annotations

from datetime import time

import polars as pl

from engine.data.rows import LARGEST

FIRST = 1_000  # cells that are looked at before all are
WHOLE = 2.0**53  # up to it a float holds every whole number


def as_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as numbers, of which `as_text` gives the cells, or as String, as `as_cells` gives it.

    Numbers are whole ones, or Float64; those that nothing can be reckoned with, such as inf, leave the column String.
    """
    return pl.DataFrame([_column(column) for column in frame.get_columns()])


def as_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as String: "" where there is no value, "5" in a column of floats that are all whole numbers.

    Dates and times are written as ISO 8601 has them, yes and no as "true" and "false".
    """
    return pl.DataFrame([_cells(column) for column in frame.get_columns()])


def as_text(column: pl.Series) -> pl.Series:
    """The cells of a table's column; "" where it has no number. Of some of its rows they are the same as of all."""
    return column if column.dtype == pl.String else column.cast(pl.String).fill_null("")


def text_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The cells of all columns of a table, or of some of its rows."""
    return pl.DataFrame([as_text(column) for column in frame.get_columns()])


def told_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table, and columns more that part 0.0 from -0.0: rows are the same where all their text is."""
    floats = [column for column in frame.get_columns() if column.dtype == pl.Float64]
    below = [((one == 0) & (1 / one < 0)).alias(f"\0{place}") for place, one in enumerate(floats)]
    return frame.with_columns(below) if below else frame


def is_typed(column: pl.Series) -> bool:
    """Whether a table's column holds numbers and no text."""
    return column.dtype != pl.String


def _column(column: pl.Series) -> pl.Series:
    if column.dtype in (pl.Int128, pl.UInt128) or not column.dtype.is_numeric() or column.dtype.is_decimal():
        return _cells(column)
    if column.dtype.is_integer():
        return column
    if column.is_nan().any():
        column = column.fill_nan(None)
    if _all_whole(column):
        return column.cast(pl.Int64)
    least, most = column.min(), column.max()
    if not (isinstance(least, float) and isinstance(most, float) and -LARGEST < least <= most < LARGEST):
        return _cells(column)
    return column if column.dtype == pl.Float64 else _widened(column)


def _widened(column: pl.Series) -> pl.Series:
    """Float32 as the Float64 that is written alike; 0.1 is no 0.10000000149. As text where none is."""
    text = column.cast(pl.String)
    wide = text.cast(pl.Float64)
    return wide if wide.cast(pl.String).equals(text, null_equal=True) else text.fill_null("")


def _all_whole(column: pl.Series) -> bool:
    for some in (column.head(FIRST), column):  # most columns that have others begin with some
        known = (some.abs() <= WHOLE) & (some == some.round())
        if not bool(known.fill_null(True).all()):
            return False
    return True


def _cells(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column.fill_null("")
    if column.dtype.is_float():
        column = column.fill_nan(None)
        if _all_whole(column):
            column = column.cast(pl.Int64)
    elif isinstance(column.dtype, pl.Datetime):
        midnight = bool((column.dt.time() == time(0)).all())
        column = column.dt.date() if midnight else column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    return column.cast(pl.String).fill_null("")
