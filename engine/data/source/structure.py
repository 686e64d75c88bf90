"""The lines and cells of a piece of a table, from its bytes alone: which rows are not as wide as the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
QUOTE, NEWLINE, RETURN = b'"', 10, 13
LONE_RETURN = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True)
class Structure:
    """Rows of a piece.

    Attributes:
        starts, ends: where each row begins and ends, without its line end.
        lines: which line of the piece it begins on, from 0.
        widths: its cells; 0 where it is blank.
    """

    starts: Places
    ends: Places
    lines: Places
    widths: Places


def well_quoted(piece: bytes, separator: int) -> bool:
    """Whether each quotation mark begins a cell, ends one, or is one of two inside."""
    values = np.frombuffer(piece, np.uint8)
    marks = np.flatnonzero(values == ord(QUOTE))
    if len(marks) % 2:
        return False
    edge = np.uint8(NEWLINE)
    around = np.concatenate(([edge], values, [edge]))
    before, after = around[marks[::2]], around[marks[1::2] + 2]
    opens = (before == NEWLINE) | (before == separator)
    closes = (after == NEWLINE) | (after == separator) | (after == RETURN)
    touching = marks[2::2] == marks[1:-1:2] + 1  # two in a row inside a cell are one mark of it
    opens[1:] |= touching
    closes[:-1] |= touching
    return bool(opens.all() and closes.all())


def structure(piece: bytes, separator: int) -> Structure:
    """The rows of a piece that is well quoted and ends its lines with \\n or \\r\\n."""
    values = np.frombuffer(piece, np.uint8)
    newlines = np.flatnonzero(values == NEWLINE)
    parts = np.flatnonzero(values == separator)
    ends = newlines
    if QUOTE in piece:
        marks = np.flatnonzero(values == ord(QUOTE))
        ends = newlines[np.searchsorted(marks, newlines) % 2 == 0]
        parts = parts[np.searchsorted(marks, parts) % 2 == 0]
    if not len(ends) or ends[-1] != len(values) - 1:
        ends = np.append(ends, len(values))
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = np.searchsorted(newlines, starts)
    stops = ends - ((ends > starts) & (values[np.minimum(ends, len(values)) - 1] == RETURN))
    widths = np.searchsorted(parts, ends) - np.searchsorted(parts, starts) + 1
    widths[stops == starts] = 0
    return Structure(starts, stops, lines, widths)


def without(piece: bytes, rows: Structure, kept: NDArray[np.bool_]) -> bytes:
    """The piece with only the rows that are kept."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    last = len(rows.starts) - 1
    view = memoryview(piece)
    return b"".join(
        view[rows.starts[first] : rows.starts[end] if end <= last else len(piece)]
        for first, end in zip(edges[::2], edges[1::2], strict=True)
    )


def row_end(piece: bytes) -> int:
    """Where the last whole row of a piece ends; 0 where none is seen to."""
    marks = piece.count(QUOTE)
    end = piece.rfind(b"\n")
    if not marks:
        return end + 1 if end >= 0 else piece.rfind(b"\r", 0, -1) + 1
    for _ in range(1000):
        if end < 0 or (marks - piece.count(QUOTE, end)) % 2 == 0:
            break
        end = piece.rfind(b"\n", 0, end)
    else:
        return 0
    return end + 1
