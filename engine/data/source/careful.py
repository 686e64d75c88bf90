"""Rows of a table whose quotation marks are not in order: line by line, so that a bad one spoils no other."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from engine.data.rows import LONGEST_CELL, one_sign, parted

MOST_LINES = 100_000  # of a cell
UNCLOSED = "opens a quotation mark that is not closed"
BadLine = Callable[[int, str, int, str], None]


class _EndlessError(Exception):
    """A cell does not end."""


class _Lines:
    """Lines that can be given back; knows those that were taken since the last row."""

    def __init__(self, lines: Iterable[str], first: int) -> None:
        self._lines, self._returned = iter(lines), deque[str]()
        self.taken: list[str] = []
        self.number = first  # of the first line taken
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) > MOST_LINES or (len(self.taken) > 1 and sum(map(len, self.taken)) > LONGEST_CELL):
            raise _EndlessError
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line

    def done(self) -> None:
        self.number += len(self.taken)
        self.taken.clear()

    def keep_one(self) -> None:
        """All lines but the first that was taken are read again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        self.ended = False

    @property
    def is_open(self) -> bool:
        """Whether the end came within quotation marks."""
        return self.ended and len(self.taken) > 1 and sum(line.count('"') for line in self.taken) % 2 == 1


def careful_rows(pieces: Iterable[bytes], separator: str, width: int, first: int, bad: BadLine) -> Iterator[list[str]]:
    """Each row that has `width` cells, without outer spaces.

    Args:
        pieces: UTF-8, cut anywhere between letters.
        first: number of the first line.
        bad: is told the number, the first line and the cells of every row that is not, unless it is blank; or why it
            has no cells.
    """
    lines = _Lines(parted(physical_lines(pieces), separator), first)
    csv.field_size_limit(LONGEST_CELL)
    while not lines.ended:
        for cells, why in _rows(lines, one_sign(separator), width):
            blank = not any(line.strip() for line in lines.taken)
            if len(cells) == width and not (blank and width > 1):
                yield [cell.strip() for cell in cells]
            elif not blank:
                bad(lines.number, lines.taken[0], len(cells), why)
            lines.done()


def _rows(lines: _Lines, sign: str, width: int) -> Iterator[tuple[list[str], str]]:
    """Rows until one is out of order: its first line is read again by itself, and the next ones by another reader."""
    reader = csv.reader(lines, delimiter=sign, skipinitialspace=True, strict=True)
    while True:
        try:
            cells = next(reader)
            broken = lines.is_open or (len(cells) != width and _swallowed(lines.taken, sign, width))
        except StopIteration:
            return
        except (csv.Error, _EndlessError):
            cells, broken = [], True
        if not broken:
            yield cells, ""
            continue
        lines.keep_one()
        yield _alone(lines.taken[0], sign, width)
        return


def _swallowed(taken: list[str], sign: str, width: int) -> bool:
    """Whether lines in a cell of a row that is not as wide as the others are rows themselves."""
    return any(len(_alone(line, sign, width)[0]) == width for line in taken[1:20])


def _alone(line: str, sign: str, width: int) -> tuple[list[str], str]:
    """The cells of a line that is read by itself, and why it has none."""
    try:
        cells = next(csv.reader([line], delimiter=sign, skipinitialspace=True), [])
    except csv.Error:
        return [], "has a cell of more than 50 million letters"
    if line.count('"') % 2 and len(cells) != width:
        return [], UNCLOSED
    return cells, ""


def physical_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, \\n, \\r\\n or \\r, of UTF-8 in pieces."""
    rest = ""
    for piece in pieces:
        lines = list(io.StringIO(rest + piece.decode(), newline=""))
        rest = lines.pop() if lines and not lines[-1].endswith("\n") else ""
        yield from lines
    if rest:
        yield from io.StringIO(rest, newline="")
