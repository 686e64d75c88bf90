"""What the sheets of a workbook hold and how far they reach, found before anything makes room for them.

One cell in the last corner of a sheet (XFD1048576) makes a reader ask for 17 billion cells, about 40 GB.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from engine.system import free_memory

MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576  # of a sheet, as Excel has them
CHUNK = 1 << 20
LARGEST_PART = 64 << 20  # bytes of the list of sheets
CELL = 32  # bytes that a cell takes in the reader, also an empty one
SPARSE = 20  # times as many cells between the farthest ones as have values: too many to make room for
LARGE = 5_000_000  # cells below which it does not matter
COLUMN = re.compile(rb' r="([A-Z]{2,3})\d')  # of two letters and more
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,8})["']""")  # of cells and rows
WITHOUT_RESULT = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>")
ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@dataclass(frozen=True)
class Sheet:
    """A sheet by what its file says.

    Attributes:
        rows: that are written down.
        values: cells that are not empty, about.
        columns, last_row: of the cell farthest to the right, and farthest down; at most so far.
        errors, merged, unsolved: cells with an error such as #DIV/0!, areas of merged cells, formulas without a result.
    """

    name: str
    rows: int
    values: int
    columns: int
    last_row: int
    errors: int = 0
    merged: int = 0
    unsolved: int = 0

    @property
    def box(self) -> int:
        """Cells between the first and the farthest ones."""
        return self.columns * self.last_row

    @property
    def is_sparse(self) -> bool:
        """Whether nearly all cells between the farthest ones are empty, and there are many."""
        return self.box > max(LARGE, SPARSE * self.values)


def sheets_of(archive: zipfile.ZipFile) -> list[Sheet]:
    """The visible sheets of a workbook in a ZIP: .xlsx, .xlsm, .xlsb or .ods; all where none is visible.

    KeyError, ParseError, zipfile.BadZipFile where it is damaged.
    """
    names = set(archive.namelist())
    if "content.xml" in names:
        with archive.open("content.xml") as file:
            return list(_open_document(file))
    binary = "xl/workbook.bin" in names
    listed = list(_binary_parts(archive) if binary else _parts(archive))
    shown = [(name, part) for name, part, visible in listed if visible] or [(name, part) for name, part, _ in listed]
    return [_binary_sheet(archive, name, part) if binary else _sheet(archive, name, part) for name, part in shown]


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, bool]]:
    """Name, file and visibility of each sheet that has cells."""
    targets = _targets(archive, "xl/_rels/workbook.xml.rels")
    for element in _xml(archive, "xl/workbook.xml").iter():
        if _local(element.tag) == "sheet":
            key = next((value for name, value in element.attrib.items() if _local(name) == "id"), "")
            if key in targets:
                yield element.get("name", ""), targets[key], element.get("state", "visible") == "visible"


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Files of worksheets by their ids; sheets that are a chart are not among them."""
    found = {}
    for element in _xml(archive, part).iter():
        if element.get("Type", "").endswith("/worksheet"):
            target = element.get("Target", "")
            path = PurePosixPath("xl", target) if not target.startswith("/") else PurePosixPath(target[1:])
            found[element.get("Id", "")] = str(path)
    return found


def _xml(archive: zipfile.ZipFile, part: str) -> Element:
    with archive.open(part) as file:
        content = file.read(LARGEST_PART)
    if b"<!DOCTYPE" in content:
        raise ParseError("a workbook declares no types of its own")
    return fromstring(content)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _sheet(archive: zipfile.ZipFile, name: str, part: str) -> Sheet:
    rows = values = errors = merged = unsolved = 0
    wide, unplaced, usual = set[bytes](), 0, True
    for chunk in _chunks(archive, part):
        rows += chunk.count(b"<row") or chunk.count(b":row ")
        values += chunk.count(b"</c>") or chunk.count(b":c>")
        errors += chunk.count(b't="e"')
        merged += chunk.count(b"mergeCell ") if b"<mergeCells" in chunk or b":mergeCells" in chunk else 0
        unsolved += len(WITHOUT_RESULT.findall(chunk)) if b"f>" in chunk else 0
        unplaced += chunk.count(b"<c>")
        wide.update(COLUMN.findall(chunk))
        usual = usual and b" r='" not in chunk
    columns = MOST_COLUMNS if unplaced or not usual else max(map(_number, wide), default=26)
    sheet = Sheet(name, rows, values, columns, MOST_ROWS, errors, merged, unsolved)
    if sheet.is_sparse or CELL * sheet.box > free_memory() / 2:
        columns, last = _farthest(archive, part)
        sheet = replace(sheet, columns=MOST_COLUMNS if unplaced else columns, last_row=max(rows, last))
    return sheet


def _farthest(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """The column farthest to the right and the row farthest down, cell by cell."""
    columns, rows = set[bytes](), 1
    for chunk in _chunks(archive, part):
        for letters, row in set(PLACE.findall(chunk)):
            columns.add(letters)
            rows = max(rows, int(row))
    return max(map(_number, columns), default=1), rows


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that each begin with a row where they can."""
    with archive.open(part) as file:
        rest = b""
        while chunk := file.read(CHUNK):
            chunk = rest + chunk
            cut = chunk.rfind(b"<row") if len(chunk) < 8 * CHUNK else chunk.rfind(b"<")
            rest = chunk[cut:] if cut > 0 else b""
            yield chunk[:cut] if cut > 0 else chunk
        yield rest


