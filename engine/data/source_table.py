"""The rows of any source as one table of typed columns: those of a file, or files of pictures and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from engine.data import samples
from engine.data.collection.files import Texts, find_pictures, in_pieces, texts_at
from engine.data.dataset import Tell
from engine.data.feature.text import Text
from engine.data.settings import CLASS, PICTURE, SAMPLE, TEXT, DataSettings
from engine.data.shared import Shared, read_once
from engine.data.tables import Table, read_table

SHARED_BYTES = 64 * 2**20  # of texts that are kept for who asks next, at most


def table_of(settings: DataSettings, tell: Tell) -> Table:
    """All rows of the source. DataError where there are none to be had."""
    if settings.source.kind == "pictures":
        return _pictures(settings.path, tell)
    if settings.source.kind == "texts":
        return _texts(settings, tell)
    return read_table(settings.path, tell, settings.source.options)


def _pictures(path: str, tell: Tell) -> Table:
    found = find_pictures(path, tell)
    cells = [_named(picture, place) for place, picture in enumerate(found.pictures)]
    if len(set(cells)) < len(cells):
        cells = [str(place) for place in range(1, len(cells) + 1)]
    find: Callable[[str], Any] = dict(zip(cells, found.pictures, strict=True)).get
    frame = pl.DataFrame({PICTURE: cells, CLASS: found.labels}, schema={PICTURE: pl.String, CLASS: pl.String})
    return Table(Path(path).name, frame, found.notes, parts=found.parts, find=find, files=True)


def _named(picture: Any, place: int) -> str:
    """What a picture is called in a cell: its path, letters that are none apart, or its number."""
    return str(picture).encode(errors="replace").decode() if isinstance(picture, Path) else str(place + 1)


_read: Shared[Table] = Shared(lambda table: int(table.frame.estimated_size()), most=SHARED_BYTES)


def _texts(settings: DataSettings, tell: Tell) -> Table:
    """Texts with their classes; texts without, where the next word is wanted, are cut into pieces."""
    path, plain = settings.path, not settings.targets
    if path.startswith(SAMPLE):
        texts, labels = samples.texts(path.removeprefix(SAMPLE))
        return _of_files(path, Texts(texts, labels, [], []))
    text = settings.told(TEXT)
    length = text.length if plain and isinstance(text, Text) else 0
    make = partial(_text_files, path, plain, length, tell)
    return read_once(_read, path, f"{plain} {length}", make, partial(tell, 0.0, "Reading texts"))


def _text_files(path: str, plain: bool, length: int, tell: Tell) -> Table:
    found = texts_at(path, plain, tell)
    if found.labels:
        return _of_files(path, found)
    pieces = in_pieces(found.texts, length or Text().length)
    return _of_files(path, Texts(pieces, [], [], found.notes, found.reading))


def _of_files(path: str, found: Texts) -> Table:
    columns: dict[str, Sequence[str]] = {TEXT: found.texts, **({CLASS: found.labels} if found.labels else {})}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    notes = tuple(found.notes)
    return Table(Path(path).name, frame, notes, found.reading, parts=found.parts, files=True)
