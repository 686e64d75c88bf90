"""Tables: a file or a sample as columns of text or numbers, and what each column seems to be."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import ValidationError

from engine.data import samples
from engine.data.column import Column, Role
from engine.data.counting import counted, most_frequent
from engine.data.dataset import Tell
from engine.data.feature.vectors import all_numbers, missing
from engine.data.settings import SAMPLE
from engine.data.shared import Shared, read_once
from engine.data.source.base import Source, left_out
from engine.data.source.cells import as_columns, as_text, is_typed, text_frame
from engine.data.source.table import source_for
from engine.errors import DataError

SHARED_BYTES = 512 * 2**20  # of a table that is kept for who asks next, at most
EXAMPLES = 5  # values of a column that are named
FEW_WORDS = 6  # mean words of a value, from which on it is text
MANY_VALUES = 0.3  # share of different values, from which on strings are text
FEW_NUMBERS = 20  # different ones, up to which they may be classes
IDENTIFIER_NAME = re.compile(r"(^|[ _-])(id|idx|index|row|rowid|uuid|key|no|nr)$", re.IGNORECASE)

INDEX_OF = re.compile(r"[^ _-][ _-]index$", re.IGNORECASE)  # of something: a measure, as often as not


@dataclass(frozen=True)
class Table:
    """Columns of cells: text without outer spaces, or the numbers whose text the cells are.

    Attributes:
        name: of the file, for sentences.
        frame: the columns in order, as `source.cells.as_columns` gives them; names are unique.
        notes: on how it was read.
        preparation: its part of a preparation: how new rows are read.
        parts: what the source says each row is for: "train", "validation", "test" or ""; empty where it says nothing.
        find: gives what a cell names: a path or a picture; None where that is nothing.
        files: whether each row is a file, in a folder that names its class.
    """

    name: str
    frame: pl.DataFrame
    notes: tuple[str, ...] = ()
    preparation: dict[str, Any] = field(default_factory=dict)
    parts: Sequence[str] = ()
    find: Callable[[str], Any] = Path
    files: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """What each column seems to be."""
        return described(self.frame)

    def cells(self, column: str, rows: NDArray[np.int64] | None = None) -> list[str]:
        """A column's cells, of all rows or of some."""
        series = self.frame[column]
        return as_text(series if rows is None else series.gather(rows)).to_list()

    def rows(self, start: int = 0, count: int | None = None) -> pl.DataFrame:
        """Cells of all columns, as String; of all rows or of `count` of them."""
        return text_frame(self.frame.slice(start, count))

    def place(self, column: str, field: str = "targets") -> int:
        """Where the column stands; DataError, with the nearest name, where there is none."""
        if column not in self.frame.columns:
            near = difflib.get_close_matches(column, self.frame.columns, 1)
            hint = f"Did you mean {near[0]}" if near else f"Choose one of {', '.join(self.frame.columns[:8])}"
            raise DataError(f"{self.name} has no column {column or 'without a name'}", field=field, hint=hint)
        return self.frame.columns.index(column)


_read: Shared[Table] = Shared(lambda table: int(table.frame.estimated_size()), most=SHARED_BYTES)


def read_table(path: str, tell: Tell, options: Mapping[str, Any] = MappingProxyType({})) -> Table:
    """Reads a file, or the sample "sample:NAME"; once, while it stays as it is.

    Args:
        options: what the person said of its format, as `source_for` takes it.

    DataError where it is no table, has ragged rows or no rows at all.
    """
    if path.startswith(SAMPLE):
        names, rows = samples.table(path.removeprefix(SAMPLE))
        frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
        return Table(path, frame, find=finder(path))
    key, make = json.dumps(dict(options), sort_keys=True, default=str), partial(_read_file, path, options, tell)
    return read_once(_read, path, key, make, partial(tell, 0.0, "Reading the table"))


def _read_file(path: str, options: Mapping[str, Any], tell: Tell) -> Table:
    source = _told(path, options)
    reading = source.read(tell)
    name = Path(path).name
    if reading.frame.is_empty():
        raise DataError(f"{name} has a header but no rows", field="path", hint="Choose a file with rows below it")
    preparation = {"reading": reading.reading} if reading.reading else {}
    notes = (*reading.notes, *left_out(reading.set_aside))
    return Table(name, as_columns(reading.frame), notes, preparation, find=finder(path))


