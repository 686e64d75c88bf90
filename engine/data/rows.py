"""Rows of a table of text as text: opened, cut into cells, with plain numbers; as they were read for training.

This file stands alone on Python itself, and is copied as it is beside exported networks.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import errno
import gzip
import io
import lzma
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

Reading = Mapping[str, Any]
Line = tuple[int, list[str]]  # its number and its cells
LARGEST = 1e150  # numbers that are larger are none
MISSING = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "null", "?"})
DELIMITERS = ",;\t|"
LONGEST_CELL = 50_000_000  # characters; the csv module's own limit is too small for long texts
FIRST = 50  # lines by which it is seen how to go on
OLD = "cp1252"  # letters that are no Unicode
SPACES, FIXED, UNIT = "spaces", "fixed width", "\x1f"
ARCHIVES = {b"7z\xbc\xaf": "7z", b"Rar!": "RAR"}
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile)
MONEY = "$€£¥₹₽"
BLANKS = " \u00a0\u2009\u202f"
MINUS = "−"


class UnreadableError(ValueError):
    """Raw data cannot be used as it is: one plain sentence, and a hint at what to do, both without a final stop."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}. {hint}." if hint else f"{message}.")
        self.message = message
        self.hint = hint


def unreadable(path: str | Path, error: OSError) -> UnreadableError:
    """Why the system does not give a file or folder: it is not there, not allowed, or what it says itself."""
    if isinstance(error, FileNotFoundError):
        return UnreadableError(f"There is no file {path}", "Check the name")
    if isinstance(error, PermissionError):
        return UnreadableError(f"{path} cannot be read: permission denied", "Allow reading it, or choose another")
    if error.errno == errno.ENAMETOOLONG:
        return UnreadableError(f"The name {str(path)[:60]}… is too long", "Give a shorter one")
    return UnreadableError(f"{path} cannot be read: {str(error.strerror or error).lower()}", "Check the file")


# Rows


def read_rows(path: str | Path, reading: Reading | None = None) -> list[dict[str, str]]:
    """The rows of a CSV or TSV file (also packed) by column name, as text. UnreadableError where it is not a table.

    Args:
        reading: how the table was read that was trained on, of a preparation; what it does not say is seen by itself.
    """
    names, _, rows = open_table(path, reading)
    return [dict(zip(names, cells, strict=True)) for cells in rows]


def open_table(path: str | Path, reading: Reading | None = None) -> tuple[list[str], list[str], Iterator[list[str]]]:
    """Column names, notes on how they came about, and the rows one by one, every cell without outer spaces.

    Raises:
        UnreadableError: empty, not text, an archive; while reading: a row with more or fewer cells than the header.
    """
    path = Path(path)
    return table_of(path.name, _physical_lines(path, _encoding(path, (reading or {}).get("encoding", OLD))), reading)


def table_of(
    name: str, lines: Iterable[str], reading: Reading | None = None
) -> tuple[list[str], list[str], Iterator[list[str]]]:
    """The same for lines that keep their ends."""
    csv.field_size_limit(LONGEST_CELL)
    reading, lines = reading or {}, iter(lines)
    first = list(islice(lines, FIRST))
    said = _said_separator(first)
    separator = said or _separator(first, reading)
    starts = reading.get("starts", []) if separator == FIXED else []
    rows = _rows(name, chain(first[1 if said else 0 :], lines), separator, starts, 1 if said else 0)
    above = list(islice(rows, FIRST))
    if not above:
        raise UnreadableError(f"{name} is empty", "Choose a file with a header and rows")
    place, names, notes = _names(above, reading)
    numerals = [reading.get("numerals", {}).get(name) for name in names]
    return names, notes, _even_rows(name, len(names), chain(above[place:], rows), numerals)


def _names(rows: Sequence[Line], reading: Reading) -> tuple[int, list[str], list[str]]:
    """Where the data begins, the names of the columns, and notes on them."""
    known = list(reading.get("names", []))
    for place, (_, cells) in enumerate(rows):
        if known and _are_names(cells, known):
            return place + 1, *column_names(_filled(cells, known))
    if known and not reading["header"]:
        for place, (_, cells) in enumerate(rows):
            if len(cells) == len(known):
                return place, known, []
    first = rows[0][1]
    if _is_header(first):
        return 1, *column_names(first)
    notes = ["The first row has numbers, so the columns have no names of their own and are numbered"]
    return 0, [f"column {number}" for number in range(1, len(first) + 1)], notes


def _are_names(cells: Sequence[str], known: Sequence[str]) -> bool:
    """Whether most of the cells are known names; the columns may stand in another order, and some be missing."""
    return sum(cell in known for cell in cells) > len(cells) / 2


def _filled(cells: list[str], known: Sequence[str]) -> list[str]:
    """A header that lacks one of the known names, or begins with #, as the trained one may."""
    if len(cells) == len(known) + 1 and cells[0] == "#":
        return cells[1:]
    if len(cells) == len(known) - 1:
        return ["", *cells] if known[0] == "column 1" else [*cells, ""]
    return cells