def _number(letters: bytes) -> int:
    """ "A" -> 1, "XFD" -> 16,384; rows of no cell have none."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _binary_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, bool]]:
    targets = _targets(archive, "xl/_rels/workbook.bin.rels")
    with archive.open("xl/workbook.bin") as file:
        for kind, content in _records(file):
            if kind == 156:  # BrtBundleSh: state, id, then two texts
                (state,), key, rest = struct.unpack_from("<I", content), *_wide_text(content[8:])
                name, _ = _wide_text(rest)
                if key in targets:
                    yield name, targets[key], state == 0


def _binary_sheet(archive: zipfile.ZipFile, name: str, part: str) -> Sheet:
    """Cells are records of the kinds 1 to 11, rows of the kind 0."""
    rows = values = errors = columns = last = 0
    with archive.open(part) as file:
        for kind, content in _records(file):
            if kind == 0:
                rows, last = rows + 1, max(last, 1 + int.from_bytes(content[:4], "little"))
            elif kind <= 11:
                columns = max(columns, 1 + int.from_bytes(content[:4], "little"))
                values += kind > 1
                errors += kind in (3, 11)
    return Sheet(name, rows, values, columns, last, errors)


def _records(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Records of a binary workbook ([MS-XLSB] 2.1.4): kind and length in 7 bits a byte, then as many bytes."""
    while first := file.read(1):
        kind = first[0] if first[0] < 128 else (first[0] & 127) | (file.read(1) or b"\0")[0] << 7
        length = 0
        for shift in (0, 7, 14, 21):
            byte = (file.read(1) or b"\0")[0]
            length |= (byte & 127) << shift
            if byte < 128:
                break
        yield kind, file.read(length)


def _wide_text(content: bytes) -> tuple[str, bytes]:
    (length,) = struct.unpack_from("<I", content)
    return content[4 : 4 + 2 * length].decode("utf-16-le", errors="replace"), content[4 + 2 * length :]


def _open_document(file: IO[bytes]) -> Iterator[Sheet]:
    """Sheets of an OpenDocument: cells and rows may be repeated, most often the empty ones at the end."""
    name, rows, values, columns, last, at, width, here = "", 0, 0, 0, 0, 0, 0, 0
    for event, element in iterparse(file, events=("start", "end")):
        kind = element.tag.removeprefix(ODS)
        if event == "start":
            if kind == "table":
                name, rows, values, columns, last, at = element.get(f"{ODS}name", ""), 0, 0, 0, 0, 0
            elif kind == "table-row":
                width = here = 0
            continue
        if kind in ("table-cell", "covered-table-cell"):
            times = int(element.get(f"{ODS}number-columns-repeated", "1"))
            width += times
            if len(element):
                here, values = width, values + times
        elif kind == "table-row":
            times = int(element.get(f"{ODS}number-rows-repeated", "1"))
            at += times
            if here:
                rows, last, columns = rows + times, at, max(columns, here)
            element.clear()
        elif kind == "table":
            yield Sheet(name, rows, values, columns, last)
            element.clear()
