"""A picture and two numbers in, a digit and a sum out: from `new` to an exported network, as a person types it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data import samples

ROWS = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first rows of the sample as files: a table that names pictures beside it."""
    place = tmp_path_factory.mktemp("sums")
    names, rows = samples.table("sums")
    pictures = samples.attached("sums")
    with (place / "rows.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows[:ROWS]:
            pictures[row[0]].save(place / row[0])
            writer.writerow(row)
    return place


@pytest.fixture(scope="module")
def trained(folder: Path) -> Path:
    project, run = folder / "p.layerdeck", folder / "run"
    data = ["--data", str(folder / "rows.csv"), "--target", "digit", "--target", "sum"]
    assert main(["new", *data, "--out", str(project)]) == 0
    assert main(["check", str(project)]) == 0
    assert main(["train", str(project), "--out", str(run), "--epochs", "25", "--threads", "1"]) == 0
    return run


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_both_targets_are_learned(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["evaluate", str(trained), "--json"]) == 0
    metrics = json.loads(capsys.readouterr().out)["metrics"]
    assert list(metrics) == ["digit: accuracy", "sum: r2", "sum: mae"]
    assert metrics["digit: accuracy"] > 0.8
    assert metrics["sum: r2"] > 0.9


def test_the_exported_network_answers_as_the_run_does(
    folder: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["predict", str(trained), str(folder / "rows.csv")]) == 0
    here = table(capsys.readouterr().out)
    assert list(here[0]) == ["row", "digit", "digit probability", "sum"]
    truth = table((folder / "rows.csv").read_text())
    assert np.mean([said["digit"] == row["digit"] for said, row in zip(here, truth, strict=True)]) > 0.9
    assert np.mean([abs(float(said["sum"]) - float(row["sum"])) for said, row in zip(here, truth, strict=True)]) < 2
    out = folder / "out"
    assert main(["export", str(trained), "--format", "torch", "--out", str(out)]) == 0
    command = [sys.executable, str(out / "predict.py"), str(folder / "rows.csv")]
    there = table(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)
    assert [row["digit"] for row in here] == [row["digit"] for row in there]
    for name in ("digit probability", "sum"):
        np.testing.assert_allclose([float(row[name]) for row in here], [float(row[name]) for row in there], rtol=1e-4)


def test_a_row_whose_picture_is_missing_is_named(
    folder: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "few.csv"
    path.write_text("picture,first,second\ndigit-0001.png,1,2\nnone.png,1,2\n")
    capsys.readouterr()
    assert main(["predict", str(trained), str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1] == "Row 2 names a picture that is not there, none.png. Put it beside the table."


@pytest.mark.parametrize(
    ("sample", "answer", "inputs", "columns"),
    [
        ("digits", "itself", "digit-0001.png", ["file", "error"]),
        ("iris", "itself", "flowers.csv", ["row", "error", "sepal length (cm)"]),
        ("reviews", "next-word", "text.txt", ["file", "prediction"]),
    ],
)
def test_other_answers_from_the_command_line(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    sample: str,
    answer: str,
    inputs: str,
    columns: list[str],
) -> None:
    names, flowers = samples.table("iris")
    (folder / "flowers.csv").write_text("\n".join(",".join(row) for row in [names, *flowers[:3]]) + "\n")
    (folder / "text.txt").write_text("This film is")
    project, run = str(tmp_path / "p.layerdeck"), str(tmp_path / "run")
    assert main(["new", "--sample", sample, "--answer", answer, "--out", project]) == 0
    assert main(["train", project, "--out", run, "--epochs", "1", "--threads", "1"]) == 0
    assert main(["evaluate", run]) == 0
    capsys.readouterr()
    assert main(["predict", run, str(folder / inputs)]) == 0
    rows = table(capsys.readouterr().out)
    assert list(rows[0])[: len(columns)] == columns
    assert all(rows[0].values())
