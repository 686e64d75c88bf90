"""Reads what the Data page shows of a source. It runs on a job's thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Ticket
from engine.data.examples import PictureExamples, TableExamples, TextExamples, examples
from engine.data.feature.picture import Picture
from engine.data.settings import DataSettings
from engine.data.statistics import Summary, summaries

if TYPE_CHECKING:
    from engine.data.findings import Finding

ROWS = 200  # shown of a table
SIDE = 40  # px of a picture in a cell


@dataclass(frozen=True)
class Look:
    """The examples of a source, and of a table its first rows, the pictures that cells name, by row and column, and how
    each column is spread.
    """

    examples: TableExamples | PictureExamples | TextExamples
    rows: list[tuple[str, ...]] = field(default_factory=list)
    cells: dict[tuple[int, str], NDArray[np.uint8]] = field(default_factory=dict)
    summaries: tuple[Summary, ...] = ()


def picture_columns(data: DataSettings) -> tuple[str, ...]:
    """Columns whose cells are read as names of pictures."""
    return tuple(name for name, told in data.columns.items() if isinstance(told, Picture))


def look(data: DataSettings, ticket: Ticket) -> Look:
    """Reads the source of these settings. DataError as when loading, Cancelled where the ticket says so."""
    found = examples(data, ticket)
    if not isinstance(found, TableExamples):
        return Look(found)
    cells = {}
    for name in picture_columns(data):
        for row in range(min(ROWS, len(found)) if name in found.names else 0):
            ticket.tell(row / ROWS, "Reading pictures")
            pixels = found.cell_picture(row, name, SIDE)
            if pixels is not None:
                cells[row, name] = pixels
    ticket.tell(1.0, "Looking at the columns")
    return Look(found, found.head(ROWS), cells, summaries(found.columns, found.table.frame))


def judge(data: DataSettings, look: Look, ticket: Ticket) -> list[Finding]:
    """What is found in a table as these settings read it."""
    from engine.data.findings import findings  # polars takes a moment to load

    if not isinstance(look.examples, TableExamples):
        return []
    return findings(data, look.examples.table, look.examples.columns, look.summaries)
