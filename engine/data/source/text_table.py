"""Tables of text: CSV, TSV and their kin, packed or not."""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import polars as pl
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from engine.data.dataset import Tell
from engine.data.rows import FIXED, OLD, SPACES, UnreadableError, table_of
from engine.data.source.base import FIRST_ROWS, Guess, Look, Reading, Source
from engine.data.source.encoding import BY_MARK, LOSSY, UTF8, NotUtf8Error, encoding_of, utf8_chunks
from engine.data.source.numerals import Plain, made_plain
from engine.data.source.opening import opened
from engine.data.source.pieces import Pieces
from engine.data.source.plan import Plan, Wishes, plan_of
from engine.data.source.refusals import refuse
from engine.errors import DataError

FIRST = 1 << 20  # bytes by which it is decided how to read the rest
LONGEST_LINE = 64 << 20  # bytes of a first line that is looked for whole
SMALLEST, LARGEST = 1 << 14, 4 << 20  # bytes of a piece
PIECES = 16  # of a small file, so that a person sees it going on
NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", r"\t": "\t", "bar": "|", "space": SPACES, " ": SPACES}


SAID = "the person says so"
SEEN = (UTF8, LOSSY, OLD, "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


class _First(NamedTuple):
    """The beginning of a file: how it is to be read, its bytes, and whether they are all there is."""

    encoding: str
    plan: Plan
    text: str
    whole: bool


class TextTable(Source):
    """One row a line; cells between separators, spaces, or on places of their own."""

    title: ClassVar[str] = "CSV, TSV or another table of text"
    suffixes: ClassVar[tuple[str, ...]] = (
        *(".csv", ".tsv", ".tab", ".txt", ".data", ".dat"),
        *(".gz", ".zst", ".bz2", ".xz", ".zip"),
    )

    kind: Literal["text table"] = "text table"
    separator: Annotated[str | None, Field(max_length=20)] = Field(
        None, title="Separator", description=f"A sign, several, tab, {SPACES} or {FIXED}; none: it is guessed"
    )
    encoding: str | None = Field(None, title="Encoding", description="utf-8, cp1252, gb18030, ...; none: it is guessed")
    header: bool | None = Field(
        None, title="Names in the first row", description="Whether the first row names the columns; none: it is guessed"
    )
    skip: Annotated[int, Field(ge=0, le=1_000)] | None = Field(
        None, title="Lines above", description="Lines above the table that are left out; none: it is guessed"
    )
    starts: tuple[Annotated[int, Field(ge=0)], ...] | None = Field(
        None, title="Columns begin at", description="Places in the line, from 0, of columns of fixed width"
    )
    decimal: Literal[".", ","] | None = Field(
        None, title="Before decimals", description="A point or a comma; none: it is guessed for each column"
    )
    ragged: Literal["left out", "refused"] = Field(
        "left out", title="Rows of another width", description="Left out and said, or refused"
    )

    @field_validator("separator")
    @classmethod
    def _by_name(cls, separator: str | None) -> str | None:
        return separator if separator is None else NAMES.get(separator, separator)

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str | None) -> str | None:
        try:
            known = None if encoding is None else codecs.lookup(encoding).name
        except LookupError as error:
            raise PydanticCustomError(
                "encoding", "there is no encoding {name}: say utf-8, cp1252 or another", {"name": encoding}
            ) from error
        return LOSSY if known == UTF8 else known

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return True

    def look(self, tell: Tell) -> Look:
        first = self._first(b"")
        pieces = Pieces(Path(self.path).name, first.plan, lossy=False, refuse=False)
        frame = _named(first.plan, list(pieces.frames(iter([first.text.encode()]))))
        made = made_plain(frame, first.plan.separator, self.decimal)
        rows = frame.height if first.whole else None
        return Look(first.plan.names, made.frame.head(FIRST_ROWS), rows, (*first.plan.guesses, *made.guesses))

    def read(self, tell: Tell) -> Reading:
        try:
            return self._read(tell, b"")
        except NotUtf8Error as error:
            return self._read(tell, error.chunk)

    def _read(self, tell: Tell, not_utf8: bytes) -> Reading:
        first = self._first(not_utf8)
        path, frames = Path(self.path), []
        pieces = Pieces(path.name, first.plan, lossy=first.encoding != UTF8, refuse=self.ragged == "refused")
        size = min(LARGEST, max(SMALLEST, path.stat().st_size // PIECES))
        with opened(path) as file:
            for frame in pieces.frames(utf8_chunks(file.stream, first.encoding, size)):
                tell(file.share(), f"Reading {path.name}")
                frames.append(frame)
        left_out = pieces.finish()
        made = made_plain(_named(first.plan, frames), first.plan.separator, self.decimal, powers=pieces.powers)
        guesses, notes = (*first.plan.guesses, *made.guesses), (*first.plan.notes, *left_out, *made.notes)
        reading = _reading(path.name, first, made)
        return Reading(made.frame, guesses, tuple(pieces.set_aside), notes, reading)

    def _first(self, not_utf8: bytes) -> _First:
        """Looks at the beginning. `not_utf8`: bytes farther on that are not UTF-8 although the first ones are."""
        path = Path(self.path)
        head, whole = _beginning(path)
        refuse(path.name, head[:FIRST])
        if self.encoding is None:
            guess = encoding_of(head + not_utf8, whole, rest_is_utf8=not not_utf8)
        else:
            guess = Guess("encoding", self.encoding, SAID)
        text = codecs.getincrementaldecoder(guess.value)(errors="replace").decode(head, final=whole)
        if not whole:
            text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
        plan = plan_of(path.name, text, Wishes(self.separator, self.header, self.skip, self.starts))
        marked = guess.value == UTF8 or guess.reason in (BY_MARK, SAID)
        notes = () if marked else (f"Read as {guess.value}: {guess.reason}",)
        guesses = plan.guesses if guess.reason == SAID else (guess, *plan.guesses)
        return _First(guess.value, replace(plan, guesses=guesses, notes=(*notes, *plan.notes)), text, whole)


def _reading(name: str, first: _First, made: Plain) -> dict[str, Any]:
    """How `engine.data.rows` has to be told to read it; empty where it sees as much by itself."""
    plan, encoding = first.plan, first.encoding
    try:
        names, _, rows = table_of(name, io.StringIO(first.text, newline=""))
        alike = names == list(plan.names) and list(islice(rows, FIRST_ROWS)) == [
            list(row) for row in made.frame.head(FIRST_ROWS).rows()
        ]
    except UnreadableError:
        alike = False
    if alike and not made.numerals and encoding in SEEN:
        return {}
    return {
        "separator": plan.separator,
        "starts": list(plan.starts),
        "encoding": OLD if encoding in SEEN else encoding,
        "header": plan.header,
        "names": list(plan.names),
        "numerals": made.numerals,
    }


def _beginning(path: Path) -> tuple[bytes, bool]:
    """The first bytes, unpacked, with at least one line, and whether they are all. DataError where there are none."""
    with opened(path) as file:
        head = bytearray()
        while len(head) < FIRST or (len(head) < LONGEST_LINE and b"\n" not in head and b"\r" not in head):
            more = file.stream.read(FIRST)
            if not more:
                break
            head += more
        else:
            return bytes(head), False
    if not head:
        raise DataError(f"{path.name} is empty", field="path", hint="Choose a file with a header and rows")
    return bytes(head), True


def _named(plan: Plan, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys(plan.names, pl.String))
    frame = pl.concat(frames)
    frame.columns = list(plan.names)
    return frame
