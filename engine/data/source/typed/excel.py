"""Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods. Formulas count by their last results; nothing is executed."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from xml.etree.ElementTree import ParseError

import polars as pl
from pydantic import Field

from engine.data.dataset import Tell
from engine.data.friendly import friendly
from engine.data.source.base import FIRST_ROWS, Guess, Look, Reading, SetAside, Source
from engine.data.source.typed.far_cells import near_cells
from engine.data.source.typed.frames import refuse_too_large
from engine.data.source.typed.grid import exactly, grid, tidy
from engine.data.source.typed.sheet_reader import OLD, sheet_cells, sheet_sizes
from engine.data.source.typed.workbook import CELL, Sheet, sheets_of
from engine.errors import DataError
from engine.processes.apart import BrokenError, apart

ZIP = b"PK\x03\x04"
LOCKED = "EncryptedPackage".encode("utf-16-le")  # part of a workbook with a password
STREAMED = (".xlsx", ".xlsm")
ROOM, ROOM_A_BYTE = 2_000_000_000, 20  # memory that a reader may take: so much, and more by what it reads
SECONDS, SECONDS_A_BYTE = 60.0, 2e-5  # after which a reader is stuck: 20 more for each million bytes
NAMED = 8  # other sheets that are named
FAR = "Delete the cells far from the table, or save the sheet as CSV"
HINT = "Open it in your spreadsheet app and save it as .xlsx or CSV"


class _Cells(NamedTuple):
    cells: pl.DataFrame
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[str, ...] = ()


class Excel(Source):
    """One sheet of a workbook."""

    title: ClassVar[str] = "Excel or OpenDocument spreadsheet"
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")

    kind: Literal["spreadsheet"] = "spreadsheet"
    sheet: str | None = Field(None, title="Sheet", description="Its name; none: the sheet with most rows")
    header: bool | None = Field(
        None, title="Names in the first row", description="Whether the first row names the columns; none: it is guessed"
    )
    skip: Annotated[int, Field(ge=0, le=1_000)] | None = Field(
        None, title="Rows above", description="Rows above the table that are left out; none: it is guessed"
    )

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        if head.startswith(ZIP):
            return path.suffix.lower() in cls.suffixes or _holds_workbook(path)
        return head.startswith(OLD)

    def look(self, tell: Tell) -> Look:
        reading = self.read(tell)
        return Look(tuple(reading.frame.columns), reading.frame.head(FIRST_ROWS), reading.frame.height, reading.guesses)

    def read(self, tell: Tell) -> Reading:
        path = Path(self.path)
        tell(0.0, f"Reading {path.name}")
        with friendly(path), _readable(path):
            sheets = _sheets(path, tell)
            tell(0.3, f"Reading {path.name}")
            sheet, guesses = self._chosen(path.name, sheets)
            found = _cells(path, sheet, tell)
            tell(0.9, f"Reading {path.name}")
            where = path.name if len(sheets) == 1 else f"Sheet {sheet.name} of {path.name}"
            table = grid(where, tidy(found.cells), self.header, self.skip)
        told = [f"Sheet {guess.value} is read: {guess.reason}" for guess in guesses]
        notes = (*told, *_said(sheet), *found.notes, *table.notes)
        return Reading(table.frame, (*guesses, *table.guesses), found.set_aside, notes)

    def _chosen(self, name: str, sheets: Sequence[Sheet]) -> tuple[Sheet, tuple[Guess, ...]]:
        if not sheets:
            raise DataError(f"{name} has no sheet with cells", field="path", hint="Choose another file")
        if self.sheet is not None:
            for sheet in sheets:
                if sheet.name == self.sheet:
                    return sheet, ()
            hint = f"Choose one of {', '.join(sheet.name for sheet in sheets[:NAMED])}"
            raise DataError(f"{name} has no sheet {self.sheet}", field="path", hint=hint)
        best = max(sheets, key=lambda sheet: (sheet.values > 0, sheet.rows))
        if len(sheets) == 1:
            return best, ()
        others = [f"{sheet.name} ({sheet.rows:,})" for sheet in sheets if sheet is not best]
        more = f" and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
        reason = f"it has most rows ({best.rows:,}); the others are {', '.join(others[:NAMED])}{more}"
        return best, (Guess("sheet", best.name, reason),)


def _holds_workbook(path: Path) -> bool:
    """Whether an archive is a workbook, whatever it is called."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and "content.xml" in names:
                return b"opendocument.spreadsheet" in archive.read("mimetype")
            return not names.isdisjoint({"xl/workbook.xml", "xl/workbook.bin"})
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False


