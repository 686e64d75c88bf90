"""A run or a project moved away from its data: the data is found, or the person says where it is."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from engine import project as projects
from engine.cli import main
from engine.data.settings import SAMPLE
from engine.project import PLACE
from engine.runs.evaluate import evaluate
from engine.runs.folder import RunFolder


@pytest.fixture
def home(tmp_path, capsys):
    """A folder with a table, its project and a run of it."""
    folder = tmp_path / "a"
    folder.mkdir()
    rows = [f"{x},{z},{20 * x - 7 * z:.2f}" for x, z in np.random.default_rng(0).normal(0, 1, (80, 2)).round(3)]
    (folder / "t.csv").write_text("\n".join(["x,z,y", *rows]) + "\n")
    assert main(["new", "--data", str(folder / "t.csv"), "--target", "y", "--out", str(folder / "p.layerdeck")]) == 0
    train = ["train", str(folder / "p.layerdeck"), "--out", str(folder / "run"), "--epochs", "2", "--threads", "1"]
    assert main(train) == 0
    capsys.readouterr()
    return folder


def moved(path, to):
    to.mkdir(exist_ok=True)
    return shutil.move(path, to / path.name)


def test_a_run_and_a_project_moved_alone_find_their_data(home, tmp_path, capsys):
    before = evaluate(home / "run").metrics
    run = moved(home / "run", tmp_path / "b")
    project = moved(home / "p.layerdeck", tmp_path / "b")
    assert main(["evaluate", str(run)]) == 0
    assert evaluate(run).metrics == before
    assert main(["resume", str(run), "--epochs", "3"]) == 0
    assert main(["check", str(project)]) == 0
    assert projects.load(project).data.path == str(home / "t.csv")


def test_data_that_moved_along_comes_before_the_place_where_it_was(home, tmp_path):
    shutil.copytree(home, tmp_path / "b")
    assert projects.load(tmp_path / "b" / "p.layerdeck").data.path == str(tmp_path / "b" / "t.csv")
    assert projects.load(home / "p.layerdeck").data.path == str(home / "t.csv")


def test_where_the_data_is_can_be_said(home, tmp_path, capsys):
    table, run, project = moved(home / "t.csv", tmp_path / "c"), str(home / "run"), str(home / "p.layerdeck")
    for command in (
        ["evaluate", run],
        ["resume", run, "--epochs", "3"],
        ["train", project, "--out", str(tmp_path / "new"), "--epochs", "1"],
        ["check", project],
        ["find-rate", project],
        ["cross-validate", project, "--folds", "2", "--out", str(tmp_path / "folds")],
    ):
        assert main(command) == 1
        said = capsys.readouterr().err
        assert said == f"The data is not there any more, {home / 't.csv'}. Say where it is now with --data PATH.\n"
        assert main([*command, "--data", str(tmp_path / "nowhere.csv")]) == 1
        missing = f"There is no file or folder {tmp_path / 'nowhere.csv'}. Check the name after --data.\n"
        assert capsys.readouterr().err == missing
    assert main(["evaluate", run, "--data", str(table)]) == 0
    assert main(["check", project, "--data", str(table)]) == 0
    assert main(["train", project, "--out", str(tmp_path / "new"), "--epochs", "1", "--data", str(table)]) == 0
    assert main(["resume", run, "--epochs", "3", "--data", str(table)]) == 0
    assert main(["evaluate", run]) == 0  # a run that went on knows where its data is now
    assert RunFolder(home / "run").project().data.path == str(table)


def test_other_data_is_refused(home, tmp_path, capsys):
    other = tmp_path / "other.csv"
    other.write_text((home / "t.csv").read_text().replace("0.1", "0.2"))
    assert main(["evaluate", str(home / "run"), "--data", str(other)]) == 1
    assert "The data of run is not what it was trained on." in capsys.readouterr().err


@pytest.mark.parametrize("place", ["", 7, None, "t.csv", "/nowhere/t.csv", "/a\0b"])
def test_a_place_that_is_none_does_no_harm(home, place):
    path = home / "p.layerdeck"
    document = json.loads(path.read_text())
    assert document[PLACE] == str(home / "t.csv")
    path.write_text(json.dumps({**document, PLACE: place}))
    (home / "t.csv").unlink()
    assert projects.load(path).data.path == str(home / "t.csv")


def test_samples_and_older_projects_have_no_such_place(home, tmp_path):
    assert main(["new", "--sample", "iris", "--out", str(tmp_path / "iris.layerdeck")]) == 0
    document = json.loads((tmp_path / "iris.layerdeck").read_text())
    assert document["data"]["source"]["path"].startswith(SAMPLE)
    assert PLACE not in document
    older = json.loads((home / "p.layerdeck").read_text())
    older.pop(PLACE)
    (home / "older.layerdeck").write_text(json.dumps(older))
    assert projects.load(home / "older.layerdeck") == projects.load(home / "p.layerdeck")
