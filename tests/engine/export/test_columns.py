"""The columns of the answers: none hides another, and numbers far from zero keep what tells them apart."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from engine.cli import main
from engine.export.predicting import answered, documents, short, write_csv
from tests.engine.export.test_answers import run_script

ITSELF = {
    "kind": "table",
    "answers": "numbers",
    "target": {"name": "itself", "kind": "values", "input": "table", "features": ["row", "error", "b", "row (2)"]},
}
SEVERAL = {
    "kind": "table",
    "gives": [[0, "shares"], [1, "numbers"]],
    "target": {"name": "row", "kind": "classes", "classes": ["no", "yes"]},
    "more_targets": [{"name": "row probability", "kind": "number", "scaled": False, "mean": 0.0, "deviation": 1.0}],
}


def rows_of(columns):
    file = io.StringIO()
    write_csv(columns, file)
    file.seek(0)
    return list(csv.DictReader(file))


def test_features_called_as_our_own_columns_hide_nothing():
    given = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]], dtype=np.float32)
    columns = answered(ITSELF, ["1", "2"], [given], [given + np.float32(2)])
    assert [column.name for column in columns] == ["row", "error", "row (3)", "error (2)", "b", "row (2)"]
    assert rows_of(columns)[1] == {
        "row": "2",
        "error": "4",
        "row (3)": "7",
        "error (2)": "8",
        "b": "9",
        "row (2)": "10",
    }
    first, second = documents(columns)
    assert (first["row"], first["error"], second["row"], second["row (2)"]) == (1, 4.0, 2, 10.0)


def test_targets_called_as_our_own_columns_hide_nothing():
    columns = answered(SEVERAL, ["1"], [], [np.array([[0.25, 0.75]]), np.array([[7.0]])])
    assert rows_of(columns) == [
        {"row": "1", "row (2)": "yes", "row probability": "0.75", "row probability (2)": "7"},
    ]


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_an_autoencoder_of_rows_called_row_and_error(tmp_path, kind, capsys):
    table = tmp_path / "t.csv"
    random = np.random.default_rng(0)
    lines = [",".join(f"{value:.3f}" for value in random.normal(0, 1, 4)) for _ in range(60)]
    table.write_text("\n".join(["row,error,b,c", *lines]) + "\n")
    project, run = str(tmp_path / "p.layerdeck"), str(tmp_path / "run")
    assert main(["new", "--data", str(table), "--answer", "itself", "--out", project]) == 0
    assert main(["train", project, "--out", run, "--epochs", "1", "--threads", "1"]) == 0
    capsys.readouterr()
    assert main(["predict", run, str(table)]) == 0
    said = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(said[0]) == ["row", "error", "row (2)", "error (2)", "b"]
    assert [line["row"] for line in said] == [str(number) for number in range(1, 61)]
    assert main(["export", run, "--format", kind, "--out", str(tmp_path / "out")]) == 0
    alone = run_script(tmp_path / "out" / "predict.py", table, cwd=tmp_path)
    assert next(csv.DictReader(io.StringIO(alone.stdout))).keys() == said[0].keys()


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (1700000052.44, 40.0, "1700000052.44"),
        (1700000052.44, 0.0, "1700000052"),
        (-2459000.5125, 30.0, "-2459000.51"),
        (1998.123456, 1.0, "1998.123"),
        (2543.21987, 300.0, "2543.22"),
        (1234567.8, 300_000.0, "1234568"),
        (0.0, 40.0, "0"),
        (-0.0, 0.0, "0"),
        (1e20, 0.0, "1e+20"),
        (float("inf"), 1.0, "inf"),
        (float("nan"), 1.0, "nan"),
        (1.2345678e-9, 1.0, "1.23457e-09"),
    ],
)
def test_digits_follow_the_spread_of_the_target(value, spread, text):
    assert short(value, spread) == text
