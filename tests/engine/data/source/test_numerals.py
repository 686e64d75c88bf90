"""Numbers as people write them come out plain, each column by what all of its cells show."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.rows import plain
from engine.data.source.numerals import Numeral, _plain, is_number, made_plain
from tests.engine.data.source.helpers import CASES, read


def column(*cells, separator=",", beside=(), decimal=None):
    frame = {"x": list(cells)}
    if beside:
        frame["y"] = [beside[row % len(beside)] for row in range(len(cells))]
    made = made_plain(pl.DataFrame(frame), separator, decimal)
    return made.frame["x"].to_list(), made


@pytest.mark.parametrize(
    ("cells", "plainly"),
    [
        (["1,234.56", "3", "12.5"], ["1234.56", "3", "12.5"]),
        (["1.234,56", "3,5", "NA"], ["1234.56", "3.5", "NA"]),
        (["1,5E+03", "2,5", ""], ["1.5E03", "2.5", ""]),
        (["45%", "5%", "0"], ["45", "5", "0"]),
        (["$5", "$1,200", "7"], ["5", "1200", "7"]),
        (["€ 5", "10 €"], ["5", "10"]),
        (["2,575", "812"], ["2575", "812"]),
        (["1,234,567", "1,234"], ["1234567", "1234"]),
        (["1 234", "12", "1\u202f234"], ["1234", "12", "1234"]),
        (["1'234.5", "2’000"], ["1234.5", "2000"]),
        (["(1,200)", "50"], ["-1200", "50"]),
        (["−5", "3"], ["-5", "3"]),
    ],
)
def test_numbers_are_made_plain(cells, plainly):
    found, made = column(*cells)
    assert found == plainly
    assert len(made.notes) == 1
    assert [plain(cell, made.numerals["x"]) for cell in cells] == plainly


@pytest.mark.parametrize(
    "cells",
    [
        ["3.5", "2", "NA"],
        ["3,5", "2", "?"],  # the rest reads decimal commas by itself
        ["1.234", "0.5"],
        ["45%", "5"],
        ["1.5", "2,5"],
        ["1.2.3", "1.2"],
        ["192.168.100.101", "10.0.0.1"],
        ["01.02.2024", "03.04.2024"],
        ["030 123 456", "030 124 457"],
        ["1,2,3", "2,3"],
        ["red, blue", "3"],
        ["1_000", "2"],
    ],
)
def test_others_stay_as_they_are(cells):
    found, made = column(*cells)
    assert (found, made.numerals, made.notes) == (cells, {}, ())


def test_three_digits_after_a_comma_are_told_by_the_rest():
    unclear = ["1,234", "2,345"]
    assert column(*unclear, separator=",")[0] == ["1234", "2345"]
    kept, made = column(*unclear, separator=";")
    assert kept == unclear
    assert "which is a guess" in made.notes[0]
    assert column(*unclear, separator=";", beside=["0.5"])[0] == ["1234", "2345"]
    assert column(*unclear, separator=",", beside=["0,5"])[0] == unclear
    assert column("1,234", "1500")[0] == ["1,234", "1500"]
    assert column(*unclear, decimal=",")[0] == unclear
    assert column(*unclear, separator=";", decimal=".")[0] == ["1234", "2345"]
    assert column("1.234", "950", separator=";", beside=["3,5"])[0] == ["1234", "950"]
    assert column("1.234", "950", separator=";", beside=["3.5"])[0] == ["1.234", "950"]


def test_a_few_odd_cells_of_a_column_of_numbers_are_missing_and_named():
    many = [f"{row / 7:.3f}" for row in range(60)]
    found, made = column(*many, "-", "inf", "NA")
    assert found == [*many, "", "", "NA"]
    assert made.notes == ("x: 2 cells that are no numbers count as missing, - in row 61, inf in row 62",)
    assert column(*many, "1e308")[0][-1] == ""
    grades = [str(row % 5) for row in range(60)]
    assert column(*grades, "x")[0][-1] == "x"  # a category among few
    assert column(*many, *["?!"] * 6)[0][-1] == "?!"  # too many
    assert column(*many, "１２")[0][-1] == "１２"  # Python reads it


def test_columns_of_any_name(tmp_path):
    names = ["self", "exprs", "*", "^a$", "cell"]
    rows_ = "\n".join(";".join([f"{row / 7:.3f}"] * 4 + [f'"{row},5"']) for row in range(40))
    reading = read(tmp_path / "t.csv", ";".join(names) + f"\n{rows_}\n-;-;-;-;(5,5)\n")
    assert reading.frame.columns == names
    assert reading.frame.rows()[-1] == ("", "", "", "", "-5.5")
    assert "3 more columns" not in "".join(reading.notes)


AMOUNTS = st.decimals(-10_000_000, 10_000_000, allow_nan=False, places=3)
NUMERALS = [Numeral(decimal, thousands) for decimal in ".," for thousands in ("", ".", ",", " ", "'")]


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1), st.sampled_from([one for one in NUMERALS if one.decimal != one.thousands]))
def test_what_is_written_in_a_form_is_read_in_it_by_both_readers(amounts, numeral):
    signs = {",": numeral.thousands, ".": numeral.decimal}
    cells = ["".join(signs.get(letter, letter) for letter in f"{amount:,.3f}") for amount in amounts]
    assert all(map(is_number, cells))
    made = _plain(pl.Series("x", cells), numeral).to_list()
    assert made == [plain(cell, numeral._asdict()) for cell in cells]
    assert [float(cell) for cell in made] == [float(amount) for amount in amounts]


@settings(deadline=None)
@given(st.lists(st.text("0123456789.,eE+-−%$€()' \u202f", max_size=8)), st.sampled_from(NUMERALS))
def test_both_readers_agree_on_any_cell_and_numbers_are_read_or_left(cells, numeral):
    made = _plain(pl.Series("x", cells, dtype=pl.String), numeral).to_list()
    assert made == [plain(cell, numeral._asdict()) for cell in cells]
    assert all(after == before or not math.isnan(float(after)) for before, after in zip(cells, made, strict=True))


def test_thousands_give_the_same_numbers_as_plain_ones():
    made = read(CASES / "thousands" / "t.csv")
    assert made.frame.equals(read(CASES / "thousands" / "plain.csv").frame)
    assert made.notes == ("price: 2,657 is read as 2657, for a point stands before the decimals of other columns",)


@pytest.mark.parametrize(("name", "cell"), [("one", "None in row 10"), ("both", "")])
def test_one_odd_cell_leaves_a_column_of_numbers(name, cell):
    reading = read(CASES / "one-odd-cell" / f"{name}.csv")
    numbers = reading.frame.select(pl.exclude("label").replace("", None).cast(pl.Float64))
    assert numbers.null_count().row(0) in ((1, 0), (1, 1))
    assert any("counts as missing" in note and cell in note for note in reading.notes)
