"""What parts the cells of a line: a sign, several, runs of spaces, or the place in the line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.data.rows import FIXED, LONGEST_CELL, SPACES, one_sign, parted
from engine.data.source.base import Guess
from engine.data.source.numerals import is_number

SIGNS = (",", ";", "\t", "|", "::", "^", "~", "\x01", "\x1f")
EVEN = 0.8  # share of lines with the same number of cells, from which on a sign may be the separator
CALLED = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", SPACES: "spaces", "": "nothing"}


class _Cut(NamedTuple):
    """How lines fall apart at a separator: share of lines of the most frequent width, share of clean cells, width."""

    separator: str
    even: float
    clean: float
    width: int


def split(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Cells of lines, without outer spaces. Lines keep their ends; quotation marks hold a cell together."""
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(parted(lines, separator), delimiter=one_sign(separator), skipinitialspace=True)
    return ([cell.strip() for cell in row] for row in rows)


def _worth(cut: _Cut) -> tuple[float, float, bool, int]:
    return round(cut.even, 1), round(cut.clean, 1), cut.separator != SPACES, cut.width


def separator_of(lines: Sequence[str]) -> Guess:
    """The separator, with the reason; "" where each line is one cell.

    Args:
        lines: first lines with their ends, comments left out.
    """
    found = [cut for sign in (*SIGNS, SPACES) if (cut := _cut(lines, sign)) is not None]
    alive = [cut.separator for cut in found if cut.even >= EVEN]
    cuts = [cut._replace(clean=_clean(lines, cut, alive)) for cut in found]
    best = max(cuts, key=_worth, default=None)
    if (best is None or best.even < EVEN) and _is_fixed(lines):
        return Guess("separator", FIXED, "the same places are blank in all lines")
    if best is None:
        return Guess("separator", "", "no sign parts the lines into as many cells each")
    others = [CALLED.get(sign, sign) for sign in alive if sign != best.separator]
    reason = f"{best.even:.0%} of the first lines fall into {best.width} cells at it"
    return Guess("separator", best.separator, reason + (f", cleaner than at {others[0]}" if others else ""))


def _cut(lines: Sequence[str], separator: str) -> _Cut | None:
    """None where the separator makes no more than one cell, or runs of spaces do not part numbers."""
    if separator != SPACES and not any(separator in line for line in lines[:50]):
        return None
    rows = [row for row in split(lines, separator) if row and row != [""]]
    body = rows[1:] if len(rows) > 2 else rows
    widths = Counter(map(len, body))
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    if width < 2:
        return None
    if separator == SPACES and (times < EVEN * len(body) or not _half_numbers(rows, width)):
        return None
    return _Cut(separator, times / len(body), 1.0, width)


def _half_numbers(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether at least half of the cells below the first row are numbers."""
    cells = [cell for row in rows[1:] or rows for cell in row if len(row) == width]
    return bool(cells) and sum(map(is_number, cells)) >= len(cells) / 2


def _clean(lines: Sequence[str], cut: _Cut, alive: Sequence[str]) -> float:
    """Share of cells below the first row that no other separator would part; a decimal comma is none."""
    others = [sign for sign in alive if sign != cut.separator]
    if not others:
        return 1.0
    rows = [row for row in split(lines[:100], cut.separator) if len(row) == cut.width]
    cells = [cell for row in rows[1:] or rows for cell in row]
    whole = sum(is_number(cell) or not any(_parts(cell, sign) for sign in others) for cell in cells)
    return whole / max(1, len(cells))


def _parts(cell: str, separator: str) -> bool:
    """Whether a separator stands in a cell; spaces only count between numbers."""
    if separator != SPACES:
        return separator in cell
    words = cell.split()
    return len(words) > 1 and all(map(is_number, words))


def _is_fixed(lines: Sequence[str]) -> bool:
    """Whether lines have the same blank places, and numbers below each other between them."""
    starts = starts_of(lines)
    texts = [line for line in lines[1:] if line.strip()]
    if len(starts) < 2 or len(texts) < 2:
        return False
    ends = (*starts[1:], None)
    columns = ([text[start:end].strip() for text in texts] for start, end in zip(starts, ends, strict=True))
    return any(sum(map(is_number, column)) >= EVEN * len(column) for column in columns)


def starts_of(lines: Sequence[str]) -> tuple[int, ...]:
    """Where the columns of lines of fixed width begin: after places that are blank in all lines."""
    texts = [line.rstrip() for line in lines if line.strip()]
    longest = max(map(len, texts), default=0)
    if len(texts) < 2 or longest > 10_000 or any("\t" in text for text in texts):
        return ()
    used = [any(text[place : place + 1].strip() for text in texts) for place in range(longest)]
    starts = [place for place in range(longest) if used[place] and not (place and used[place - 1])]
    return (0, *starts[1:])
