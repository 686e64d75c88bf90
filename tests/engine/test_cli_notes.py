"""What was found in the data is said by every command that reads it to train on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main

LEAK = "code tells kind exactly"
DROPPED = "name is not used"


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    """Rows in which one column says the class, and another is a name of each row's own."""
    lines = ["width,code,name,kind"]
    lines += [f"{row % 7},{'ab'[row % 2]},{chr(97 + row % 26)}{row}x,{'xy'[row % 2]}" for row in range(90)]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def project(leaky: Path, capsys) -> Path:
    path = leaky.parent / "p.layerdeck"
    assert main(["new", "--data", str(leaky), "--target", "kind", "--out", str(path)]) == 0
    said = capsys.readouterr().out
    assert LEAK in said
    assert DROPPED in said
    return path


def test_training_says_them_on_stderr_and_keeps_its_lines(project: Path, tmp_path: Path, capsys):
    run = tmp_path / "run"
    assert main(["train", str(project), "--out", str(run), "--epochs", "1", "--json"]) == 0
    caught = capsys.readouterr()
    assert LEAK in caught.err
    assert DROPPED in caught.err
    assert [json.loads(line)["event"] for line in caught.out.splitlines()] == ["started", "epoch", "finished"]
    assert main(["resume", str(run), "--epochs", "2"]) == 0
    assert LEAK in capsys.readouterr().err


@pytest.mark.parametrize("words", [("find-rate",), ("cross-validate", "--folds", "2")])
def test_what_is_tried_before_training_says_them_too(words: tuple[str, ...], project: Path, tmp_path: Path, capsys):
    command, *more = words
    out = ["--out", str(tmp_path / "folds")] if command == "cross-validate" else []
    main([command, str(project), *more, *out])
    assert LEAK in capsys.readouterr().err


def test_check_says_them_to_machines_too(project: Path, capsys):
    assert main(["check", str(project), "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert any(LEAK in note for note in notes)
    assert any(DROPPED in note for note in notes)


def test_the_own_test_part_of_a_folder_is_said(tmp_path: Path, capsys):
    for part in ("train", "test"):
        for name in ("neg", "pos"):
            folder = tmp_path / "set" / part / name
            folder.mkdir(parents=True)
            for number in range(8):
                (folder / f"{number}.txt").write_text(f"a {name} text of {part} {number}")
    assert main(["new", "--data", str(tmp_path / "set"), "--out", str(tmp_path / "p.layerdeck")]) == 0
    assert "comes with its own test" in capsys.readouterr().out