def _told(path: str, options: Mapping[str, Any]) -> Source:
    """The source of a file, told these options. DataError where it has no such option, or not that value of it."""
    try:
        return source_for(path, **options)
    except ValidationError as error:
        first = error.errors()[0]
        named = ".".join(str(part) for part in first["loc"])
        known = [name for name in type(source_for(path)).model_fields if name not in ("kind", "path")]
        said = "there is no such option" if first["type"] == "extra_forbidden" else first["msg"]
        hint = f"Choose among {', '.join(known)}" if known else "This format has none"
        raise DataError(f"{Path(path).name} cannot be read with {named}: {said}", field="source", hint=hint) from error


def finder(path: str) -> Callable[[str], Any]:
    """What finds the picture that a cell of the table names: a path beside the table, or a sample's own picture."""
    if path.startswith(SAMPLE):
        return samples.attached(path.removeprefix(SAMPLE)).get
    return Path(path).parent.joinpath


def described(frame: pl.DataFrame) -> tuple[Column, ...]:
    """What each column seems to be."""
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:  # polars counts without the interpreter's lock
        return tuple(side_by_side.map(describe_column, frame.get_columns()))


def describe_column(cells: pl.Series) -> Column:
    """What a column seems to be."""
    if is_typed(cells):
        return _describe_numbers(cells)
    found = cells.alias("value").value_counts()
    found = found.filter(~missing(found["value"]))
    values = found["value"]
    empty = len(cells) - int(found["count"].sum())
    examples = found.top_k(EXAMPLES, by=["count", "value"], reverse=[False, True])["value"].to_list()
    common = Column(cells.name, "constant", empty, len(values), tuple(examples))
    if not len(values) or (len(values) == 1 and not empty):
        return common
    decimal = _decimal(values)
    if decimal is not None:
        whole = bool(values.str.strip_chars_start("+-").str.contains(r"^\d+$").all())
        counts_up = whole and not empty and _is_identifier(cells, len(values))
        role: Role = "identifier" if counts_up else "number"
        return replace(common, role=role, decimal=decimal, whole=whole)
    return replace(common, role=_string_role(values.to_list(), len(cells) - empty))


def _describe_numbers(cells: pl.Series) -> Column:
    """The same of a column that holds numbers."""
    found = counted(cells)
    distinct, empty = len(found.values), cells.null_count()
    common = Column(cells.name, "constant", empty, distinct, tuple(most_frequent(found, EXAMPLES)))
    if not distinct or (distinct == 1 and not empty):
        return common
    whole = cells.dtype.is_integer()
    counts_up = whole and not empty and _is_identifier(cells, distinct)
    return replace(common, role="identifier" if counts_up else "number", decimal=".", whole=whole)


def _decimal(values: pl.Series) -> Literal[".", ","] | None:
    """The decimal sign where all the values are numbers, else None."""
    if all_numbers(values):
        return "."
    if values.str.contains(r"^[+-]?\d+(,\d+)?$").all():
        return ","
    return None


def _is_identifier(cells: pl.Series, distinct: int) -> bool:
    """A column without a name or called id that numbers the rows."""
    if distinct < len(cells):
        return False
    name = str(cells.name)
    counts = cells.cast(pl.Float64, strict=False).diff().drop_nulls()
    unnamed = re.fullmatch(r"(column \d+|unnamed.*)", name, re.IGNORECASE) is not None
    named = IDENTIFIER_NAME.search(name) is not None or name.endswith(("Id", "ID"))
    return named or (unnamed and bool((counts == 1).all()))


def measures(column: Column, cells: pl.Series) -> bool:
    """Whether a column that is taken for an identifier by its name, such as price_index, does not number the rows.

    Its numbers are whole and all different, but have gaps.
    """
    if column.role != "identifier" or not column.whole or not INDEX_OF.search(column.name):
        return False
    numbers = cells.cast(pl.Float64, strict=False).to_numpy()
    return bool(numbers.max() - numbers.min() != len(numbers) - 1)


def could_be_classes(column: Column, cells: pl.Series) -> bool:
    """Whether a column of few different numbers is written with decimals that are all zero, as numpy writes classes."""
    if column.decimal != "." or column.whole or not 1 < column.distinct <= FEW_NUMBERS:
        return False
    written = as_text(cells.unique())
    return bool(written.str.contains(r"^[+-]?\d+\.0*$").any()) and not written.str.contains(r"[.]\d*[1-9eE]").any()


def _string_role(values: list[str], present: int) -> Role:
    words = sum(len(value.split()) for value in values) / len(values)
    share = len(values) / present
    if words >= FEW_WORDS and share > 0.2 and len(values) > 2:
        return "text"
    if len(values) == present and present >= 10:
        return "identifier"
    return "text" if len(values) > 20 and share > MANY_VALUES else "category"
