"""The inputs of a set of rows: numbers and categories side by side, and each column that is an input of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.data.column import Column
from engine.data.dataset import Tell
from engine.data.feature.base import Document, Entry, Fitted, Indexes, InputPart, RowFeature
from engine.data.feature.vectors import Cells
from engine.facts import InputFact
from engine.shapes import Shape

TABLE = "table"  # name of the input of all columns that stand side by side
BLOCK = 1 << 15  # rows that are encoded at once


def row_part(
    columns: Sequence[tuple[Column, RowFeature]], cells: Mapping[str, Cells], train: Indexes, tell: Tell
) -> InputPart:
    """All columns that stand side by side as one row of features, float32 (rows, features)."""
    fitted: list[Fitted] = []
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:  # numpy reckons without the interpreter's lock
        making = [side_by_side.submit(feature.fit, column, cells[column.name], train) for column, feature in columns]
        try:
            for done, ((column, _), one) in enumerate(zip(columns, making, strict=True)):
                tell(done / len(columns), f"Preparing {column.name}")
                fitted.append(one.result())
        finally:
            side_by_side.shutdown(cancel_futures=True)
    names = [name for one in fitted for name in one.names]
    notes = [note for one in fitted for note in one.notes]
    document = {"format": 1, "kind": "table", "features": [one.document for one in fitted], "names": names}
    encoders = [
        _Encoder(feature, one.document, cells[column.name], len(one.names))
        for (column, feature), one in zip(columns, fitted, strict=True)
    ]
    fact = InputFact(TABLE, Shape.of(feature=len(names)), tuple(names))
    return InputPart(Entry(fact, lambda rows: encoded(encoders, rows)), document, tuple(notes))


class _Encoder(NamedTuple):
    """One column, and how it becomes `width` numbers."""

    feature: RowFeature
    document: Document
    cells: Cells
    width: int


def encoded(columns: Sequence[_Encoder], rows: Indexes) -> NDArray[np.float32]:
    """The columns side by side, float32 (rows, features): some rows at a time, so that little else is in memory."""
    made = np.empty((len(rows), sum(one.width for one in columns)), dtype=np.float32)

    def fill(start: int) -> None:
        part, done = rows[start : start + BLOCK], 0
        for one in columns:
            here = one.feature.encode(one.document, one.cells.only(part))
            made[start : start + BLOCK, done : done + one.width] = here
            done += one.width

    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:  # as above
        list(side_by_side.map(fill, range(0, len(rows), BLOCK)))
    return made


def prepared(parts: Sequence[InputPart]) -> dict[str, Any]:
    """The preparation of all inputs: of a single one its own, else one that names them in order."""
    if len(parts) == 1:
        return parts[0].document
    inputs = [{"name": part.entry.fact.name, **part.document} for part in parts]
    return {"format": 1, "kind": "table", "inputs": inputs}
