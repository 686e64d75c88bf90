"""Reads what the Data page shows of a source. It runs on a job's thread."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Ticket
from engine.data.examples import PictureExamples, TableExamples, TextExamples, examples
from engine.data.feature.picture import Picture
from engine.data.settings import DataSettings

ROWS = 200  # shown of a table
SIDE = 40  # px of a picture in a cell


@dataclass(frozen=True)
class Look:
    """The examples of a source, and of a table its first rows and the pictures that cells name, by row and column."""

    examples: TableExamples | PictureExamples | TextExamples
    rows: list[tuple[str, ...]] = field(default_factory=list)
    cells: dict[tuple[int, str], NDArray[np.uint8]] = field(default_factory=dict)


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
    return Look(found, found.head(ROWS), cells)
