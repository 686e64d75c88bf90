"""Rows of Python values as columns: block by block, by the types of the values, while the memory lasts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from engine.data.source.cells import WHOLE, as_cells
from engine.data.source.typed.frames import refuse_too_large

NUMBERS = frozenset({int, float})
NONE = type(None)


class Gathering:
    """Blocks of columns that grow into a frame; columns may come later, and change their type.

    Attributes:
        rows: so far.
        unfit: columns with values that no cell holds, and how many.
    """

    def __init__(self, name: str) -> None:
        """`name`: of the file, for sentences."""
        self._name, self._bytes = name, 0
        self._pieces: dict[str, list[pl.Series]] = {}
        self.rows = 0
        self.unfit: dict[str, int] = {}

    def add(self, columns: Mapping[str, Sequence[Any]], rows: int, share: float) -> None:
        """A block. DataError where all of it would take more memory than there is.

        Args:
            columns: each `rows` values long.
            share: of the file that was read, with this block; 0 to 1.
        """
        for name, values in columns.items():
            pieces = self._pieces.get(name)
            if pieces is None:
                pieces = self._pieces[name] = [pl.repeat(None, self.rows, dtype=pl.Null, eager=True)]
            piece = self._series(name, values)
            pieces.append(piece)
            self._bytes += int(piece.estimated_size())
        for name in self._pieces.keys() - columns.keys():
            self._pieces[name].append(pl.repeat(None, rows, dtype=pl.Null, eager=True))
        self.rows += rows
        if share > 0:
            refuse_too_large(self._name, int(self._bytes * (1 - share) / share))

    def frame(self) -> pl.DataFrame:
        """All blocks. A column with values of several types is text; one that holds no cell at all is left out."""
        made = {name: _joined(pieces) for name, pieces in self._pieces.items()}
        kept = {name: column for name, column in made.items() if not (name in self.unfit and _is_empty(column))}
        return pl.DataFrame(kept)

    def _series(self, name: str, values: Sequence[Any]) -> pl.Series:
        kinds = set(map(type, values)) - {NONE}
        dtype = _dtype(kinds)
        try:
            if dtype is not None:
                return pl.Series(values, dtype=dtype)
            if kinds == NUMBERS and not any(type(value) is int and abs(value) > WHOLE for value in values):
                return pl.Series([None if value is None else float(value) for value in values], dtype=pl.Float64)
        except (OverflowError, TypeError, UnicodeEncodeError, pl.exceptions.PolarsError):
            pass  # a whole number of more than 64 bits, half a letter: as text
        cells = [text_of(value) for value in values]
        unfit = sum(cell is None for cell in cells)
        if unfit:
            self.unfit[name] = self.unfit.get(name, 0) + unfit
        return pl.Series(cells, dtype=pl.String)


def text_of(value: Any) -> str | None:
    """A value as a cell of text; "" for none, and None for what no cell holds."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if abs(value) <= WHOLE and value == int(value) else repr(value)
    return _digits(value) if isinstance(value, int) else None


def _digits(value: int) -> str:
    """A whole number of any length."""
    return str(value) if value.bit_length() < 10_000 else repr(math.inf if value > 0 else -math.inf)


def _dtype(kinds: set[type]) -> type[pl.DataType] | None:
    """The one type that values of these kinds have in a column; None where there is none."""
    if not kinds:
        return pl.Null
    only = next(iter(kinds)) if len(kinds) == 1 else NONE
    return {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, str: pl.String}.get(only)


def _joined(pieces: Sequence[pl.Series]) -> pl.Series:
    """One column; of several types as text, but for whole and other numbers."""
    dtypes = {piece.dtype for piece in pieces} - {pl.Null()}
    if not dtypes:
        dtype: pl.DataType = pl.String()
    elif len(dtypes) == 1:
        dtype = next(iter(dtypes))
    elif dtypes == {pl.Int64(), pl.Float64()} and not any(map(_is_long, pieces)):
        dtype = pl.Float64()
    else:
        dtype = pl.String()
        pieces = [piece if piece.dtype == pl.Null else _text(piece) for piece in pieces]
    return pl.concat([piece.cast(dtype) for piece in pieces])


def _is_long(piece: pl.Series) -> bool:
    return piece.dtype == pl.Int64 and bool((piece.abs() > int(WHOLE)).any())


def _text(piece: pl.Series) -> pl.Series:
    return as_cells(piece.to_frame()).to_series()


def _is_empty(column: pl.Series) -> bool:
    return column.dtype == pl.String and bool((column.fill_null("") == "").all())
