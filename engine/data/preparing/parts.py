"""The inputs of a set of rows: numbers and categories side by side, and each column that is an input of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.data.column import Column
from engine.data.dataset import Tell
from engine.data.feature.base import Entry, Fitted, Indexes, InputPart, RowFeature
from engine.data.feature.vectors import Cells
from engine.facts import InputFact
from engine.shapes import Shape

TABLE = "table"  # name of the input of all columns that stand side by side


def row_part(
    columns: Sequence[tuple[Column, RowFeature]], cells: Mapping[str, Cells], train: Indexes, tell: Tell
) -> InputPart:
    """All columns that stand side by side as one row of features, float32 (rows, features)."""
    fitted: list[Fitted] = []
    for done, (column, feature) in enumerate(columns):
        tell(done / len(columns), f"Preparing {column.name}")
        fitted.append(feature.fit(column, cells[column.name], train))
    names = [name for one in fitted for name in one.names]
    notes = [note for one in fitted for note in one.notes]
    document = {"format": 1, "kind": "table", "features": [one.document for one in fitted], "names": names}
    inputs = np.empty((len(next(iter(cells.values()))), len(names)), dtype=np.float32)
    done = 0
    for (column, feature), one in zip(columns, fitted, strict=True):
        made = feature.encode(one.document, cells[column.name])
        inputs[:, done : done + made.shape[1]] = made
        done += made.shape[1]
    fact = InputFact(TABLE, Shape.of(feature=inputs.shape[1]), tuple(names))
    return InputPart(Entry(fact, lambda rows: inputs[rows]), document, tuple(notes))


def prepared(parts: Sequence[InputPart]) -> dict[str, Any]:
    """The preparation of all inputs: of a single one its own, else one that names them in order."""
    if len(parts) == 1:
        return parts[0].document
    inputs = [{"name": part.entry.fact.name, **part.document} for part in parts]
    return {"format": 1, "kind": "table", "inputs": inputs}
