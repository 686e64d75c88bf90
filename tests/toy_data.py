"""A format and a kind of column as somebody would add them: a module each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.column import Column
from engine.data.dataset import Tell
from engine.data.feature.base import Fitted, Indexes, RowFeature
from engine.data.source.base import Look, Reading, Source

if TYPE_CHECKING:
    from engine.data.feature.vectors import Cells


class Stones(Source):
    """Lines of cells between tildes."""

    title: ClassVar[str] = "Stones"
    suffixes: ClassVar[tuple[str, ...]] = (".stones",)

    kind: Literal["stones"] = "stones"

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return head.startswith(b"stones~")

    def look(self, tell: Tell) -> Look:
        frame = self.read(tell).frame
        return Look(tuple(frame.columns), frame.head(100), frame.height)

    def read(self, tell: Tell) -> Reading:
        lines = Path(self.path).read_text(encoding="utf-8").splitlines()
        names = lines[0].split("~")[1:]
        rows = [line.split("~") for line in lines[1:]]
        return Reading(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))


class Coordinates(RowFeature):
    """Two numbers with an at sign between them: "48.85@2.35"."""

    title: ClassVar[str] = "coordinates"

    kind: Literal["coordinates"] = "coordinates"

    @classmethod
    def suits(cls, column: Column) -> bool:
        return all("@" in cell for cell in column.examples)

    def fit(self, column: Column, cells: Cells, train: Indexes) -> Fitted:
        document = {"column": column.name, "kind": self.kind, "scale": 90.0}
        return Fitted(document, (f"{column.name}: north", f"{column.name}: east"))

    @staticmethod
    def encode_cells(document: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
        pairs = [cell.partition("@") for cell in cells]
        values = [[float(north), float(east)] for north, _, east in pairs]
        return (np.array(values) / document["scale"]).astype(np.float32)
