"""The commands about runs, as a person types them: the list, two compared, the bin, room, a snapshot by its name."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import project as projects
from engine.cli import main
from engine.cli.opening import dataset_of
from engine.cli.output import say_json
from engine.cli.usage import UsageError, snapshot_name
from engine.data.dataset import Ticket
from engine.record.control import Control
from engine.record.events import Event, Finished, Snapshot
from engine.record.files import snapshot_files
from engine.record.request import TrainingRequest
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.training.checkpoint import snapshot as snapshots
from engine.training.loop import train
from engine.training.recorder import record
from tests.engine.runs.recorded import run


@pytest.fixture
def root(tmp_path) -> Path:
    """Three runs of 1, 2 and 3 epochs."""
    for epochs, name in enumerate(("short", "middle", "long"), start=1):
        run(tmp_path / name, epochs, {1: ("kept",)})
    store.annotate(tmp_path / "middle", tags=["good"], star=True)
    return tmp_path


def lines(capsys, *words) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["runs", *map(str, words), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def named(capsys, *words) -> list[str]:
    return [Path(str(line["folder"])).name for line in lines(capsys, *words)]


def said(capsys, *words) -> str:
    capsys.readouterr()
    assert main(["runs", *map(str, words)]) == 0
    return capsys.readouterr().out


def refused(capsys, code: int, *words) -> str:
    capsys.readouterr()
    assert main([str(word) for word in words]) == code
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_the_list_is_filtered_and_sorted(root, capsys):
    assert named(capsys, "accuracy>0.7", "--root", root, "--sort", "loss") == ["long", "middle"]
    assert named(capsys, "--root", root, "--sort", "accuracy") == ["long", "middle", "short"]
    assert named(capsys, "--root", root, "--sort", "accuracy", "--reverse") == ["short", "middle", "long"]
    assert named(capsys, "--root", root, "--sort", "name") == ["long", "middle", "short"]
    assert named(capsys, "starred", "tag:good", "--root", root) == ["middle"]
    assert "that fit" in said(capsys, "nothing-like-it", "--root", root)
    assert "not beauty" in refused(capsys, 2, "runs", "--root", root, "--sort", "beauty")


def test_a_line_for_machines_holds_all_that_is_known(root, capsys):
    (line,) = lines(capsys, "middle", "--root", root)
    assert (line["tags"], line["star"], line["snapshots"]) == (["good"], True, 2)
    assert line["best"] == {"loss": 0.75, "accuracy": 0.75}


def test_two_runs_are_compared(root, capsys):
    text = said(capsys, "--diff", "short", "long", "--root", root)
    assert "Epochs" in text
    rows = lines(capsys, "--diff", root / "short", "long", "--root", root)
    assert [row for row in rows if row["where"] == "training"] == [
        {"where": "training", "what": "Epochs", "before": "1", "after": "3", "kind": "changed"}
    ]
    assert "holds no run" in refused(capsys, 1, "runs", "--diff", "short", "none", "--root", root)


def test_the_bin_and_back(root, capsys):
    assert "In the bin" in said(capsys, "--delete", "short", "long", "--root", root)
    assert named(capsys, "--root", root) == ["middle"]
    assert sorted(named(capsys, "--bin", "--root", root)) == ["long", "short"]
    said(capsys, "--restore", "long", "--root", root)
    assert sorted(named(capsys, "--root", root)) == ["long", "middle"]
    assert said(capsys, "--empty-bin", "--root", root) == "1 run is gone for ever.\n"
    assert "is empty" in said(capsys, "--bin", "--root", root)


def test_room_is_made(root, capsys):
    (done,) = lines(capsys, "--thin", "0", "--root", root)
    assert {Path(path).parents[1].name for path in done["deleted"]} == {"long", "short"}
    assert "above the budget" in said(capsys, "--thin", "0", "--root", root)
    assert "megabytes" in refused(capsys, 2, "runs", "--thin", "much", "--root", root)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A run on a sample whose first snapshot is called best and kept."""
    folder = tmp_path_factory.mktemp("trained")
    assert main(["new", "--sample", "circle", "--out", str(folder / "p.layerdeck")]) == 0
    project = projects.load(folder / "p.layerdeck")
    project = project.changed(training=project.training.changed(epochs=30, threads=1))
    request = TrainingRequest(project, dataset_of(project, Ticket()), folder / "run")

    def events() -> Iterator[Event]:
        first = True
        for event in train(request, Control()):
            names = ("best", "kept") if first and isinstance(event, Snapshot) else ()
            first = first and not isinstance(event, Snapshot)
            yield replace(event, names=names) if isinstance(event, Snapshot) else event

    assert isinstance(list(record(request, events()))[-1], Finished)
    return folder / "run"


