"""Weights that learned nothing, or are from before a run diverged, are never passed off as a result."""

from __future__ import annotations

import numpy as np
import pytest

from engine import project as projects
from engine.choices.optimizers import Sgd
from engine.cli import main


@pytest.fixture
def diverged(tmp_path, capsys):
    """A run that diverges within its first steps, and its table."""
    random = np.random.default_rng(0)
    rows = [f"{x},{z},{20 * x - 7 * z:.2f}" for x, z in random.normal(0, 1, (120, 2)).round(3)]
    table, project = tmp_path / "t.csv", tmp_path / "p.layerdeck"
    table.write_text("\n".join(["x,z,y", *rows]) + "\n")
    assert main(["new", "--data", str(table), "--target", "y", "--out", str(project)]) == 0
    made = projects.load(project)
    wild = made.training.changed(optimizer=Sgd(learning_rate=100.0, momentum=0.99), threads=1)
    projects.save(made.changed(training=wild), project)
    assert main(["train", str(project), "--out", str(tmp_path / "run")]) == 1
    capsys.readouterr()
    return tmp_path / "run", table


def test_what_comes_of_a_diverged_run_says_so(diverged, tmp_path, capsys):
    folder, table = map(str, diverged)
    for command in (
        ["evaluate", folder],
        ["evaluate", folder, "--json"],
        ["predict", folder, table],
        ["export", folder, "--out", str(tmp_path / "out")],
    ):
        assert main([*command, "--snapshot", "last"]) == 0
        said = capsys.readouterr().err
        assert said.startswith("The run diverged at step ")
        assert said.endswith("; its weights are those it began with: it has learned nothing.\n")
        assert said.count("\n") == 1


def test_of_a_run_that_learned_nothing_is_said(tmp_path, capsys):
    random = np.random.default_rng(0)
    rows = [f"{x},{z},{20 * x - 7 * z:.2f}" for x, z in random.normal(0, 1, (60, 2)).round(3)]
    (tmp_path / "t.csv").write_text("\n".join(["x,z,y", *rows]) + "\n")
    project, folder = str(tmp_path / "p.layerdeck"), str(tmp_path / "run")
    assert main(["new", "--data", str(tmp_path / "t.csv"), "--target", "y", "--out", project]) == 0
    assert main(["train", project, "--out", folder, "--epochs", "1", "--threads", "1"]) == 0
    capsys.readouterr()
    assert main(["evaluate", folder]) == 0
    assert "learned nothing" not in capsys.readouterr().err
