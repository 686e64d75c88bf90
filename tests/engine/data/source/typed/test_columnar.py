"""Parquet, Arrow and Feather: values as they were written, nested columns named, broken files in a sentence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.source.table import source_for
from engine.data.source.typed import columnar, frames
from engine.data.sources import propose
from engine.errors import Cancelled, DataError
from tests.engine.data.source.typed.helpers import cells, notes, quiet, reading

WRITERS = {
    "t.parquet": pl.DataFrame.write_parquet,
    "t.arrow": pl.DataFrame.write_ipc,
    "t.feather": pl.DataFrame.write_ipc,
    "stream.arrow": pl.DataFrame.write_ipc_stream,
}
EVERY = pl.DataFrame(
    {
        "whole": [1, None, -3],
        "small": pl.Series([1, 2, 255], dtype=pl.UInt8),
        "float": [0.1, float("nan"), 1e-12],
        "exact": pl.Series([Decimal("1.50"), None, Decimal("-2.25")]),
        "word": [" a ", None, "b"],
        "kind": pl.Series(["x", "y", None], dtype=pl.Categorical),
        "grade": pl.Series(["low", "high", "low"], dtype=pl.Enum(["low", "high"])),
        "yes": [True, None, False],
        "day": [date(2024, 2, 29), None, date(1970, 1, 1)],
        "when": pl.Series([datetime(2024, 2, 29, 12, 30), None, datetime(2024, 3, 1)]).dt.replace_time_zone("UTC"),
        "clock": [time(12, 30), None, time(0, 0, 5)],
        "took": [timedelta(minutes=1.5), None, timedelta(days=1)],
        "none": pl.Series([None] * 3, dtype=pl.Null),
    }
)


@pytest.fixture(params=WRITERS)
def written(tmp_path, request):
    def write(frame: pl.DataFrame) -> Path:
        WRITERS[request.param](frame, tmp_path / request.param)
        return tmp_path / request.param

    return write


def test_values_come_as_they_were_written(written):
    path = written(EVERY)
    assert cells(path) == {
        "whole": ["1", "", "-3"],
        "small": ["1", "2", "255"],
        "float": ["0.1", "", "1e-12"],
        "exact": ["1.50", "", "-2.25"],
        "word": ["a", "", "b"],
        "kind": ["x", "y", ""],
        "grade": ["low", "high", "low"],
        "yes": ["true", "", "false"],
        "day": ["2024-02-29", "", "1970-01-01"],
        "when": ["2024-02-29T12:30:00", "", "2024-03-01T00:00:00"],
        "clock": ["12:30:00", "", "00:00:05"],
        "took": ["90", "", "86400"],
        "none": ["", "", ""],
    }
    assert notes(path) == ("Column took holds lengths of time and is read in seconds",)


def test_columns_that_no_cell_holds_are_named(written):
    nested = pl.DataFrame({"x": [1, 2], "list": [[1, 2], [3]], "raw": [b"\0", b"\1"], "pair": [{"a": 1}, {"a": 2}]})
    path = written(nested)
    assert cells(path) == {"x": ["1", "2"]}
    assert notes(path) == (
        f"Columns list, raw, pair of {path.name} are left out: lists, records or bytes are not read yet",
    )
    with pytest.raises(DataError, match="has only columns of lists, records or bytes: list"):
        reading(written(nested.drop("x")))


def test_a_look_has_the_first_rows_and_the_number_of_all(written):
    look = source_for(written(pl.DataFrame({"x": range(5_000)}))).look(quiet)
    assert (look.columns, look.head.height, look.rows) == (("x",), 100, 5_000)


def test_rows_are_read_in_blocks_that_can_be_cancelled(written, monkeypatch):
    monkeypatch.setattr(columnar, "BLOCK", 1_000)
    path = written(pl.DataFrame({"x": range(2_500)}))
    told = []
    frame = source_for(path).read(lambda done, text: told.append(done)).frame
    assert frame["x"].to_list() == list(range(2_500))
    assert told == [0.0, 0.4, 0.8]

    def cancel(done: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        source_for(path).read(cancel)


def test_what_is_cut_off_is_said(written):
    path = written(EVERY)
    content = path.read_bytes()
    for size in (len(content) - 1, len(content) // 2, 40):
        path.write_bytes(content[:size])
        with pytest.raises(
            DataError, match=r"is damaged or cut off: it begins as an? .* file and cannot be read as one"
        ):
            reading(path)


def test_the_name_does_not_matter(tmp_path):
    EVERY.write_parquet(tmp_path / "t.csv")
    assert cells(tmp_path / "t.csv")["word"] == ["a", "", "b"]


def test_an_empty_table_has_no_rows_and_an_empty_file_is_empty(written):
    path = written(pl.DataFrame({"x": []}, schema={"x": pl.Int64}))
    with pytest.raises(DataError, match="has a header but no rows"):
        cells(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        cells(path)


def test_no_columns_encrypted_and_old_files_are_refused(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PARE" + bytes(100))
    (tmp_path / "old.feather").write_bytes(b"FEA1" + bytes(100))
    with pytest.raises(DataError, match=r"t.parquet is encrypted. Save it again without a key."):
        reading(tmp_path / "t.parquet")
    with pytest.raises(DataError, match=r"old.feather is a Feather file of version 1"):
        reading(tmp_path / "old.feather")


def test_more_rows_than_the_memory_holds_are_refused_before_they_are_read(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    pl.DataFrame({"x": pl.repeat(1, 3_000_000, eager=True), "y": pl.repeat("a", 3_000_000, eager=True)}).write_parquet(
        path
    )
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(frames, "free_memory", lambda: 50_000_000)
    with pytest.raises(DataError, match=r"t.parquet would take 0.1 GB of memory, and 50.0 MB are free. Close other"):
        reading(path)


def test_strange_names_are_made_plain(tmp_path):
    path = tmp_path / "a [1] *.parquet"
    pl.DataFrame({" x ": [1], "x": [2], "": [3]}).write_parquet(path)
    assert list(cells(path)) == ["x", "x (2)", "column 3"]


def test_a_project_is_made_of_it(tmp_path):
    path = tmp_path / "t.parquet"
    pl.DataFrame(
        {"size": [n % 7 + 0.5 for n in range(60)], "kind": ["ab"[n % 7 > 3] for n in range(60)]}
    ).write_parquet(path)
    settings = propose(path)
    assert (settings.source.kind, settings.targets) == ("table", ("kind",))
    assert load(settings, Ticket()).facts.targets[0].classes == ("a", "b")
