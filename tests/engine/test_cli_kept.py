"""A snapshot that was kept along a run is measured, exported, asked and gone on from by its name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine import project as projects
from engine.choices.schedules import Cosine
from engine.cli import main
from engine.cli.opening import dataset_of
from engine.data.dataset import Ticket
from engine.record.control import Control
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint.snapshot import choose
from engine.training.worker import run
from tests.engine.training.told import same

EPOCHS = 9
ENDS = Rhythm(snapshot=1e9, share=1e9)  # at the ends of epochs that are kept, however fast they are


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    assert main(["new", "--sample", "circle", "--out", str(folder / "p.layerdeck")]) == 0
    project = projects.load(folder / "p.layerdeck")
    schedule = Cosine()
    project = project.changed(training=project.training.changed(epochs=EPOCHS, threads=1, schedule=schedule))
    list(run(TrainingRequest(project, dataset_of(project, Ticket()), folder / "run", rhythm=ENDS), Control()))
    assert [info.title for info in RunFolder(folder / "run").snapshots()][:3] == ["epoch 2", "epoch 4", "epoch 6"]
    return folder / "run"


def says(capsys, *words, code: int = 0) -> str:
    capsys.readouterr()
    assert main([str(word) for word in words]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def test_it_is_measured_as_it_was_at_the_end_of_its_epoch(trained, capsys):
    measures = {end.epoch: end for end in RunFolder(trained).epochs()}
    for name, epoch in (("epoch 4", 4), ("epoch6", 6), (f"step {measures[4].step}", 4)):
        said = json.loads(says(capsys, "evaluate", trained, "--split", "validation", "--snapshot", name, "--json"))
        assert said["metrics"] == measures[epoch].metrics
    wrong = says(capsys, "evaluate", trained, "--snapshot", "epoch 5", code=1)
    assert wrong.startswith("The run has no snapshot of epoch 5. Choose last, best, epoch 2, epoch 4, epoch 6")


def test_it_is_exported_and_answers(trained, tmp_path, capsys):
    names = [part["column"] for part in RunFolder(trained).preparation()["features"]]
    (tmp_path / "rows.csv").write_text(",".join(names) + "\n" + ",".join("0.5" for _ in names) + "\n")
    weights, answers = {}, {}
    for name in ("epoch 2", "epoch 6", "last"):
        out = tmp_path / f"{name}.safetensors"
        says(capsys, "export", trained, "--snapshot", name, "--format", "weights", "--out", out)
        weights[name] = out.read_bytes()
        answers[name] = says(capsys, "predict", trained, tmp_path / "rows.csv", "--snapshot", name, "--json")
    assert len(set(weights.values())) == len(set(answers.values())) == 3


def test_a_new_run_goes_on_from_it_to_the_same_bits_and_the_first_one_stays(trained, tmp_path, capsys):
    before = {path: path.read_bytes() for path in trained.rglob("*") if path.is_file()}
    said = says(capsys, "resume", trained, "--snapshot", "epoch 4", "--out", tmp_path / "new")
    assert [line.split()[1] for line in said.splitlines() if line.startswith("epoch")] == [
        f"{epoch}/{EPOCHS}" for epoch in range(5, EPOCHS + 1)
    ]
    new, old = RunFolder(tmp_path / "new"), RunFolder(trained)
    assert same(choose(tmp_path / "new")[0], choose(trained)[0])
    assert new.losses().tobytes() == old.losses().tobytes()
    assert new.epochs() == old.epochs()
    assert new.status().best == old.status().best
    assert (new.status().state, new.status().name, new.annotations().parent) == ("finished", "new", "run")
    assert "Begun from epoch 4 of run." in [one.document.get("message") for one in new.history()]
    assert {path: path.read_bytes() for path in trained.rglob("*") if path.is_file()} == before


def test_a_new_run_from_an_earlier_epoch_may_have_fewer_or_more_epochs(trained, tmp_path, capsys):
    for epochs in (5, 11):
        words = "--snapshot", "epoch 4", "--epochs", epochs, "--out", tmp_path / str(epochs)
        says(capsys, "resume", trained, *words)
        new = RunFolder(tmp_path / str(epochs))
        assert (new.status().state, new.status().epoch, new.project().training.epochs) == ("finished", epochs, epochs)
        before = new.epochs()[3].step
        assert new.losses()[:before].tobytes() == RunFolder(trained).losses()[:before].tobytes()
    refused = says(capsys, "resume", trained, "--snapshot", "epoch 4", "--epochs", 4, "--out", tmp_path / "x", code=1)
    assert "has trained 4 epochs already. Ask for more than 4" in refused
    assert not (tmp_path / "x").exists()


def test_going_on_from_earlier_never_writes_over_a_run(trained, tmp_path, capsys):
    assert "name its folder with --out" in says(capsys, "resume", trained, "--snapshot", "epoch 4", code=2)
    shutil.copytree(trained, tmp_path / "taken")
    words = "resume", trained, "--snapshot", "epoch 4", "--out", tmp_path / "taken"
    assert "holds a run already. Choose another folder" in says(capsys, *words, code=1)
    assert "no snapshot of epoch 5" in says(capsys, "resume", trained, "--snapshot", "epoch 5", "--out", "x", code=1)
    assert "is finished already" in says(capsys, "resume", trained, "--snapshot", f"epoch {EPOCHS}")


def test_the_best_of_a_run_that_was_cut_back_is_the_best_of_what_is_left(trained, tmp_path, capsys):
    says(capsys, "resume", trained, "--snapshot", "epoch 4", "--epochs", 5, "--out", tmp_path / "new")
    losses = {end.epoch: end.loss for end in RunFolder(tmp_path / "new").epochs()}
    assert RunFolder(tmp_path / "new").status().best["loss"] == min(losses.values())
    assert RunFolder(tmp_path / "new").snapshot("best").epoch == min(losses, key=losses.__getitem__)


def test_what_there_is_to_choose_is_listed(trained, capsys):
    infos = RunFolder(trained).snapshots()
    rows = [json.loads(line) for line in says(capsys, "runs", "--snapshots", trained, "--json").splitlines()]
    assert [row["step"] for row in rows] == [info.step for info in infos]
    assert rows[0]["names"] == ["epoch 2", "kept"]
    assert rows[-1]["names"][:2] == ["epoch 9", "last"]
    table = says(capsys, "runs", "--snapshots", trained.name, "--root", trained.parent).splitlines()
    assert table[0].split() == ["step", "name", "loss", "MB"]
    assert len(table) == 1 + len(infos) + 1
    assert table[-1].startswith("Unless another is named: Weights of the last epoch, 9, which is the best by")
    assert [row["step"] for row in rows if row["usual"]] == [infos[-1].step]
    assert "epoch 2, kept" in table[1]
