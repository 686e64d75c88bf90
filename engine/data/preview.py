"""What the data looks like before it is prepared: first rows, some pictures of each class, first texts; quick."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from engine.data import samples
from engine.data.dataset import Ticket
from engine.data.images import find_pictures
from engine.data.prepare import open_table, read_text
from engine.data.progress import within
from engine.data.tables import friendly
from engine.data.targets import natural
from engine.data.texts import find_texts
from engine.errors import DataError
from engine.project import SAMPLE
from engine.settings import AnyData, ImageData, TableData, TextData

ROWS, PICTURES, TEXTS = 50, 24, 12  # rows of a table, pictures of a class, texts
LONGEST = 600  # characters of a text
QUIET = within(Ticket(), 0.0, 1.0)


@dataclass(frozen=True)
class TablePreview:
    """The first rows, as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture of the source: a file, or one of a sample's."""

    label: str
    source: Any  # a Path, or a Pillow image

    @property
    def path(self) -> str:
        """The file; "" for a sample's."""
        return str(self.source) if isinstance(self.source, Path) else ""

    def content(self) -> bytes:
        """The file's bytes, PNG for a sample's. DataError where it is gone."""
        if not isinstance(self.source, Path):
            buffer = io.BytesIO()
            self.source.save(buffer, "PNG")
            return buffer.getvalue()
        try:
            return self.source.read_bytes()
        except OSError as error:
            raise DataError(f"{self.source.name} cannot be read", field="path", hint="Open the data again") from error


@dataclass(frozen=True)
class ImagePreview:
    """Up to 24 pictures of each class, by class, and how many there are."""

    pictures: dict[str, tuple[Picture, ...]]
    counts: dict[str, int]


@dataclass(frozen=True)
class TextPreview:
    """The beginnings of some texts, of each class in turn: (class, text)."""

    texts: tuple[tuple[str, str], ...]


Preview = TablePreview | ImagePreview | TextPreview


def preview(settings: AnyData) -> Preview:
    """A first sight of the data. DataError where it is not there or of another kind."""
    if isinstance(settings, TableData):
        columns, rows = _first_rows(settings.path)
        return TablePreview(columns, rows)
    if isinstance(settings, ImageData):
        return _image_preview(settings)
    return _text_preview(settings)


def _first_rows(path: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    if path.startswith(SAMPLE):
        names, rows = samples.table(path.removeprefix(SAMPLE))
        return tuple(names), tuple(tuple(row) for row in rows[:ROWS])
    with friendly():
        header, _, lines = open_table(path)
        return tuple(header), tuple(tuple(cells) for cells in islice(lines, ROWS))


def _pictures(settings: ImageData) -> list[Picture]:
    """All pictures in the order of the source."""
    if settings.path.startswith(SAMPLE):
        pixels, labels = samples.pictures(settings.path.removeprefix(SAMPLE))
        return [Picture(label, picture) for picture, label in zip(pixels, labels, strict=True)]
    return [Picture(found.label, found.path) for found in find_pictures(settings.path, QUIET)]


def _image_preview(settings: ImageData) -> ImagePreview:
    by_class: dict[str, list[Picture]] = {}
    for picture in _pictures(settings):
        by_class.setdefault(picture.label, []).append(picture)
    names = sorted(by_class, key=natural)
    return ImagePreview(
        {name: tuple(by_class[name][:PICTURES]) for name in names}, {name: len(by_class[name]) for name in names}
    )


def _text_preview(settings: TextData) -> TextPreview:
    if settings.column:
        columns, rows = _first_rows(settings.path)
        cells = [dict(zip(columns, row, strict=True)) for row in rows[:TEXTS]]
        return TextPreview(tuple((row.get(settings.target, ""), _short(row.get(settings.column, ""))) for row in cells))
    if settings.path.startswith(SAMPLE):
        texts, labels = samples.texts(settings.path.removeprefix(SAMPLE))
        return TextPreview(tuple(zip(labels[:TEXTS], texts[:TEXTS], strict=True)))
    by_class: dict[str, list[Path]] = {}
    for found in find_texts(settings.path, QUIET):
        by_class.setdefault(found.label, []).append(found.path)
    each = max(1, TEXTS // len(by_class))
    return TextPreview(
        tuple(
            (name, _short(read_text(file))) for name in sorted(by_class, key=natural) for file in by_class[name][:each]
        )
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
