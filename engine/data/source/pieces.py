"""The rows of a planned table of text, piece by piece: by polars, and carefully where marks of quotation are broken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np
import polars as pl

from engine.data.rows import FIXED, SPACES, UNIT, one_sign
from engine.data.source.base import SetAside
from engine.data.source.careful import careful_rows
from engine.data.source.plan import Plan
from engine.data.source.structure import LONE_RETURN, QUOTE, Structure, row_end, structure, well_quoted, without
from engine.errors import DataError

LONGEST = 64 << 20  # bytes of a row that is looked for whole
MANY = 1_000  # bad rows from which on a table is given up early
CAREFUL = 20_000  # rows a piece
POWERS = (b"e", b"E", b"i", b"I")
NAMED = 5  # lines that are named for a fault
GAPS = re.compile(rb"[ \t]+")
EDGES = re.compile(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)")
LINE = re.compile(rb"\r\n|\n|\r")
BROKEN = "\ufffd".encode()
CORRECT = "Correct that line; a cell with a separator or a line break inside needs quotation marks"


class Pieces:
    """Reads rows and remembers what it left out.

    Args:
        lossy: U+FFFD stands for bytes that could not be decoded, and not for itself.
        refuse: a row that is not as wide as the others is an error.
    """

    def __init__(self, name: str, plan: Plan, *, lossy: bool, refuse: bool) -> None:
        self._name, self._plan, self._lossy, self._refuse = name, plan, lossy, refuse
        self._width, self._rows = len(plan.names), 0
        self._line = plan.skip + 1
        self.set_aside: list[SetAside] = []
        self.comments, self.blank = 0, 0
        self.powers = False  # whether there are letters that stand in 1e308 and inf
        self._zeros: list[int] = []
        self._broken: list[int] = []

    def frames(self, chunks: Iterator[bytes]) -> Iterator[pl.DataFrame]:
        """String columns named "0", "1", ...; pieces of all rows below the header, in order."""
        rest = b""
        chunks = _below(chunks, self._plan.skip)
        for chunk in chain(chunks, [b""]):
            last = not chunk
            piece = rest + chunk
            cut = len(piece) if last else row_end(piece)
            piece, rest = piece[:cut], piece[cut:]
            frame = self._fast(piece) if piece else None
            if (piece and frame is None) or len(rest) > LONGEST:
                yield from self._careful(chain([piece + rest], chunks))
                return
            if frame is not None:
                yield self._counted(frame)

    def finish(self) -> list[str]:
        """Notes on what was left out, but for rows. DataError where most rows were."""
        if self.set_aside and len(self.set_aside) >= self._rows:
            self._give_up()
        found = (
            (self.comments, "line that begins with # left out", "lines that begin with # left out"),
            (self.blank, "blank line between the rows left out", "blank lines between the rows left out"),
        )
        notes = [f"{count:,} {one if count == 1 else more}" for count, one, more in found if count]
        if self._zeros:
            notes.append(f"Zero bytes are left out, in {_lines(self._zeros)}")
        if self._broken:
            notes.append(f"Some letters cannot be read and are shown as \ufffd, in {_lines(self._broken)}")
        return notes

    def _counted(self, frame: pl.DataFrame) -> pl.DataFrame:
        self._rows += frame.height
        if self._refuse and self.set_aside:
            self._give_up()
        if len(self.set_aside) > max(MANY, self._rows):
            self._give_up()
        return frame

    def _give_up(self) -> None:
        place, why = self.set_aside[0]
        raise DataError(f"{self._name} {place} {why}", field="path", hint=CORRECT)

    def _set_aside(self, line: int, text: str, cells: int, why: str = "") -> None:
        if text.startswith("#"):
            self.comments += 1
            return
        where = "the header has" if self._plan.header else "the first row has"
        counted = f"has {cells:,} cell{'s' * (cells != 1)} where {where} {self._width:,}"
        self.set_aside.append(SetAside(f"line {line}", why or counted))

    def _fast(self, piece: bytes) -> pl.DataFrame | None:
        """The rows of a piece of whole rows; None where its quotation marks are not in order."""
        if b"\0" in piece:
            self._zeros += _places(piece, b"\0", self._line)
            piece = piece.replace(b"\0", b"")
        if self._lossy and BROKEN in piece:
            self._broken += _places(piece, BROKEN, self._line)
        self.powers = self.powers or any(letter in piece for letter in POWERS)
        separator, quoted = self._plan.separator, QUOTE in piece
        if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"):
            if quoted:
                return None
            piece = LONE_RETURN.sub(b"\n", piece)
        if separator == FIXED:
            return self._of_places(piece)
        if separator == SPACES or len(separator.encode()) > 1:
            if quoted:
                return None
            piece = self._with_units(piece)
        sign = one_sign(separator) if len(separator.encode()) < 2 and separator != SPACES else UNIT
        if quoted and not well_quoted(piece, ord(sign)):
            return None
        frame = self._even(piece, sign)
        if frame is None:
            return None
        self._line += piece.count(b"\n")
        frame = _without_spaces(frame, piece, sign)
        return frame.fill_null("") if any(column.null_count() for column in frame.get_columns()) else frame

    def _with_units(self, piece: bytes) -> bytes:
        if self._plan.separator != SPACES:
            return piece.replace(self._plan.separator.encode(), UNIT.encode())
        return GAPS.sub(UNIT.encode(), EDGES.sub(b"", piece))

    def _even(self, piece: bytes, sign: str) -> pl.DataFrame | None:
        """The rows of the right width; the others are remembered. None where polars reads them otherwise."""
        frame = self._parsed(piece, sign)
        if frame is not None and not frame[:, -1].null_count():
            return frame  # a row with too few cells has none in the last column, one with too many is refused
        rows = structure(piece, ord(sign))
        good = rows.widths == self._width
        if self._width == 1:
            good &= rows.ends > rows.starts
        kept = piece if good.all() else without(piece, rows, good)
        frame = self._parsed(kept, sign) if kept else self._nothing()
        if frame is None or frame.height != int(good.sum()):
            return None
        self._remember(piece, rows, good)
        return frame

    def _remember(self, piece: bytes, rows: Structure, good: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        last = int(np.flatnonzero(good)[-1]) if good.any() else -1
        for row in np.flatnonzero(~good).tolist():
            text = piece[rows.starts[row] : rows.ends[row]]
            if text.strip():
                text = text[:10]
                self._set_aside(self._line + int(rows.lines[row]), text.decode(errors="replace"), int(rows.widths[row]))
            elif row < last:
                self.blank += 1

    def _parsed(self, piece: bytes, sign: str) -> pl.DataFrame | None:
        try:
            frame = pl.read_csv(
                piece,
                separator=sign,
                has_header=False,
                infer_schema=False,
                quote_char='"' if QUOTE in piece else None,
                raise_if_empty=False,
            )
        except pl.exceptions.PolarsError:
            return None
        return _numbered(frame) if frame.width == self._width else None

    def _nothing(self) -> pl.DataFrame:
        return pl.DataFrame(schema={str(place): pl.String for place in range(self._width)})

    def _of_places(self, piece: bytes) -> pl.DataFrame:
        starts = self._plan.starts
        lines = pl.Series([line for line in piece.decode().split("\n") if line.strip()], dtype=pl.String)
        self._line += piece.count(b"\n")
        ends = (*starts[1:], None)
        return pl.DataFrame(
            [
                lines.str.slice(start, None if end is None else end - start).str.strip_chars().alias(str(place))
                for place, (start, end) in enumerate(zip(starts, ends, strict=True))
            ]
        )

    def _careful(self, pieces: Iterable[bytes]) -> Iterator[pl.DataFrame]:
        clean = (piece.replace(b"\0", b"") for piece in pieces)
        self.powers = True
        rows = careful_rows(clean, self._plan.separator, self._width, self._line, self._set_aside)
        schema = {str(place): pl.String for place in range(self._width)}
        while some := list(islice(rows, CAREFUL)):
            columns = zip(schema, zip(*some, strict=True), strict=True)
            yield self._counted(pl.DataFrame({name: list(cells) for name, cells in columns}, schema=schema))


def _below(chunks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """What is left of the pieces below some first lines."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        while lines and (end := LINE.search(rest)) and not (end.group() == b"\r" and end.end() == len(rest)):
            rest, lines = rest[end.end() :], lines - 1
        if not lines:
            break
    if rest and not lines:
        yield rest
    yield from chunks


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    frame.columns = [str(place) for place in range(frame.width)]
    return frame


def _without_spaces(frame: pl.DataFrame, piece: bytes, sign: str) -> pl.DataFrame:
    if b" " in piece or (sign != "\t" and b"\t" in piece) or not piece.isascii():
        return frame.select(pl.all().str.strip_chars())
    return frame


def _places(piece: bytes, what: bytes, line: int) -> list[int]:
    """Numbers of the first lines with it."""
    found = []
    for place, text in enumerate(io.BytesIO(piece)):
        if what in text:
            found.append(line + place)
            if len(found) > NAMED:
                break
    return found


def _lines(numbers: list[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:NAMED])
    more = " and others" if len(numbers) > NAMED else ""
    return f"line{'s' * (len(numbers) > 1)} {shown}{more}"
