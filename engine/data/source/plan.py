"""How a table of text is to be read: decided on its first lines, before any of the others is looked at."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.data.rows import FIXED, SPACES, column_names
from engine.data.source.base import Guess
from engine.data.source.header import header_of
from engine.data.source.numerals import is_number
from engine.data.source.separators import separator_of, split, starts_of
from engine.errors import DataError

LINES = 500  # of the first ones
Line = tuple[int, str, list[str]]  # its number, itself, its cells


@dataclass(frozen=True)
class Wishes:
    """What the person says of a table of text; None: it is guessed."""

    separator: str | None = None
    header: bool | None = None
    skip: int | None = None
    starts: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Plan:
    """How a table of text is read.

    Attributes:
        separator: a sign or several, SPACES, FIXED, or "" where each line is one cell.
        starts: where the columns begin, of fixed width.
        skip: lines above the first row of data, with the header.
        names: of the columns.
        header: whether they stand in the file.
    """

    separator: str
    starts: tuple[int, ...]
    skip: int
    names: tuple[str, ...]
    header: bool
    guesses: tuple[Guess, ...]
    notes: tuple[str, ...]


def plan_of(name: str, text: str, wishes: Wishes) -> Plan:
    """Decides by the first lines of a table. DataError where there is no line with anything in it.

    Args:
        text: beginning of the file, of whole lines.
    """
    lines = list(islice(io.StringIO(text, newline=""), LINES))
    said = _said_separator(lines)
    guesses, notes = [], list[str]()
    if wishes.separator is not None:
        separator = wishes.separator
    else:
        guess = said or separator_of(_without_comments(lines))
        separator = guess.value
        guesses.append(guess)
        if separator in (SPACES, FIXED):
            notes.append(f"Columns are parted by {'spaces' if separator == SPACES else 'their places in the line'}")
    starts = wishes.starts or (starts_of(_without_comments(lines)) if separator == FIXED else ())
    first = wishes.skip if wishes.skip is not None else (1 if said else 0)
    rows = _numbered(lines[first:], separator, starts, first)
    if not rows:
        raise DataError(f"{name} is empty", field="path", hint="Choose a file with a header and rows")
    above = 0 if wishes.skip is not None else _above(rows)
    if above:
        count = "1 line" if above == 1 else f"{above:,} lines"
        notes.append(f"{count} above the table left out: {_short(rows[0][1])}")
    rows = _even(rows[above:])
    return _named(rows, separator, starts, wishes, guesses, notes)


def _said_separator(lines: Sequence[str]) -> Guess | None:
    """What a first line such as sep=; says, which Excel reads and writes."""
    first = lines[0].strip("\r\n\ufeff") if lines else ""
    if not first.lower().startswith("sep=") or len(first) not in (4, 5):
        return None
    return Guess("separator", first[4:] or "\t", "the first line says so")


def _without_comments(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not line.startswith("#")] or list(lines)


def _numbered(lines: Sequence[str], separator: str, starts: Sequence[int], before: int) -> list[Line]:
    """Lines that are not blank, each with its number and its cells."""
    if separator == FIXED:
        ends = [*starts[1:], None]
        cut = [[line[start:end].strip() for start, end in zip(starts, ends, strict=True)] for line in lines]
        return [(before + place, lines[place - 1], cells) for place, cells in enumerate(cut, 1) if any(cells)]
    found = []
    taken = list[str]()

    def feed() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    number = before + 1
    for cells in split(feed(), separator):
        raw = "".join(taken)
        if raw.strip():
            found.append((number, raw, cells))
        number += len(taken)
        taken.clear()
    return found


def _width(rows: Sequence[Line]) -> int:
    """The most frequent number of cells, the larger one of two; 0 where too few rows have it to say so."""
    widths = Counter(len(cells) for _, raw, cells in rows if not raw.startswith("#"))
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return width if times >= 2 and times >= 0.7 * (widths.total() - 1) else 0


def _above(rows: Sequence[Line]) -> int:
    """How many lines are above the table: comments and titles, with fewer cells than the rows have."""
    width = _width(rows)
    above = 0
    if width < 2:
        return 0
    while above < len(rows) - 2 and _is_above(rows[above:], width):
        above += 1
    return above


def _is_above(rows: Sequence[Line], width: int) -> bool:
    (_, raw, cells), (_, later, below), *_ = rows
    if raw.startswith("#"):
        if cells[0] == "#" and len(cells) == width + 1 and not later.startswith("#"):
            return False  # the names, as numpy writes them
        return len(cells) != width or _names_columns(rows[1:], width)
    if len(cells) == width:  # a title in the first cell, as spreadsheets write it
        lonely = width > 2 and sum(map(bool, cells)) == 1 and bool(cells[0])
        return lonely and len(below) == width and all(below) and not any(map(is_number, below))
    if len(cells) == width - 1 and _lacks_one(rows, width):
        return False
    return len(cells) < width


def _names_columns(rows: Sequence[Line], width: int) -> bool:
    """Whether the first line that is no comment is the header."""
    cells = [cells for _, raw, cells in rows if not raw.startswith("#") and len(cells) == width]
    return len(cells) > 1 and header_of(cells[0], cells[1:]).value is True


def _lacks_one(rows: Sequence[Line], width: int) -> bool:
    """Whether the header names one column less than the rows have: R's rows have names, or lines end in a separator."""
    first, rest = rows[0][2], [cells for _, _, cells in rows[1:] if len(cells) == width]
    if len(rest) < 2 or any(map(is_number, first)) or header_of(rest[0], rest[1:]).value:
        return False
    return not any(cells[-1] for cells in rest) or len({cells[0] for cells in rest}) == len(rest)


def _even(rows: list[Line]) -> list[Line]:
    """The rows, the first with as many cells as the others where it is a header that lacks one or is commented out."""
    width = _width(rows)
    number, raw, cells = rows[0]
    if width and raw.startswith("#") and cells[0] == "#" and len(cells) == width + 1:
        cells = cells[1:]
    elif len(cells) == width - 1 and _lacks_one(rows, width):
        trailing = not any(cells[-1] for _, _, cells in rows[1:] if len(cells) == width)
        cells = [*cells, ""] if trailing else ["", *cells]
    return [(number, raw, cells), *rows[1:]]


def _named(
    rows: Sequence[Line],
    separator: str,
    starts: tuple[int, ...],
    wishes: Wishes,
    guesses: list[Guess],
    notes: list[str],
) -> Plan:
    number, raw, first = rows[0]
    header = wishes.header
    if header is None:
        guess = header_of(first, [cells for _, _, cells in rows[1:] if len(cells) == len(first)])
        header = bool(guess.value)
        guesses.append(guess)
        if not header:
            notes.append(
                f"The first row is data, for {guess.reason}: the columns have no names of their own and are numbered"
            )
    if header:
        names, remarks = column_names(first)
        notes += remarks
        skip = number - 1 + len(list(io.StringIO(raw, newline="")))
    else:
        names, skip = [f"column {place}" for place in range(1, len(first) + 1)], number - 1
    return Plan(separator, starts, skip, tuple(names), header, tuple(guesses), tuple(notes))


def _short(line: str) -> str:
    line = line.strip()
    return line if len(line) <= 40 else f"{line[:39]}…"
