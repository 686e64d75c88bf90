"""Targets far from zero for how much they differ: time stamps, pressures, Julian dates."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace

import numpy as np
import pytest

from engine import project as projects
from engine.cli import main
from engine.data.dataset import Ticket
from engine.data.feature.scaling import in_single_precision
from engine.data.load import load
from engine.errors import EngineError
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.runs.evaluate import evaluate
from engine.runs.folder import RunFolder
from engine.runs.longer import with_epochs
from engine.training.worker import run
from tests.engine.export.test_answers import run_script

STAMP = 1_700_000_000


def write(path, offset, rows=160):
    random = np.random.default_rng(0)
    lines = ["x,z,y"]
    for x, z in random.normal(0, 1, (rows, 2)).round(3):
        lines.append(f"{x},{z},{offset + round(20 * x - 7 * z, 1):.1f}")
    path.write_text("\n".join(lines) + "\n")
    return path


def project_of(table):
    path = table.with_suffix(".layerdeck")
    assert main(["new", "--data", str(table), "--target", "y", "--out", str(path), "--replace"]) == 0
    return path


@pytest.fixture
def stamps(tmp_path):
    """A project of a table of time stamps that differ by seconds."""
    return project_of(write(tmp_path / "stamps.csv", STAMP))


def test_the_loss_and_the_answers_are_those_of_the_same_numbers_near_zero(tmp_path, stamps, capsys):
    near = project_of(write(tmp_path / "near.csv", 0))
    for path in (stamps, near):
        assert main(["train", str(path), "--out", str(path.with_suffix("")), "--epochs", "15", "--threads", "1"]) == 0
    far_run, near_run = (RunFolder(path.with_suffix("")) for path in (stamps, near))
    assert far_run.losses() == pytest.approx(near_run.losses(), rel=1e-3, abs=1e-5)
    far, close = evaluate(far_run.path), evaluate(near_run.path)
    assert far.metrics["r2"] == pytest.approx(close.metrics["r2"], abs=1e-4)
    assert far.metrics["mae"] == pytest.approx(close.metrics["mae"], rel=1e-3)
    assert far.predicted - STAMP == pytest.approx(close.predicted, abs=0.05)
    capsys.readouterr()
    assert main(["predict", str(far_run.path), str(tmp_path / "stamps.csv")]) == 0
    said = [float(row["prediction"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert np.array(said)[far.rows] == pytest.approx(far.predicted, abs=0.011)
    assert len(set(said)) > 150
    for kind in ("torch", "onnx"):
        assert main(["export", str(far_run.path), "--format", kind, "--out", str(tmp_path / kind)]) == 0
        alone = run_script(tmp_path / kind / "predict.py", tmp_path / "stamps.csv", cwd=tmp_path)
        answers = [float(row["prediction"]) for row in csv.DictReader(io.StringIO(alone.stdout))]
        assert answers == pytest.approx(said, abs=0.02)


@pytest.mark.parametrize(("offset", "held"), [(0, "float32"), (4_000, "float32"), (STAMP, "float64")])
def test_only_numbers_far_from_zero_take_more_room(tmp_path, offset, held):
    data = projects.load(project_of(write(tmp_path / "t.csv", offset))).data
    assert load(data, Ticket()).train.targets.dtype == held


def test_a_run_of_before_goes_on_with_its_own_bits(tmp_path, stamps):
    """Such a run held its targets in float32, and its record says so by the fingerprint of the data."""
    project = projects.load(stamps)
    project = project.changed(training=project.training.changed(epochs=2, threads=1))
    fine = load(project.data, Ticket())
    coarse = in_single_precision(fine)
    assert coarse.train.targets.dtype == np.float32
    assert coarse.preparation["target"]["mean"] == coarse.train.targets.astype(np.float64).mean()
    cut, other = tmp_path / "cut", tmp_path / "other"
    list(run(TrainingRequest(project, coarse, cut), Control()))
    shutil.copytree(cut, other)
    assert RunFolder(cut).matched(fine).fingerprint == coarse.fingerprint
    assert evaluate(cut).examples > 10
    list(
        run(
            TrainingRequest(with_epochs(RunFolder(other), 4, "last"), coarse, other, resume=True, longer=True),
            Control(),
        )
    )
    assert main(["resume", str(cut), "--epochs", "4"]) == 0
    assert list(RunFolder(cut).losses()) == list(RunFolder(other).losses())
    with pytest.raises(EngineError, match="is not what it was trained on"):
        RunFolder(cut).matched(replace(fine, test=fine.test.first(3)))