def _separator(lines: Sequence[str], reading: Reading) -> str:
    """That of the reading where it makes as many cells, else the one that is seen."""
    separator, width = str(reading.get("separator", "")), len(reading.get("names", []))
    if separator == FIXED or (width == 1 and reading and not separator):
        return separator
    rows = csv.reader(parted(lines, separator), delimiter=one_sign(separator), skipinitialspace=True)
    names = reading.get("names", [])
    suits = separator and any(len(row) == width or (len(row) > 1 and _are_names(row, names)) for row in rows)
    return separator if suits else _delimiter(lines)


def _said_separator(lines: Sequence[str]) -> str:
    """What a first line such as sep=; says, which Excel writes."""
    first = lines[0].strip("\r\n") if lines else ""
    return (first[4:] or "\t") if first.lower().startswith("sep=") and len(first) in (4, 5) else ""


def parted(lines: Iterable[str], separator: str) -> Iterable[str]:
    """The lines with `one_sign(separator)` between their cells."""
    if separator == SPACES:
        return (line.replace("\t", " ").strip() for line in lines)
    return lines if len(separator) < 2 else (line.replace(separator, UNIT) for line in lines)


def one_sign(separator: str) -> str:
    """The separator as a single sign; one that stands nowhere for none."""
    return " " if separator == SPACES else (separator or "\x1e") if len(separator) < 2 else UNIT


def _rows(name: str, lines: Iterable[str], separator: str, starts: Sequence[int], before: int) -> Iterator[Line]:
    """Each row that is not blank, with the number of the line it begins on."""
    if separator == FIXED:
        for number, line in enumerate(lines, before + 1):
            cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
            if any(cells):
                yield number, cells
        return
    reader = csv.reader(parted(lines, separator), delimiter=one_sign(separator), skipinitialspace=True)
    start = 0
    for cells in _counted(name, reader):
        if cells and (len(cells) > 1 or cells[0].strip() or not separator):
            yield before + start + 1, [cell.strip() for cell in cells]
        start = reader.line_num


def _physical_lines(path: Path, encoding: str) -> Iterator[str]:
    errors = "strict" if encoding == "utf-8-sig" else "replace"
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding, errors=errors, newline="") as text:
        for number, line in enumerate(text):
            clean = line.lstrip("\ufeff") if number == 0 else line
            yield clean.replace("\0", "")


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if head.startswith(b"BZh"):
        return cast(BinaryIO, bz2.open(path, "rb"))
    if head.startswith(b"\xfd7zXZ"):
        return cast(BinaryIO, lzma.open(path, "rb"))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        try:
            import zstandard
        except ImportError as error:
            raise UnreadableError(f"{path.name} is packed with zstd", "Install zstandard, or unpack it") from error
        return cast(BinaryIO, zstandard.open(path, "rb"))
    return _member(path) if head.startswith(b"PK\x03\x04") else path.open("rb")


def _member(path: Path) -> BinaryIO:
    if path.suffix.lower() in (".xlsx", ".xlsm", ".ods"):
        said = f"{path.name} is a spreadsheet, not a text table"
        raise UnreadableError(said, "Save it as CSV in your spreadsheet app")
    archive = zipfile.ZipFile(path)
    names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if len(names) != 1:
        said = f"{path.name} is a ZIP archive of {len(names):,} files"
        raise UnreadableError(said, "Unpack it first, then open what was inside")
    return cast(BinaryIO, archive.open(names[0]))


def _encoding(path: Path, other: str) -> str:
    """By its mark or its zero bytes, utf-8-sig, else `other`, after a look at the whole file; UnreadableError if not
    text.
    """
    try:
        with _opened(path) as raw:
            head = raw.read(65536)
            found = unicode_of(head)
            if not found:
                _refuse_binary(path.name, head)
            chunk, decoder = (b"" if found else head), codecs.getincrementaldecoder("utf-8")()
            while chunk:
                decoder.decode(chunk)
                chunk = raw.read(1 << 20)
            decoder.decode(b"", final=True)
            return found or "utf-8-sig"
    except UnicodeDecodeError:
        return other
    except BROKEN as error:
        raise UnreadableError(f"{path.name} cannot be read: {error}", "Check the file") from error
    except OSError as error:
        raise unreadable(path, error) from error


def unicode_of(head: bytes) -> str:
    """utf-16 or utf-32 where a mark says so, or zero bytes on every second place; else ""."""
    for mark, name in ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")):
        if head.startswith(mark):
            return name
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return by_zero_bytes(head)


