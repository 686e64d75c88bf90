"""`new --columns` and `new --read`: what columns hold and how the file is read, said in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.main import main
from engine.data.settings import DataSettings
from engine.project import load
from tests.data_settings import kinds_of
from tests.engine.data.helpers import prepared, write


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """No names in the first row, and a column of whole numbers that has few of them."""
    rows = [f"{row % 5};{row * 0.5};{'ab'[row % 2]}" for row in range(60)]
    return write(tmp_path / "t.csv", "\n".join(["grade;size;kind", *rows]))


def made(table: Path, *words: str) -> DataSettings:
    out = table.with_suffix(".layerdeck")
    assert main(["new", "--data", str(table), "--target", "kind", "--out", str(out), "--replace", *words]) == 0
    data = load(out).data
    assert data is not None
    return data


def test_columns_hold_what_is_said(table: Path) -> None:
    data = made(table, "--columns", "grade=ordered,size=category")
    assert kinds_of(data) == {"grade": "ordered", "size": "category"}
    assert prepared(data).facts.features[0] == "grade"
    assert kinds_of(made(table, "--columns", "grade=ignore", "size=number")) == {"grade": "ignore", "size": "number"}


def test_a_file_is_read_as_is_said_and_so_again(table: Path) -> None:
    data = made(table)
    assert prepared(data).facts.features[-1] == "size"
    plain = write(
        table.with_name("plain.csv"), "\n".join(f"{row % 5},{row * 0.5},{'ab'[row % 2]}" for row in range(60))
    )
    out = plain.with_suffix(".layerdeck")
    words = ["new", "--data", str(plain), "--out", str(out), "--target"]
    assert main([*words, "column 3", "--read", "header=no"]) == 0
    data = load(out).data
    assert data is not None
    assert data.source.options == {"header": "no"}
    facts = prepared(data).facts
    assert facts.train + facts.validation + facts.test == 60
    assert main([*words, "a", "--replace", "--read", "header=yes"]) == 0
    data = load(out).data
    assert data is not None
    facts = prepared(data).facts
    assert facts.train + facts.validation + facts.test == 59


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--columns", "grade=smell"], "--columns does not know grade=smell"),
        (["--columns", "grade"], "--columns does not know grade"),
        (["--columns", "gradd=number"], "has no column gradd. Did you mean grade"),
        (["--read", "header"], "--read does not know header"),
        (["--read", "colour=red"], "t.csv cannot be read with colour: there is no such option. Choose among separator"),
        (["--read", "skip=many"], "t.csv cannot be read with skip: "),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    table: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = table.with_suffix(".layerdeck")
    assert main(["new", "--data", str(table), "--target", "kind", "--out", str(out), *words]) != 0
    assert said in capsys.readouterr().err
    assert not out.exists()
