"""Columns of numbers give what they give as text: cells, what they seem to be, and the same bits to train on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.data.dataset import Ticket
from engine.data.examples import examples
from engine.data.feature.number import Number
from engine.data.feature.targets import class_answers, number_answers
from engine.data.feature.vectors import Cells, places
from engine.data.findings import Finding, findings
from engine.data.load import load, used_rows
from engine.data.settings import DataSettings
from engine.data.source.cells import as_cells, as_columns, is_typed, text_frame
from engine.data.sources import propose
from engine.data.statistics import summaries
from engine.data.tables import Table, could_be_classes, describe_column, measures, read_table
from engine.errors import DataError
from tests.data_settings import table_data

random = np.random.default_rng(0)
WHOLE_TYPES = [pl.Int8, pl.UInt8, pl.Int32, pl.UInt32, pl.Int64, pl.UInt64]
FLOATS = (
    st.floats(allow_subnormal=False)
    | st.floats(-1e4, 1e4, allow_subnormal=False).map(lambda value: round(value, 2))
    | st.integers(-9, 9).map(float)
)


def limits(kind: type[pl.DataType]) -> tuple[int, int]:
    return int(pl.select(kind.min()).item()), int(pl.select(kind.max()).item())


@st.composite
def columns(draw: st.DrawFn) -> pl.Series:
    kind = draw(st.sampled_from([*WHOLE_TYPES, pl.Float64, pl.Float64, pl.Float32]))
    if kind in (pl.Float64, pl.Float32):
        values = draw(st.lists(st.none() | FLOATS, max_size=30))
    else:
        least, most = limits(kind)
        few, any_of_all = st.integers(max(least, -3), 5), st.integers(least, most)
        values = draw(st.lists(st.none() | few | any_of_all, max_size=30))
    return pl.Series(draw(st.sampled_from(["x", "id", "price_index", "column 1"])), values, dtype=kind, strict=False)


def both(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """As numbers and as text."""
    frame = column.to_frame()
    return as_columns(frame).to_series(), as_cells(frame).to_series()


LONG = {
    "measures": random.normal(size=9_000).round(4),
    "above one": random.uniform(1, 5_000, 9_000).round(3),
    "below zero": -random.uniform(100, 90_000, 9_000),
    "both zeros": np.append(np.repeat([0.0, -0.0, 0.5], 3), random.uniform(1e9, 1e14, 9_000)),
    "tiny": random.uniform(-1e-4, 1e-4, 9_000),
    "all sizes": 10.0 ** random.uniform(-12, 22, 9_000),
    "few twice": np.append(np.repeat([7.25, 3.5, 1e-9], 2), random.normal(size=9_000)),
    "one digit": np.append(random.uniform(3, 9, 9_000), [10.5, 100.5, 1e15 + 0.5]),
    "whole": random.integers(-(2**62), 2**62, 9_000),
    "small whole": random.permutation(9_000) - 4_000,
    "ends": np.append(random.permutation(9_000), [2**63 - 1, -(2**63), -1]),
    "without sign": random.integers(0, 2**64, 9_000, dtype=np.uint64),
    "largest": np.append(np.arange(2**64 - 9_000, 2**64 - 1, dtype=np.uint64), np.uint64(2**64 - 1)),
    "often": random.integers(0, 5_000, 9_000),
}


def alike(column: pl.Series) -> None:
    typed, text = both(column)
    assert text_frame(typed.to_frame()).equals(text.to_frame())
    assert describe_column(typed) == describe_column(text)
    assert could_be_classes(describe_column(text), typed) == could_be_classes(describe_column(text), text)
    assert measures(describe_column(text), typed) == measures(describe_column(text), text)
    one, other = Cells(typed), Cells(text)
    assert one.series.equals(text)
    assert one.missing.tolist() == other.missing.tolist()
    assert one.distinct == other.distinct
    for decimal in (".", ",", ""):
        assert one.numbers(decimal).tobytes() == other.numbers(decimal).tobytes()
    names = text.unique().sort().to_list()[::2]
    assert places(typed, names).tolist() == places(text, names).tolist()
    rows = np.arange(0, len(text), 3)
    assert one.only(rows).only(rows[: len(rows) // 3]).numbers(".").tobytes() == (
        Cells(text.gather(rows[rows[: len(rows) // 3]])).numbers(".").tobytes()
    )


@given(columns())
@example(pl.Series("x", [-0.0, 0.0, 0.5]))
@example(pl.Series("x", [-0.0, None, 3.0]))
@example(pl.Series("x", [0.1, 1e15, 1.5e-5], dtype=pl.Float32))
@example(pl.Series("x", [2.0**60, 0.5, float("nan")]))
@example(pl.Series("x", [1e150, 0.5]))
@example(pl.Series("x", [float("inf"), 2.0]))
@example(pl.Series("id", [3, 1, 2]))
@example(pl.Series("price_index", [30, 1, 2]))
@example(pl.Series("x", [2**53 + 1, -(2**63)]))
@example(pl.Series("x", [None, None], dtype=pl.Float64))
def test_a_column_of_numbers_is_what_its_text_is(column):
    alike(column)


@pytest.mark.parametrize("values", LONG.values(), ids=LONG)
def test_a_long_column_too(values):
    column = pl.Series("x", values)
    assert is_typed(both(column)[0])
    alike(column)
    alike(pl.Series("x", [None, *column.to_list()], dtype=column.dtype))


def test_what_numbers_cannot_say_stays_text():
    frame = pl.DataFrame(
        {"far": [1e150, 0.5], "no end": [float("inf"), 1.0], "day": [date(2020, 1, 2), None], "is": [True, None]}
    )
    assert not any(map(is_typed, as_columns(frame).get_columns()))
    assert as_columns(frame).equals(as_cells(frame))


@given(columns())
def test_as_a_target_too(column):
    typed, text = both(column)
    described = describe_column(text)
    for make in (class_answers, number_answers) if described.distinct else ():
        found = []
        for cells in (typed, text):
            try:
                made = make(cells, described)
                found.append((replace(made, values=[], rows=[]), made.values.tobytes(), made.rows.tolist()))
            except DataError as error:
                found.append((type(error), str(error)))
        assert found[0] == found[1]


def mixed(rows: int, seed: int) -> pl.DataFrame:
    """All sorts of columns, with and without holes."""
    dice = np.random.default_rng(seed)

    def holes(values: np.ndarray) -> list[object]:
        return [None if hole else value for value, hole in zip(values.tolist(), dice.random(rows) < 0.1, strict=True)]

    x = dice.normal(size=rows)
    return pl.DataFrame(
        {
            "x": x.round(3),
            "in another unit": x.round(3) * 2.54 + 1,
            "narrow": pl.Series(holes(dice.normal(size=rows)), dtype=pl.Float32),
            "whole": pl.Series(holes(dice.integers(-5_000, 5_000, rows)), dtype=pl.Int16),
            "floats": [float(value) for value in dice.integers(0, 4, rows)],
            "with holes": holes(dice.normal(1e6, 1, rows).round(1)),
            "far": holes(10.0 ** dice.uniform(-40, 40, rows)),
            "index": np.arange(rows, dtype=np.uint32),
            "constant": np.full(rows, 2.5),
            "yes": dice.random(rows) < 0.5,
            "day": [datetime(2020, 1 + day % 12, 1 + day % 28) for day in range(rows)],
            "kind": dice.choice(["a", "b", "c"], rows),
            "told by": dice.integers(0, 3, rows),
            "y": (x + dice.normal(size=rows)).round(2),
        }
    )


SETTINGS = [
    {"target": "y"},
    {"target": "kind"},
    {"target": "told by"},
    {"target": "floats"},
    {"target": "x", "more_targets": ("with holes", "kind")},
    {"target": "y", "roles": {"whole": "category", "floats": "category", "kind": "number", "index": "number"}},
    {"target": "narrow", "split": {"alike": "told by"}},
    {"target": "y", "unique": True, "logarithm": "far"},
]


@pytest.mark.parametrize("values", SETTINGS)
@pytest.mark.parametrize("rows", [60, 40_000])
def test_the_same_bits_are_trained_on(tmp_path, values, rows):
    frame = mixed(rows, seed=rows)
    found = []
    for name, written in (("typed", frame), ("text", as_cells(frame))):
        (tmp_path / name).mkdir()
        written.write_parquet(tmp_path / name / "t.parquet")
        ours = ("split", "unique", "logarithm")
        data = table_data(tmp_path / name / "t.parquet", **{key: one for key, one in values.items() if key not in ours})
        told = {values["logarithm"]: Number(scale="logarithm")} if "logarithm" in values else {}
        dataset = load(
            data.changed(
                split=data.split.changed(**values.get("split", {})),
                unique=values.get("unique", False),
                columns={**data.columns, **told},
            ),
            Ticket(),
        )
        found.append((dataset.facts, dataset.preparation, dataset.fingerprint))
    assert found[0] == found[1]
    told = "in another unit tells x exactly: ignore it if it is not known before the answer is"
    assert (told in found[0][0].notes) == (values["target"] == "x")


def test_rows_are_the_same_where_their_text_is(tmp_path):
    frame = pl.DataFrame({"x": [0.0, -0.0, 0.5, 0.5, None, None] * 20, "y": ["a", "a", "b", "b", "a", "a"] * 20})
    left = []
    for name, written in (("typed", frame), ("text", as_cells(frame))):
        (tmp_path / name).mkdir()
        written.write_parquet(tmp_path / name / "t.parquet")
        data = table_data(tmp_path / name / "t.parquet", "y").changed(unique=True)
        table = read_table(data.path, lambda done, text: None)
        left.append((used_rows(data, table)[0].tolist(), [one.text for one in found_in(data, table)]))
    assert left[0] == left[1]
    assert left[0][0] == [0, 1, 2, 4]


def found_in(data: DataSettings, table: Table) -> list[Finding]:
    return findings(data.changed(unique=False), table, table.columns, summaries(table.columns, table.frame))


@pytest.mark.parametrize("target", ["y", "kind", "told by"])
def test_the_same_is_shown_and_found(tmp_path, target):
    frame = mixed(400, seed=2)
    shown = []
    for name, written in (("typed", frame), ("text", as_cells(frame))):
        (tmp_path / name).mkdir()
        written.write_parquet(tmp_path / name / "t.parquet")
        data = table_data(tmp_path / name / "t.parquet", target)
        table = read_table(data.path, lambda done, text: None)
        rows = examples(data, Ticket())
        said = [(one.grade, one.column, one.short, one.text) for one in found_in(data, table)]
        shown.append((said, summaries(table.columns, table.frame), rows.head(50), rows.caption(7)))
    assert shown[0] == shown[1]
    assert shown[0][0]


def test_the_same_is_proposed(tmp_path):
    frame = mixed(400, seed=1)
    proposed = []
    for name, written in (("typed", frame), ("text", as_cells(frame))):
        (tmp_path / name).mkdir()
        written.write_parquet(tmp_path / name / "t.parquet")
        document = propose(tmp_path / name / "t.parquet").model_dump()
        proposed.append({key: one for key, one in document.items() if key != "source"})
    assert proposed[0] == proposed[1]
