"""The commands that try something out before training: the finder and cross-validation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import project as projects
from engine.cli import main
from engine.cli.main import parser
from engine.runs.folder import RunFolder


@pytest.fixture
def project(tmp_path, capsys) -> Path:
    path = tmp_path / "p.layerdeck"
    assert main(["new", "--sample", "iris", "--out", str(path)]) == 0
    quick = projects.load(path)
    projects.save(quick.changed(training=quick.training.changed(epochs=4, threads=1)), path)
    capsys.readouterr()
    return path


def printed(capsys, *words) -> list[dict]:
    assert main([*map(str, words), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("command", ["find-rate", "cross-validate"])
def test_they_have_help_with_an_example_that_parses(command, capsys):
    assert main([command, "--help"]) == 0
    example = capsys.readouterr().out.partition("example:\n  python main.py ")[2].strip()
    assert parser().parse_args(example.split()).module == f"engine.cli.{command.replace('-', '_')}"


def test_find_rate_shows_the_curve_and_changes_nothing_unless_asked(project, capsys):
    before = project.read_bytes()
    assert main(["find-rate", str(project)]) == 0
    said = capsys.readouterr().out
    assert "learning rate" in said
    assert said.count("*") > 20
    assert "Steepest descent at" in said
    assert "Write it into the project with --save" in said
    assert project.read_bytes() == before


def test_find_rate_saves_what_it_suggests(project, capsys):
    (found,) = printed(capsys, "find-rate", project, "--save")
    assert found["suggestion"] == pytest.approx(found["steepest"], rel=0.1)
    assert len(found["rates"]) == len(found["losses"]) == len(found["smoothed"])
    assert projects.load(project).training.optimizer.learning_rate == found["suggestion"]


def test_find_rate_refuses_a_project_with_a_problem(project, capsys):
    broken = projects.load(project)
    last = broken.network.layers[-2].id
    projects.save(broken.changed(network=broken.network.with_values(last, units=7)), project)
    assert main(["find-rate", str(project)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_cross_validate_prints_folds_and_their_mean(project, tmp_path, capsys):
    assert main(["cross-validate", str(project), "--folds", "3", "--out", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[-4:-1]] == ["1/3", "2/3", "3/3"]
    assert lines[-1].startswith("mean of 3  validation loss ")
    assert lines[-1].count("±") == 2
    assert lines[-1].endswith(" %")
    assert RunFolder(tmp_path / "out" / "fold-3").status().state == "finished"


def test_cross_validate_does_not_train_again_what_is_trained(project, tmp_path, capsys):
    words = ["cross-validate", str(project), "--folds", "3", "--out", str(tmp_path / "out")]
    first = printed(capsys, *words)
    again = printed(capsys, *words)
    assert [line["event"] for line in first].count("epoch") == 12
    assert [line["event"] for line in again] == ["folds"]
    assert again[-1] == first[-1]
    assert first[-1]["metrics"]["accuracy"].keys() == {"mean", "deviation"}


def test_too_few_folds_are_wrong_usage(project, tmp_path, capsys):
    assert main(["cross-validate", str(project), "--folds", "1", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "--folds takes a whole number from 2.\n"