def test_a_snapshot_is_measured_and_exported_by_its_name(trained, tmp_path, capsys):
    def measured(*words: str) -> object:
        capsys.readouterr()
        assert main(["evaluate", str(trained), "--json", *words]) == 0
        return json.loads(capsys.readouterr().out)["metrics"]

    assert measured() == measured("--snapshot", "last")
    assert measured("--snapshot", "best") == measured("--snapshot", "step 0") != measured()
    for name in ("best", "last"):
        words = ["export", str(trained), "--format", "weights", "--out", str(tmp_path / f"{name}.safetensors")]
        assert main([*words, "--snapshot", name]) == 0
    assert (tmp_path / "best.safetensors").read_bytes() != (tmp_path / "last.safetensors").read_bytes()
    assert "no snapshot of step 7" in refused(capsys, 1, "evaluate", trained, "--snapshot", "7")
    assert "takes last, best, a step, or an epoch" in refused(capsys, 2, "evaluate", trained, "--snapshot", "newest")


def test_a_damaged_snapshot_is_said_once_and_the_good_one_answers(trained, tmp_path, capsys):
    rows = tmp_path / "rows.csv"
    names = [part["column"] for part in RunFolder(trained).preparation()["features"]]
    rows.write_text(",".join(names) + "\n" + ",".join("0.5" for _ in names) + "\n")
    path = snapshot_files(trained)[-1]
    whole, before = path.read_bytes(), int(snapshot_files(trained)[-2].stem)
    path.write_bytes(whole[: len(whole) // 2])
    told = f"The snapshot of step {int(path.stem):,} is damaged; that of step {before:,} is used instead.\n"
    try:
        for words in (["evaluate"], ["predict", rows], ["export", "--format", "weights", "--out", tmp_path / "out"]):
            command, *rest = map(str, words)
            capsys.readouterr()
            code = main([command, str(trained), *rest, "--snapshot", "last"])
            said = capsys.readouterr()
            assert code == 0, said.err
            assert said.err == told
            assert said.out
        assert snapshots.choose(trained)[0].step == before
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("word", ["Best", "LAST", "step 1,200", "1200", "Epoch 12", "epoch12"])
def test_snapshots_are_named_on_the_command_line_as_in_the_window(word):
    assert snapshot_name(word) in ("best", "last", "1200", "epoch 12")


@pytest.mark.parametrize("word", ["1.5", "1,20", "first", "-3", "epoch", "epoch best"])
def test_words_that_name_no_snapshot_are_refused(word):
    with pytest.raises(UsageError):
        snapshot_name(word)


def test_lines_for_machines_have_no_number_that_json_has_not(capsys):
    say_json({"loss": math.nan, "metrics": {"r2": -math.inf}, "some": [1.5, math.nan]})
    assert json.loads(capsys.readouterr().out) == {"loss": None, "metrics": {"r2": None}, "some": [1.5, None]}


def test_names_are_those_of_the_root_wherever_one_stands(tmp_path, monkeypatch, capsys):
    root = tmp_path / "runs"
    run(root / "docs", 1)
    run(tmp_path / "docs", 1)
    monkeypatch.chdir(tmp_path)
    assert main(["runs", "--root", str(root), "--delete", "docs"]) == 0
    assert (tmp_path / "docs").is_dir()
    assert not (root / "docs").exists()
    run(root / "docs", 1)
    monkeypatch.chdir(root)
    assert main(["runs", "--root", str(root), "--restore", "docs"]) == 0
    there = sorted(path.name for path in root.iterdir() if path.is_dir() and path.name != store.BIN)
    assert there == ["docs", "docs-1"]


def test_a_run_is_renamed_and_goes_by_its_new_name_from_then_on(root: Path, capsys):
    assert said(capsys, "--root", root, "--rename", "short", "one epoch") == f"Renamed: {root / 'one epoch'}\n"
    assert sorted(named(capsys, "--root", root)) == ["long", "middle", "one epoch"]
    assert [line["step"] for line in lines(capsys, "--root", root, "--snapshots", "one epoch")] == [0, 100]
    assert "There is a run called long already" in refused(
        capsys, 1, "runs", "--root", root, "--rename", "middle", "long"
    )
