"""What fastexcel reads of a workbook. It runs in a process of its own, and brings nothing else along."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROUNDED = r"\.\d{9}$|^-?0$|^-?\d{16,}$"  # of text that it made of a number, with nine decimals at most
Read = tuple[pl.DataFrame, pl.DataFrame]


def sheet_sizes(path: Path) -> list[tuple[str, int, int]]:
    """Name, rows and columns of each visible sheet; of all where none is visible."""
    book = _book(path)
    sheets = [book.load_sheet(name, header_row=None, dtypes="string") for name in book.sheet_names]
    shown = [sheet for sheet in sheets if sheet.visible == "visible"] or sheets
    return [(sheet.name, sheet.total_height, sheet.width) for sheet in shown]


def sheet_cells(path: Path, name: str) -> Read:
    """A sheet's cells as text; and the columns by name whose text may have lost digits, as numbers."""
    book = _book(path)
    text = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
    doubtful = text.select(pl.all().str.contains(ROUNDED).any()).row(0) if text.height else ()
    places = [place for place, doubt in enumerate(doubtful) if doubt]
    if not places:
        return text, pl.DataFrame()
    numbers = book.load_sheet(name, header_row=None, dtypes="float", use_columns=places).to_polars()
    return text, numbers.rename(dict(zip(numbers.columns, (text.columns[place] for place in places), strict=True)))


def _book(path: Path) -> fastexcel.ExcelReader:
    with path.open("rb") as file:
        old = file.read(8) == OLD
    called = path.suffix.lower() == ".xls"  # it goes by the name, but for bytes
    return fastexcel.read_excel(path if old == called else path.read_bytes())
