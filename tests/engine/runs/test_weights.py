"""Which weights answer where none are named, and what is said of it; also by the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import project as projects
from engine.choices.optimizers import Sgd
from engine.choices.schedules import Constant
from engine.cli import main
from engine.record.events import EpochEnd, Event, Finished, Progress, Stopped
from engine.runs.folder import RunFolder
from engine.runs.weights import usual
from engine.settings import EarlyStopping
from tests.engine.runs import recorded

LOSSES = (0.9, 0.4, 0.6, 1.07)


def told(losses=LOSSES, shares=(0.5, 0.8, 0.9, 0.7), ending: Event | None = None) -> list[Event]:
    """Epochs with these validation losses and accuracies; each is a snapshot, the best so called."""
    events: list[Event] = [recorded.started(0, len(losses)), recorded.snapshot(0)]
    for epoch, (loss, share) in enumerate(zip(losses, shares, strict=False), start=1):
        step = epoch * recorded.PER_EPOCH
        events += [
            Progress(step, recorded.losses(step - recorded.PER_EPOCH, step), 0.1, step / 1000),
            EpochEnd(epoch, step, 1.0, loss, {"accuracy": share}),
            recorded.snapshot(step, *(("best",) if loss == min(losses[:epoch]) else ()), loss=loss),
        ]
    return [*events, ending or Finished(len(losses) * recorded.PER_EPOCH)]


def test_where_the_last_epoch_is_clearly_worse_the_best_is_taken(tmp_path: Path):
    recorded.tell(recorded.request(tmp_path), told())
    found = usual(RunFolder(tmp_path))
    assert (found.snapshot, found.why, found.step) == ("best", "worse", 200)
    assert found.sentence == ("Weights of the best epoch, 2: its validation loss is 0.4, that of the last, 4, is 1.07.")


def test_where_it_is_about_as_good_or_the_best_the_last_is_taken(tmp_path: Path):
    recorded.tell(recorded.request(tmp_path / "alike"), told((0.9, 0.4, 0.41)))
    alike = usual(RunFolder(tmp_path / "alike"))
    assert (alike.snapshot, alike.why) == ("last", "alike")
    assert "close to the best, 0.4 after epoch 2" in alike.sentence
    recorded.tell(recorded.request(tmp_path / "best"), told((0.9, 0.4)))
    best = usual(RunFolder(tmp_path / "best"))
    assert (best.snapshot, best.why) == ("last", "best")
    assert best.sentence == "Weights of the last epoch, 2, which is the best by validation loss, 0.4."


def test_a_run_that_kept_its_best_ends_with_it_whatever_its_last_epoch_was(tmp_path: Path):
    keeps = EarlyStopping(restore_best=True)
    recorded.tell(recorded.request(tmp_path, early_stopping=keeps), told())
    found = usual(RunFolder(tmp_path))
    assert (found.snapshot, found.why, found.epoch) == ("last", "kept", 2)


def test_a_run_that_was_stopped_is_judged_by_what_it_measured(tmp_path: Path):
    recorded.tell(recorded.request(tmp_path / "early"), [*told()[:-1], Stopped(400)])
    assert usual(RunFolder(tmp_path / "early")).snapshot == "best"
    begun = [recorded.started(), recorded.snapshot(0), recorded.snapshot(40), Stopped(40)]
    recorded.tell(recorded.request(tmp_path / "begun"), begun)
    found = usual(RunFolder(tmp_path / "begun"))
    assert (found.snapshot, found.why) == ("last", "within")
    assert found.sentence == "Weights of step 40, the last that was saved."


@pytest.fixture(scope="module")
def wild(tmp_path_factory) -> Path:
    """A run whose last epoch is far worse than its best: its steps are much too large."""
    folder = tmp_path_factory.mktemp("wild")
    assert main(["new", "--sample", "iris", "--out", str(folder / "p.layerdeck")]) == 0
    project = projects.load(folder / "p.layerdeck")
    training = project.training.changed(epochs=4, threads=1, optimizer=Sgd(learning_rate=2.0), schedule=Constant())
    projects.save(project.changed(training=training), folder / "p.layerdeck")
    assert main(["train", str(folder / "p.layerdeck"), "--out", str(folder / "run")]) == 0
    assert usual(RunFolder(folder / "run")).snapshot == "best"
    return folder / "run"


def says(capsys, *words: object) -> tuple[str, str]:
    capsys.readouterr()
    assert main([str(word) for word in words]) == 0
    caught = capsys.readouterr()
    return caught.out, caught.err


def test_evaluate_takes_the_best_says_so_and_last_can_still_be_asked_for(wild: Path, capsys):
    out, err = says(capsys, "evaluate", wild, "--json")
    assert err.startswith("Weights of the best epoch, ")
    best, _ = says(capsys, "evaluate", wild, "--json", "--snapshot", "best")
    last, silent = says(capsys, "evaluate", wild, "--json", "--snapshot", "last")
    assert json.loads(out) == json.loads(best) != json.loads(last)
    assert silent == ""


def test_export_and_predict_take_the_same(wild: Path, tmp_path: Path, capsys):
    names = [part["column"] for part in RunFolder(wild).preparation()["features"]]
    (tmp_path / "rows.csv").write_text(",".join(names) + "\n" + ",".join("0.5" for _ in names) + "\n")
    for words in (
        ("export", wild, "--format", "weights", "--out", tmp_path / "usual.safetensors"),
        ("predict", wild, tmp_path / "rows.csv"),
    ):
        assert says(capsys, *words)[1].startswith("Weights of the best epoch, ")
    named = tmp_path / "named.safetensors"
    says(capsys, "export", wild, "--format", "weights", "--out", named, "--snapshot", "best")
    assert (tmp_path / "usual.safetensors").read_bytes() == named.read_bytes()
