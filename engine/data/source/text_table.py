"""Tables of text: CSV, TSV and their kin."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl

from engine.data.dataset import Tell
from engine.data.friendly import friendly
from engine.data.prepare import open_table
from engine.data.source.base import FIRST_ROWS, Look, Reading, Source


class TextTable(Source):
    """One row a line, cells between separators."""

    title: ClassVar[str] = "CSV or TSV table"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".data", ".gz")

    kind: Literal["text table"] = "text table"

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return True

    def look(self, tell: Tell) -> Look:
        with friendly(self.path):
            names, _, rows = open_table(self.path)
            head = pl.DataFrame(list(islice(rows, FIRST_ROWS)), schema=dict.fromkeys(names, pl.String), orient="row")
        return Look(tuple(names), head, None)

    def read(self, tell: Tell) -> Reading:
        name = Path(self.path).name
        with friendly(self.path):
            names, notes, rows = open_table(self.path, lambda done: tell(done, f"Reading {name}"))
            frame = pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.String), orient="row")
        return Reading(frame, notes=tuple(notes))
