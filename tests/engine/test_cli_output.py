"""Lines into files and pipes are UTF-8 whatever letters the terminal has; a full disk is one sentence."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main

MAIN = Path(__file__).parents[2] / "main.py"
FULL = Path("/dev/full")
CITIES = ("Łódź", "東京", "Zürich")  # none of them in ASCII, the first two not in cp1252


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run with classes of letters from everywhere; its table, its project and its export."""
    folder = tmp_path_factory.mktemp("letters")
    random = np.random.default_rng(0)
    rows = [f"{random.normal(index % 3, 0.3):.3f},{CITIES[index % 3]}" for index in range(60)]
    (folder / "größe.csv").write_text("\n".join(["größe,miasto", *rows]) + "\n", encoding="utf-8")
    for command in (
        ["new", "--data", str(folder / "größe.csv"), "--target", "miasto", "--out", str(folder / "p.layerdeck")],
        ["train", str(folder / "p.layerdeck"), "--out", str(folder / "run"), "--epochs", "2", "--threads", "1"],
        ["export", str(folder / "run"), "--out", str(folder / "out")],
    ):
        assert main(command) == 0
    return folder


def ask(trained, command, letters, stdout=subprocess.PIPE):
    """A command in a process of its own, whose terminal has only these letters."""
    script = [str(trained / "out" / "predict.py")] if command[0] == "predict.py" else [str(MAIN), command[0]]
    environment = {**os.environ, "PYTHONIOENCODING": letters}
    words = [sys.executable, *script, *command[1:]]
    return subprocess.run(
        words, cwd=trained, env=environment, stdout=stdout, stderr=subprocess.PIPE, timeout=120, check=False
    )


@pytest.mark.parametrize("letters", ["cp1252", "ascii"])
@pytest.mark.parametrize(
    "command",
    [
        ["predict", "run", "größe.csv", "--snapshot", "last"],
        ["predict", "run", "größe.csv", "--snapshot", "last", "--json"],
        ["check", "p.layerdeck"],
        ["new", "--data", "größe.csv", "--target", "miasto", "--out", "größe.layerdeck", "--replace"],
        ["predict.py", "größe.csv"],
    ],
    ids=lambda command: " ".join(command[:1] + command[5:]),
)
def test_lines_into_a_file_are_utf_8(trained, command, letters):
    said = ask(trained, command, letters)
    assert (said.returncode, said.stderr) == (0, b"")
    lines = said.stdout.decode("utf-8")
    if command[0].startswith("predict"):
        rows = list(map(json.loads, lines.splitlines())) if "--json" in command else csv.DictReader(io.StringIO(lines))
        assert {row["prediction"] for row in rows} <= set(CITIES)
    else:
        assert "miasto" in lines


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "command",
    [
        ["predict", "run", "größe.csv", "--snapshot", "last"],
        ["predict", "run", "größe.csv", "--snapshot", "last", "--json"],
        ["check", "p.layerdeck"],
        ["evaluate", "run", "--snapshot", "last"],
        ["predict.py", "größe.csv"],
    ],
    ids=" ".join,
)
def test_a_full_disk_is_one_sentence(trained, command):
    with FULL.open("w") as full:
        said = ask(trained, command, "utf-8", full)
    text = said.stderr.decode()
    assert said.returncode == 1
    assert text.count("\n") == 1, text
    assert text.endswith(("cannot be written: the disk is full. Free some space.\n", ": no space left on device.\n"))


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
@pytest.mark.parametrize(
    "command", [["predict", "run", "größe.csv", "--snapshot", "last"], ["predict.py", "größe.csv"]], ids=" ".join
)
def test_a_reader_who_has_had_enough_is_no_trouble(trained, command):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        said = ask(trained, command, "utf-8", writing)
    finally:
        os.close(writing)
    assert (said.returncode, said.stderr) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="names of files are text there")
def test_a_file_whose_name_is_no_text_is_named_in_its_own_bytes(tmp_path):
    name = os.fsdecode(b"caf\xe9.layerdeck")
    words = [sys.executable, str(MAIN), "new", "--sample", "iris", "--out", name]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert (said.returncode, said.stderr) == (0, b"")
    assert b"caf\xe9.layerdeck" in said.stdout


def test_names_that_are_too_long_are_one_sentence(tmp_path, capsys):
    long = tmp_path / ("x" * 261)
    for command in (
        ["new", "--sample", "iris", "--out", str(long)],
        ["new", "--data", str(long), "--out", str(tmp_path / "p.layerdeck")],
        ["check", str(long)],
        ["evaluate", str(long)],
        ["runs", "--root", str(long)],
    ):
        assert main(command) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        assert "is too long" in said


def test_a_path_too_long_for_a_run_is_called_so(tmp_path, capsys):
    project = tmp_path / "iris.layerdeck"
    assert main(["new", "--sample", "iris", "--out", str(project)]) == 0
    long = tmp_path.joinpath(*["x" * 100] * 10)
    capsys.readouterr()
    assert main(["train", str(project), "--out", str(long), "--epochs", "1"]) == 1
    said = capsys.readouterr().err
    assert said.endswith("is too long for a run. Choose a folder further up.\n")
    assert said.count("\n") == 1
