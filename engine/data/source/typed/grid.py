"""A sheet's cells as a table: what stands above it, names, blank rows and columns, dates and numbers as text."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import polars as pl

from engine.data.rows import column_names
from engine.data.source.base import Guess
from engine.data.source.cells import WHOLE
from engine.data.source.header import header_of
from engine.errors import DataError

LOOKED_AT = 500  # first rows by which it is decided
WHEN = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$"
CLOCK = r"^1899-12-3[01] (\d\d:\d\d:\d\d(\.\d+)?)$"
PLAIN = r"^-?(0|[1-9]\d*)(\.\d+)?$"


@dataclass(frozen=True)
class Grid:
    """A table that was found in a sheet."""

    frame: pl.DataFrame
    guesses: tuple[Guess, ...]
    notes: tuple[str, ...]


def tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of a sheet as String, without blank rows and columns and outer spaces; "" where there is none."""
    text = cells.with_columns(pl.all().cast(pl.String).str.strip_chars().fill_null(""))
    text = text.filter(pl.any_horizontal(pl.all() != "")) if text.width else text
    filled = text.select((pl.all() != "").any()).row(0) if text.height else ()
    return (
        text.select(name for name, some in zip(text.columns, filled, strict=True) if some) if filled else text.clear()
    )


def exactly(cells: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Cells whose numbers have all their digits again.

    Args:
        cells: as text, where a number has nine decimals at most.
        numbers: some of the columns as numbers, null where there is none.
    """
    return cells.with_columns(_exact(cells[name], numbers[name]).alias(name) for name in numbers.columns)


def _exact(text: pl.Series, number: pl.Series) -> pl.Series:
    rounded = text.cast(pl.Float64, strict=False)
    same = text.str.contains(PLAIN) & ((number - rounded).abs() <= 1e-9 + number.abs() * 1e-15)
    whole = (number == number.round()) & (number.abs() <= WHOLE)
    digits = pl.select(
        pl.when(whole)
        .then(pl.when(whole).then(number).cast(pl.Int64).cast(pl.String))
        .otherwise(number.cast(pl.String))
    ).to_series()
    return pl.select(pl.when(same).then(digits).otherwise(text)).to_series()


def grid(name: str, cells: pl.DataFrame, header: bool | None, skip: int | None) -> Grid:
    """The table among a sheet's cells. DataError where there are none.

    Args:
        name: of the sheet and its file, for sentences.
        cells: as `tidy` gives them.
        header: whether the first row names the columns; None: it is guessed.
        skip: rows above the table, blank ones not counted; None: it is guessed.
    """
    if not cells.height:
        raise DataError(f"{name} is empty", field="path", hint="Choose one with a header and rows")
    notes, guesses = list[str](), list[Guess]()
    above = skip if skip is not None else _above(cells)
    if above and skip is None:
        text = next((cell for cell in cells.row(0) if cell), "")
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        count = "1 row" if above == 1 else f"{above:,} rows"
        guesses.append(Guess("skip", above, "fewer cells are filled than in the rows below"))
        notes.append(f"{count} above the table left out: {shown}")
    cells = tidy(cells[above:])
    if not cells.height:
        raise DataError(f"{name} has no rows below the {above:,} that are left out", field="path", hint="Skip fewer")
    first, *rest = [list(row) for row in cells.head(LOOKED_AT).iter_rows()]
    if header is None:
        guess = header_of(first, rest)
        header = bool(guess.value)
        guesses.append(guess)
        if not header:
            numbered = "the columns have no names of their own and are numbered"
            notes.append(f"The first row is data, for {guess.reason}: {numbered}")
    if header:
        names, remarks = column_names(first)
        notes += remarks
        cells = cells[1:]
    else:
        names = [f"column {place}" for place in range(1, cells.width + 1)]
    columns = [_dates(column).alias(called) for column, called in zip(cells.get_columns(), names, strict=True)]
    return Grid(pl.DataFrame(columns), tuple(guesses), tuple(notes))


def _above(cells: pl.DataFrame) -> int:
    """How many rows are titles and remarks: with less than half as many cells as the rows have."""
    filled = cells.head(LOOKED_AT).select(pl.sum_horizontal(pl.all() != "")).to_series().to_list()
    typical = median(filled[min(len(filled) // 2, 20) :])
    above = 0
    while above < len(filled) - 2 and filled[above] < max(2.0, typical / 2) <= typical:
        above += 1
    return above


def _dates(column: pl.Series) -> pl.Series:
    """Dates and times as ISO 8601 has them; a date alone where all are at midnight."""
    column = column.str.replace(CLOCK, "$1")
    when = column.str.contains(WHEN)
    if not when.any():
        return column
    midnight = bool(column.filter(when).str.ends_with(" 00:00:00").all())
    made = column.str.head(10) if midnight else column.str.replace(" ", "T", literal=True)
    return pl.select(pl.when(when).then(made).otherwise(column)).to_series()
