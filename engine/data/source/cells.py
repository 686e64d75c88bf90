"""Native values of a format as cells of text, as a table has them."""

from __future__ import annotations

from datetime import time

import polars as pl

WHOLE = 2.0**53  # up to it a float holds every whole number


def as_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as String: "" where there is no value, "5" in a column of floats that are all whole numbers.

    Dates and times are written as ISO 8601 has them, yes and no as "true" and "false".
    """
    return pl.DataFrame([_cells(column) for column in frame.get_columns()])


def _cells(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column.fill_null("")
    if column.dtype.is_float():
        column = column.fill_nan(None)
        if column.is_empty() or bool(((column.abs() <= WHOLE) & (column == column.round())).fill_null(True).all()):
            column = column.cast(pl.Int64)
    elif isinstance(column.dtype, pl.Datetime):
        midnight = bool((column.dt.time() == time(0)).all())
        column = column.dt.date() if midnight else column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    return column.cast(pl.String).fill_null("")