def _sheets(path: Path, tell: Tell) -> list[Sheet]:
    """Sheets by what they hold. DataError where all of it would not fit into memory, or there is a password."""
    with path.open("rb") as file:
        old = file.read(8) == OLD
        locked = old and LOCKED in file.read()
    if locked:
        raise _locked(path)
    if not old:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise _locked(path)
            refuse_too_large(path.name, _unpacked(path))
            return sheets_of(archive)
    read = _patiently(path, tell)
    return [Sheet(name, rows, width, width, rows) for name, rows, width in apart(sheet_sizes, path, **read)]


def _cells(path: Path, sheet: Sheet, tell: Tell) -> _Cells:
    """The sheet's cells as text. DataError where there are more than the memory holds."""
    if sheet.is_sparse and path.suffix.lower() in STREAMED:
        near = near_cells(path, sheet.name, tell)
        return _Cells(near.cells, near.set_aside, near.notes)
    where = f"Sheet {sheet.name} of {path.name}"
    if sheet.is_sparse:
        refuse_too_large(f"{where}, with cells far from its table,", CELL * sheet.box, FAR)
    refuse_too_large(where, CELL * sheet.box)
    text, numbers = apart(sheet_cells, path, sheet.name, **_patiently(path, tell))
    return _Cells(exactly(text, numbers))


def _patiently(path: Path, tell: Tell) -> dict[str, Any]:
    """How much memory and time a reader may take, and what goes on meanwhile."""
    return {
        "most": ROOM + _unpacked(path) * ROOM_A_BYTE,
        "seconds": SECONDS + path.stat().st_size * SECONDS_A_BYTE,
        "glance": partial(tell, 0.4, f"Reading {path.name}"),
    }


def _unpacked(path: Path) -> int:
    """Bytes of a file, unpacked."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist())


def _said(sheet: Sheet) -> Iterator[str]:
    """Sentences on what a sheet has that a table has not."""
    if sheet.merged:
        areas = "1 area of merged cells" if sheet.merged == 1 else f"{sheet.merged:,} areas of merged cells"
        yield f"Sheet {sheet.name} has {areas}: only the first cell of each has a value"
    if sheet.errors:
        cells = "1 cell has" if sheet.errors == 1 else f"{sheet.errors:,} cells have"
        yield f"In sheet {sheet.name} {cells} an error such as #DIV/0!, taken as missing"
    if sheet.unsolved:
        cells = "1 formula has" if sheet.unsolved == 1 else f"{sheet.unsolved:,} formulas have"
        yield (
            f"In sheet {sheet.name} {cells} no result in the file and are taken as missing: "
            "open it in your spreadsheet app, save it, and open it here again"
        )


def _locked(path: Path) -> DataError:
    hint = "Save it without one in your spreadsheet app"
    return DataError(f"{path.name} is locked by a password", field="path", hint=hint)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What the readers say of a file that is damaged becomes one sentence."""
    try:
        yield
    except (
        *(BrokenError, zipfile.BadZipFile, zlib.error, ParseError),
        *(KeyError, ValueError, EOFError, RuntimeError, NotImplementedError, MemoryError, struct.error),
    ) as error:
        if "password" in str(error).lower():
            raise _locked(path) from error
        raise DataError(f"{path.name} is damaged, or no spreadsheet", field="path", hint=HINT) from error
