"""Whether the first row of a table names its columns, and the names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.data.rows import is_missing
from engine.data.source.base import Guess
from engine.data.source.numerals import is_number

MOSTLY = 0.8  # share of a column's values that makes it one of numbers
UNKNOWN = frozenset({"-", "--", ".", "none", "unknown", "inf", "-inf", "n.a.", "#div/0!", "#ref!", "#value!"})
Rows = Sequence[Sequence[str]]


def header_of(first: Sequence[str], rest: Rows) -> Guess:
    """Whether `first` is names: it is compared with the rows below it, column by column.

    A word above numbers is a name. A number above numbers is data, unless such numbers count up as years do. A word
    that stands in its column again is data.
    """
    columns = [[row[place] for row in rest if place < len(row)] for place in range(len(first))]
    above = [
        (cell, is_number(cell), _holds_numbers(column), column)
        for cell, column in zip(first, columns, strict=True)
        if not is_missing(cell) and cell.lower() not in UNKNOWN
    ]
    names = [cell for cell, number, numbers, _ in above if numbers and not number]
    if names:
        return Guess("header", True, f"{_said(names)} above numbers")
    numbers = [cell for cell, number, below, _ in above if number and (below or not rest)]
    if numbers and not _counts_up(numbers, rest):
        return Guess("header", False, f"{_said(numbers)} above numbers")
    words = [(cell, column) for cell, number, _, column in above if not number]
    again = [cell for cell, column in words if cell in column]
    if words and len(again) > len(words) / 2 and len(again) + len(numbers) > len(first) / 2:
        return Guess("header", False, f"{_said(again)} again below")
    return Guess("header", True, "its words do not stand in the columns below")


def _holds_numbers(column: Sequence[str]) -> bool:
    values = [cell for cell in column if not is_missing(cell)]
    return bool(values) and sum(map(is_number, values)) >= MOSTLY * len(values)


def _counts_up(numbers: Sequence[str], rest: Rows) -> bool:
    """Names such as 1990, 1991, 1992 or 0, 1, 2: three or more in equal steps, which the next row is not."""
    return bool(rest) and _steps(numbers) and not _steps([cell for cell in rest[0] if is_number(cell)])


def _steps(numbers: Sequence[str]) -> bool:
    if len(numbers) < 3 or not all(re.fullmatch(r"\d{1,6}", cell) for cell in numbers):
        return False
    values = [int(cell) for cell in numbers]
    step = values[1] - values[0]
    return step > 0 and all(later - value == step for value, later in pairwise(values))


def _said(cells: Sequence[str]) -> str:
    """ "39 and 77516 stand", "x stands"."""
    shown = [cell if len(cell) <= 30 else f"{cell[:29]}…" for cell in cells[:2]]
    if len(cells) == 1:
        return f"{shown[0]} stands"
    return f"{' and '.join(shown)} stand" if len(cells) == 2 else f"{', '.join(shown)} and others stand"