def by_zero_bytes(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: zero bytes on every second place, or three of four; "" for none."""
    places = [head[place::4].count(b"\0") / max(1, len(head) // 4) for place in range(4)]
    if min(places[1:]) > 0.9 > places[0] or min(places[:3]) > 0.9 > places[3]:
        return "utf-32-le" if places[0] < places[3] else "utf-32-be"
    even, odd = (places[0] + places[2]) / 2, (places[1] + places[3]) / 2
    if max(even, odd) < 0.05 or min(even, odd) > 0.05 * max(even, odd):
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) > 0.3:
        return name
    ends = head.decode(name, errors="replace").count("\n")
    return name if ends and ends >= head.count(b"\n") / 2 else ""


def _refuse_binary(name: str, head: bytes) -> None:
    for magic, title in ARCHIVES.items():
        if head.startswith(magic):
            raise UnreadableError(f"{name} is a {title} archive", "Unpack it first, then open what was inside")
    if head[257:262] == b"ustar":
        raise UnreadableError(f"{name} is a tar archive", "Unpack it first, then open what was inside")
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x1f\x01" for byte in head)
    if strange > len(head) / 50:
        raise UnreadableError(f"{name} is not a text table", "Choose a CSV or TSV file")


def _delimiter(lines: Sequence[str]) -> str:
    """The one that splits the header into more than one cell and most of the first rows into as many."""
    best, score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        width = len(rows[0]) if rows else 0
        even = sum(len(row) == width for row in rows) / max(1, len(rows))
        if width > 1 and (round(even, 1), width) > score:
            best, score = delimiter, (round(even, 1), width)
    return best


def _counted(name: str, reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except (csv.Error, *BROKEN) as error:
        where = f"{name} line {reader.line_num + 1}"
        raise UnreadableError(f"{where} cannot be read: {error}", "Check the file there") from error


def _even_rows(name: str, width: int, lines: Iterable[Line], numerals: Sequence[Reading | None]) -> Iterator[list[str]]:
    written = [(place, numeral) for place, numeral in enumerate(numerals) if numeral]
    for line, cells in lines:
        if len(cells) != width:
            if cells[0].startswith("#"):
                continue
            raise UnreadableError(
                f"{name} line {line} has {len(cells)} cell{'s' * (len(cells) != 1)} where the header has {width}",
                "Correct that line; a cell with a separator or a line break inside needs quotation marks",
            )
        for place, numeral in written:
            cells[place] = plain(cells[place], numeral)
        yield cells


def _is_header(cells: Sequence[str]) -> bool:
    """Not where a cell is a number with decimals, or all cells are numbers: then the file begins with its data."""
    numbers = [cell for cell in cells if not math.isnan(number(cell))]
    return len(numbers) < len(cells) and not any("." in cell for cell in numbers)


def column_names(header: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names that are unique and not empty, and notes on those that were made."""
    names, notes = list[str](), list[str]()
    given, taken, counts = set(header), set[str](), dict[str, int]()
    for position, cell in enumerate(header, start=1):
        stem = cell or f"column {position}"
        name = stem
        if not cell:
            notes.append(f"Column {position} has no name and is called {name}")
        number = counts.get(stem, 2)
        while name in taken or (name != cell and name in given):
            name = f"{stem} ({number})"
            number += 1
        counts[stem] = number
        if cell and name != cell:
            notes.append(f"The name {cell} stands twice in the header; column {position} is called {name}")
        taken.add(name)
        names.append(name)
    return names, notes


# Cells


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.lower() in MISSING


def number(cell: str, decimal: str = ".") -> float:
    """A cell as a number; NaN where it is missing or not a number. `decimal` is the sign before the decimals."""
    if decimal == ",":
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if abs(value) < LARGEST and "_" not in cell else math.nan


def form(numeral: Mapping[str, Any]) -> str:
    """A pattern of all of a cell that is a number written so.

    Args:
        numeral: "decimal", the sign before the decimals; "thousands", the sign between groups of three digits or "";
            "percent", whether all have it.
    """
    group = {"": "", " ": f"[{BLANKS}]", "'": "['’]"}.get(numeral["thousands"], f"[{numeral['thousands']}]")
    whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:{group}\d{{3}})+)" if group else r"\d+"
    decimal = f"[{numeral['decimal']}]"
    digits = rf"(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+\-]?\d+)?"
    after = f"[%{MONEY}]" if numeral["percent"] else f"[{MONEY}]"
    signed = rf"[+\-{MINUS}]?[{BLANKS}]?[{MONEY}]?[{BLANKS}]?[+\-{MINUS}]?{digits}[{BLANKS}]?{after}?"
    return rf"^(?:{signed}|\([{MONEY}]?{digits}\))$"


def dropped(numeral: Mapping[str, Any]) -> str:
    """A pattern of the signs that a plain number does not have."""
    thousands = "’'" if numeral["thousands"] == "'" else numeral["thousands"].strip()
    return rf"[%()+{MONEY}{BLANKS}{thousands}]"


def plain(cell: str, numeral: Mapping[str, Any]) -> str:
    """ "1.234,56" as "1234.56"; a cell that is not written so stays as it is."""
    if _form(numeral["decimal"], numeral["thousands"], numeral["percent"]).search(cell) is None:
        return cell
    minus = "-" if cell.startswith("(") else ""
    bare = re.sub(dropped(numeral), "", cell.replace(MINUS, "-").replace("e+", "e").replace("E+", "E"))
    return minus + bare.replace(",", ".")


@lru_cache
def _form(decimal: str, thousands: str, percent: bool) -> re.Pattern[str]:
    return re.compile(form({"decimal": decimal, "thousands": thousands, "percent": percent}))
