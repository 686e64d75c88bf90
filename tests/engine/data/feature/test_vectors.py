"""A whole column at once is what each of its cells is."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.data import prepare
from engine.data.feature import vectors
from engine.data.feature.category import Category
from engine.data.feature.number import Number

NUMBERLIKE = st.text("0123456789+-.,eE_ infaNx\t\u0663\uff13\u2212", max_size=12)
FLOATS = st.floats(allow_subnormal=False).map(repr)
MARKS = st.sampled_from(["NA", "", "?", " n/a ", "5\u0130"])
CELLS = st.lists(st.one_of(NUMBERLIKE, FLOATS, MARKS))


@given(CELLS, st.sampled_from([".", ","]))
@example(["1e149", "1e151", "-1e400", "nan", "inf", "1_000", "0x10", "\u0663", " 7 ", "1,5", "1.234,5", "1e5f"], ",")
def test_numbers_are_those_of_each_cell(cells, decimal):
    wanted = np.array([prepare.number(cell.strip(), decimal) for cell in cells], dtype=np.float64)
    assert np.array_equal(vectors.numbers(pl.Series(cells, dtype=pl.String), decimal), wanted, equal_nan=True)


@given(CELLS)
def test_missing_are_those_of_each_cell(cells):
    wanted = [prepare.is_missing(cell.strip()) for cell in cells]
    assert vectors.missing(pl.Series(cells, dtype=pl.String)).tolist() == wanted


@given(CELLS)
def test_all_numbers_where_each_cell_is_one(cells):
    wanted = not any(math.isnan(prepare.number(cell.strip())) for cell in cells)
    assert vectors.all_numbers(pl.Series(cells, dtype=pl.String)) == wanted


@pytest.mark.parametrize(("other", "missing"), [(True, True), (True, False), (False, True), (False, False)])
def test_categories_and_numbers_are_encoded_as_the_exported_code_does(other, missing):
    cells = ["red", "blue", "", "green", "NA", "red"]
    kinds = {"kind": "category", "categories": ["blue", "red"], "other": other, "missing": missing}
    number = {"kind": "number", "decimal": ".", "fill": 2.5, "mean": 2.0, "deviation": 3.0, "missing": missing}
    for feature, column, kind in ((kinds, cells, Category()), (number, ["1", "x", "", "2e3", "NA", "-4"], Number())):
        wanted = prepare.inputs_from_columns({"features": [{"column": "c", **feature}]}, {"c": column})
        made = kind.encode({"column": "c", **feature}, vectors.Cells(pl.Series(column)))
        assert made.dtype == wanted.dtype
        assert np.array_equal(made, wanted)
