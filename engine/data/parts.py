"""The inputs of a table: its numbers and categories together, and each column of pictures or texts on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import samples
from engine.data.assembly import Entry
from engine.data.dataset import Tell
from engine.data.feature.fitting import encode, fit_all
from engine.data.feature.vectors import Cells
from engine.data.feature.words import fit_words
from engine.data.images import channel_spread, check_memory
from engine.data.prepare import inputs_from_texts, normalised, picture_pixels
from engine.data.rows import UnreadableError, is_missing
from engine.data.splits import Split
from engine.data.tables import Column, Table
from engine.errors import DataError
from engine.facts import InputFact
from engine.project import SAMPLE
from engine.settings import TableData
from engine.shapes import Shape

TABLE = "table"  # name of the input of all numbers and categories


@dataclass(frozen=True)
class TablePart:
    """One input of a table, its part of the preparation, and what was found."""

    entry: Entry
    document: dict[str, Any]
    notes: tuple[str, ...] = ()


def feature_part(
    columns: Sequence[Column], settings: TableData, cells: dict[str, Cells], split: Split, tell: Tell
) -> TablePart:
    """All columns of numbers and categories as one row of features, fitted on the training rows."""
    features, names, notes = fit_all(columns, settings.roles, cells, split.train, tell)
    document = {"format": 1, "kind": "table", "features": features, "names": names}
    inputs = np.empty((len(next(iter(cells.values()))), len(names)), dtype=np.float32)
    done = 0
    for feature in features:
        made = encode(feature, cells[feature["column"]])
        inputs[:, done : done + made.shape[1]] = made
        done += made.shape[1]
    fact = InputFact(TABLE, Shape.of(feature=inputs.shape[1]), tuple(names))
    return TablePart(Entry(fact, lambda rows: inputs[rows]), document, tuple(notes))


def picture_part(
    name: str, settings: TableData, table: Table, rows: NDArray[np.int64], split: Split, tell: Tell
) -> TablePart:
    """A column of names of picture files. DataError, with the row and the file, where one of them cannot be read."""
    channels = 1 if settings.picture_colour == "grey" else 3
    shape = Shape.of(channel=channels, height=settings.picture_height, width=settings.picture_width)
    check_memory(len(rows) * shape.count * 6, settings.picture_width, settings.picture_height, "picture_width")
    find = finder(settings.path)
    pixels = np.empty((len(rows), *shape.sizes), dtype=np.uint8)
    for place, (row, cell) in enumerate(zip(rows.tolist(), table.cells(name, rows), strict=True)):
        if place % 50 == 0:
            tell(place / len(rows), f"Reading pictures: {place:,} of {len(rows):,}")
        pixels[place] = _picture(find(cell), cell, f"{table.name} row {row + 1:,}", name, shape)
    mean, deviation = channel_spread(pixels[split.train])
    document = {
        "format": 1,
        "kind": "images",
        "column": name,
        "width": settings.picture_width,
        "height": settings.picture_height,
        "colour": settings.picture_colour,
        "mean": mean,
        "deviation": deviation,
    }
    return TablePart(Entry(InputFact(name, shape), lambda chosen: normalised(document, pixels[chosen])), document)


def finder(path: str) -> Any:
    """What finds the picture that a cell of the table names: a path beside the table, or a sample's own picture."""
    if path.startswith(SAMPLE):
        return samples.attached(path.removeprefix(SAMPLE)).get
    return Path(path).parent.joinpath


def _picture(picture: Any, cell: str, where: str, column: str, shape: Shape) -> NDArray[np.uint8]:
    if is_missing(cell) or picture is None:
        raise DataError(f"{where} names no picture in {column}", field="roles", hint="Name a file there, or delete it")
    if isinstance(picture, Path) and not picture.is_file():
        raise DataError(f"{where} names a picture that is not there, {cell}", field="roles", hint="Put it beside it")
    try:
        return picture_pixels(picture, *shape.sizes)[0]
    except UnreadableError as error:
        hint = "Save it again as PNG"
        raise DataError(
            f"{where} names {cell}, which is not a picture that can be read", field="roles", hint=hint
        ) from error


def text_part(name: str, settings: TableData, cells: list[str], split: Split, tell: Tell) -> TablePart:
    """A column of texts as token numbers; the vocabulary comes from the training rows. Missing cells have no words."""
    texts = ["" if is_missing(cell) else cell for cell in cells]
    words = fit_words([texts[row] for row in split.train], settings.vocabulary, tell)
    document = {
        "format": 1,
        "kind": "text",
        "column": name,
        "length": settings.length,
        "keep": "first",
        "words": words,
    }
    inputs = inputs_from_texts(document, texts)
    fact = InputFact(name, Shape.ids(settings.vocabulary, time=settings.length))
    return TablePart(Entry(fact, lambda rows: inputs[rows]), document)


def prepared(parts: Sequence[TablePart]) -> dict[str, Any]:
    """The preparation of all inputs: of a single one its own, else one that names them in order."""
    if len(parts) == 1:
        return parts[0].document
    inputs = [{"name": part.entry.fact.name, **part.document} for part in parts]
    return {"format": 1, "kind": "table", "inputs": inputs}
