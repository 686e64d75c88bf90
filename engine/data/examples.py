"""Examples as they stand in the source, for people to look at: cells, small pictures, texts.

Everything is read on a job's thread; what comes back answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data.column import Column
from engine.data.dataset import Ticket
from engine.data.feature.picture import Picture
from engine.data.feature.text import Text
from engine.data.friendly import friendly
from engine.data.prepare import PICTURE_FORMATS
from engine.data.settings import CLASS, PICTURE, TEXT, DataSettings

if TYPE_CHECKING:
    from engine.data.tables import Table

SHORT = 160  # characters of a text's beginning
Pixels = NDArray[np.uint8]


class Examples(Protocol):
    """A source seen example by example; `row` is the place in the source, as in Part.rows."""

    def __len__(self) -> int: ...

    def caption(self, row: int) -> str:
        """One line that says which example it is."""
        ...

    def text(self, row: int) -> str:
        """All of it where it is a text; "" else."""
        ...

    def picture(self, row: int, side: int) -> Pixels | None:
        """The example as a picture (height, width, 3) of at most `side` pixels; None where it is none."""
        ...


@dataclass(frozen=True)
class TableExamples:
    """The rows of a table.

    Attributes:
        pictures: column of the pictures, and what finds the picture that a cell names; None where there is none.
        find: what finds the picture that a cell of any column names.
    """

    columns: tuple[Column, ...]
    table: Table
    pictures: tuple[str, Callable[[str], Any]] | None = None
    find: Callable[[str], Any] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(column.name for column in self.columns)

    def __len__(self) -> int:
        return int(self.table.frame.height)

    def caption(self, row: int) -> str:
        cells = self.table.rows(row, 1).row(0, named=True)
        return " · ".join(f"{name} {value or '–'}" for name, value in list(cells.items())[:8])

    def text(self, row: int) -> str:
        return ""

    def picture(self, row: int, side: int) -> Pixels | None:
        if self.pictures is None:
            return None
        column, find = self.pictures
        return _pixels(find(self._cell(column, row)), side)

    def cell_picture(self, row: int, column: str, side: int) -> Pixels | None:
        """The picture that a cell names, as `picture` gives it."""
        cell = self._cell(column, row)
        return None if self.find is None or not cell else _pixels(self.find(cell), side)

    def head(self, count: int) -> list[tuple[str, ...]]:
        """The first rows."""
        return [tuple(cell or "" for cell in cells) for cells in self.table.rows(0, count).rows()]

    def _cell(self, column: str, row: int) -> str:
        (cell,) = self.table.cells(column, np.array([row]))
        return cell


@dataclass(frozen=True)
class PictureExamples:
    """Picture files (or the sample's pictures) with their classes."""

    pictures: Sequence[Any]  # paths or Pillow images
    labels: Sequence[str]
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pictures)

    def caption(self, row: int) -> str:
        picture = self.pictures[row]
        return picture.name if isinstance(picture, Path) else f"{self.labels[row]} · {row + 1:,}"

    def text(self, row: int) -> str:
        return ""

    def picture(self, row: int, side: int) -> Pixels | None:
        return _pixels(self.pictures[row], side)


@dataclass(frozen=True)
class TextExamples:
    """Texts with their classes, by row of the source."""

    texts: dict[int, str]
    labels: dict[int, str]
    names: tuple[str, ...] = ()  # columns of the file; none for a folder

    def __len__(self) -> int:
        return len(self.texts)

    def caption(self, row: int) -> str:
        text = " ".join(self.texts.get(row, "").split())
        return text if len(text) <= SHORT else f"{text[:SHORT].rsplit(' ', 1)[0]} …"

    def text(self, row: int) -> str:
        return self.texts.get(row, "").strip()

    def picture(self, row: int, side: int) -> Pixels | None:
        return None


def examples(settings: DataSettings, ticket: Ticket) -> TableExamples | PictureExamples | TextExamples:
    """Reads the source of these settings. DataError as when loading, Cancelled where the ticket says so."""
    from engine.data.progress import within  # the readers take a moment to load
    from engine.data.source_table import table_of  # as above

    with friendly(settings.path):
        table = table_of(settings, within(ticket, 0.0, 1.0))
        if settings.source.kind == "pictures":
            return PictureExamples([table.find(cell) for cell in table.cells(PICTURE)], table.cells(CLASS))
        single = settings.told(settings.inputs[0]) if len(settings.inputs) == 1 else None
        if settings.source.kind == "texts" or isinstance(single, Text):
            return _texts(settings, table)
        return _table(settings, table)


def _table(settings: DataSettings, table: Table) -> TableExamples:
    from engine.data.sources import with_pictures  # the readers take a moment to load

    columns = with_pictures(table.columns, settings.path)
    barred = {*settings.targets}
    pictures = [one.name for one in columns if isinstance(settings.told(one.name), Picture) and one.name not in barred]
    return TableExamples(columns, table, (pictures[0], table.find) if pictures else None, table.find)


def _texts(settings: DataSettings, table: Table) -> TextExamples:
    from engine.data.load import used_rows  # as above
    from engine.data.preparing.asked import asked_of  # the readers take a moment to load

    rows, columns, _ = used_rows(settings, table)
    asked = asked_of(settings, table, columns, rows)
    places = asked.rows.tolist()
    texts = table.cells(settings.inputs[0] if settings.inputs else TEXT, asked.rows)
    names = [""] * len(places)
    for answers in asked.targets[:1]:
        values = answers.values.tolist()
        names = [answers.classes[int(value)] if answers.classes else f"{value:g}" for value in values]
    shown = () if table.files else tuple(table.frame.columns)
    return TextExamples(dict(zip(places, texts, strict=True)), dict(zip(places, names, strict=True)), shown)


def _pixels(source: Any, side: int) -> Pixels | None:
    from PIL import Image, UnidentifiedImageError  # as above

    if source is None:
        return None
    try:
        image = Image.open(source, formats=PICTURE_FORMATS) if isinstance(source, Path) else source
        small = image.convert("RGB")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None  # loading says which pictures cannot be read
    scale = side / max(small.size)
    size = (max(1, round(small.width * scale)), max(1, round(small.height * scale)))
    method = Image.Resampling.NEAREST if scale > 1.5 else Image.Resampling.LANCZOS
    return np.asarray(small.resize(size, method), dtype=np.uint8)
