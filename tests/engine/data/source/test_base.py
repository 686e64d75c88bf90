"""What every source shares: the list of them, native values as cells, sentences on rows left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

import polars as pl
import pytest

from engine.data.source import table
from engine.data.source.base import Look, Reading, SetAside, Source, left_out
from engine.data.source.cells import as_cells
from engine.data.tables import read_table
from engine.errors import DataError
from tests.engine.data.helpers import write


class Toy(Source):
    title: ClassVar[str] = "Toy"
    suffixes: ClassVar[tuple[str, ...]] = (".toy",)
    kind: Literal["toy"] = "toy"

    @classmethod
    def suits(cls, path, head):
        return head.startswith(b"toy")

    def look(self, tell):
        return Look(("x",), self.read(tell).frame, 2)

    def read(self, tell):
        return Reading(pl.DataFrame({"x": [1.0, None]}), set_aside=(SetAside("row 2", "is no toy"),))


def quiet(done: float, text: str) -> None:
    pass


def test_a_source_is_added_by_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "SOURCES", (Toy, *table.SOURCES))
    read = read_table(str(write(tmp_path / "a.csv", "toy")), quiet)
    assert read.rows().to_dict(as_series=False) == {"x": ["1", ""]}
    assert read.notes == ("Row 2 is left out: it is no toy",)
    assert read_table(str(write(tmp_path / "b.csv", "a,b\n1,2\n")), quiet).frame.columns == ["a", "b"]


def test_native_values_become_cells():
    native = pl.DataFrame(
        {
            "whole": pl.Series([5.0, None, -0.0], dtype=pl.Float32),
            "float": [0.5, 1e-7, float("nan")],
            "int": [1, None, 3],
            "yes": [True, False, None],
            "day": [date(2024, 2, 29), None, date(1, 1, 1)],
            "midnight": [datetime(2024, 2, 29), None, datetime(2024, 3, 1)],
            "time": [datetime(2024, 2, 29, 12, 30), None, datetime(2024, 3, 1)],
            "text": ["a", None, ""],
        }
    )
    assert as_cells(native).to_dict(as_series=False) == {
        "whole": ["5", "", "0"],
        "float": ["0.5", "1e-7", ""],
        "int": ["1", "", "3"],
        "yes": ["true", "false", ""],
        "day": ["2024-02-29", "", "0001-01-01"],
        "midnight": ["2024-02-29", "", "2024-03-01"],
        "time": ["2024-02-29T12:30:00", "", "2024-03-01T00:00:00"],
        "text": ["a", "", ""],
    }


def test_rows_left_out_are_said_one_by_one_or_counted():
    assert left_out([]) == []
    assert left_out([SetAside("line 3", "has 3 cells")]) == ["Line 3 is left out: it has 3 cells"]
    many = [SetAside(f"line {line}", f"has {line} cells") for line in range(3, 1003)]
    assert left_out(many) == [
        "1,000 rows are left out: line 3 has 3 cells, line 4 has 4 cells, line 5 has 5 cells, and 997 more"
    ]


def test_what_is_not_there_or_no_file_is_said(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*none.csv"):
        table.source_for(tmp_path / "none.csv")
    with pytest.raises(DataError, match="is a folder, not a table"):
        table.source_for(tmp_path)
