"""What is taken away answers as the app does: checked in a fresh interpreter that knows nothing of the project."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.export.predicting import short
from engine.export.writing import export
from engine.facts import Target
from engine.runs.evaluate import trained

ROOM = 1e-5


def run_script(script, *arguments, cwd):
    """The script in an interpreter of its own, in another folder, with nothing of ours on its path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-W", "error", str(script), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=120)


def lines_of(result):
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return list(csv.DictReader(io.StringIO(result.stdout)))


def same_answers(lines, evaluation):
    """Predictions and probabilities of the lines are the app's, row by row."""
    target: Target = evaluation.target
    assert len(lines) >= evaluation.examples > 20
    for place, row in enumerate(evaluation.rows):
        line = lines[row]
        if target.kind == "number":
            scale = float(np.ptp(evaluation.targets))
            assert float(line["prediction"]) == pytest.approx(
                float(evaluation.predicted[place]), abs=ROOM * scale, rel=1e-5
            )
        else:
            assert line["prediction"] == target.classes[evaluation.predicted[place]]
            assert float(line["probability"]) == pytest.approx(float(evaluation.answers[place].max()), abs=ROOM)


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_the_exported_script_answers_as_the_app(example, tmp_path, kind, recwarn, capfd):
    export(kind, example.folder, tmp_path / "out")
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")
    lines = lines_of(run_script(tmp_path / "out" / "predict.py", example.inputs, cwd=tmp_path))
    same_answers(lines, example.evaluation)


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_one_example_alone_gets_the_same_answer(classes_example, tmp_path, kind):
    script = classes_example.exported(kind) / "predict.py"
    first, second, *_ = classes_example.inputs.read_text().splitlines()
    rows = tmp_path / "row.csv"
    rows.write_text(f"{first}\n{second}\n")
    whole = lines_of(run_script(script, classes_example.inputs, cwd=tmp_path))
    (alone,) = lines_of(run_script(script, rows, cwd=tmp_path))
    assert alone["prediction"] == whole[0]["prediction"]
    assert float(alone["probability"]) == pytest.approx(float(whole[0]["probability"]), abs=ROOM)


def test_ten_lines_load_the_weights_in_plain_pytorch(example, tmp_path):
    script = example.exported("torch") / "load.py"
    assert len(script.read_text().splitlines()) <= 10
    result = run_script(script, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "tensor" in result.stdout


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_nothing_of_ours_is_imported(classes_example, kind):
    scripts = list(classes_example.exported(kind).glob("*.py"))
    assert len(scripts) >= 2
    for script in scripts:
        for node in ast.walk(ast.parse(script.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {"engine", "gui"}.isdisjoint(name.split(".")[0] for name in names), script.name


def test_the_weights_load_without_running_anything_strange(example, tmp_path):
    export("weights", example.folder, tmp_path / "alone.safetensors")
    kept = trained(example.folder).model.state_dict()
    for loaded in (
        torch.load(example.exported("torch") / "weights.pt", weights_only=True),
        load_file(tmp_path / "alone.safetensors"),
    ):
        assert sorted(loaded) == sorted(kept)
        assert all(torch.equal(loaded[name], kept[name]) for name in kept)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("", "is empty"),
        ("body size,colour\n", "no rows"),
        ("body size,colour\n1\n", "line 2"),
        ("body size,weight\n1.5,2\n", "no column colour"),
    ],
)
def test_files_that_cannot_be_used_get_one_sentence(classes_example, tmp_path, content, said):
    rows = tmp_path / "rows.csv"
    if content is not None:
        rows.write_text(content)
    result = run_script(classes_example.exported("torch") / "predict.py", rows, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_preparation_says_what_the_answers_are(example):
    document = json.loads((example.exported("torch") / "preparation.json").read_text())
    kind = example.evaluation.target.kind
    assert document["answers"] in (("numbers",) if kind == "number" else ("shares", "logarithms"))
    assert document["target"]["kind"] == kind


def test_what_the_network_does_not_know_is_noted(classes_example, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("body size,colour\n1.5,red\nbig,green\n,blue\n")
    result = run_script(classes_example.exported("torch") / "predict.py", rows, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stderr.splitlines() == [
        'Column body size, row 2: "big" is not a number and is taken as missing.',
        'Column colour, row 2: "green" was not in the training data and is taken as missing.',
    ]


def test_a_damaged_picture_is_left_out(example_of, tmp_path):
    example = example_of("pictures")
    good, *_ = sorted(example.inputs.rglob("*.png"))
    (tmp_path / "bad.png").write_text("no picture")
    script = example.exported("torch") / "predict.py"
    result = run_script(script, tmp_path / "bad.png", good, cwd=tmp_path)
    (line,) = csv.DictReader(io.StringIO(result.stdout))
    assert line["file"] == str(good)
    assert "bad.png is left out" in result.stderr
    alone = run_script(script, tmp_path / "bad.png", cwd=tmp_path)
    assert (alone.returncode, alone.stdout, alone.stderr.count("\n")) == (1, "", 1)


def test_a_network_of_whole_texts_refuses_a_table(example_of, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("text\ngood film\n")
    result = run_script(example_of("texts").exported("torch") / "predict.py", rows, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "rows.csv is a table" in result.stderr


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123456789, "0.123457"), (2543.21987, "2543.22"), (1234567.8, "1234568"), (-0.0, "0"), (3.0, "3")],
)
def test_numbers_have_six_digits_that_count(value, text):
    assert short(value) == text
