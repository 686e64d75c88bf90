"""The list of runs and what a person does with it: notes, tags, words that filter, the bin."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.record import index
from engine.record.control import Control
from engine.record.events import Finished, Stopped
from engine.record.files import OLD, OLD_SNAPSHOT, OLD_STATUS, RECORD, RunStatus
from engine.record.rows import Annotations
from engine.runs import store
from engine.runs.finding import find
from engine.runs.folder import RunFolder
from engine.runs.summary import RunSummary
from engine.training.worker import run as train
from tests.engine.runs.recorded import request, run, snapshot, started, tell

ROOT = Path(__file__).resolve().parents[3]
OLD_RUN = ROOT / "tests" / "files" / "old-run"


def names(root: Path, words: str = "") -> list[str]:
    return [one.name for one in find(store.runs(root), words)]


def old(folder: Path, hours: float = 1.0) -> None:
    """As if the run had ended hours ago: what changed just now is not remembered."""
    for path in (folder / RECORD, folder / OLD_STATUS, folder / "snapshots"):
        if path.exists():
            os.utime(path, (path.stat().st_mtime - hours * 3600,) * 2)


def test_the_environment_says_where_runs_go(tmp_path, monkeypatch):
    monkeypatch.setenv(store.ROOT, str(tmp_path / "elsewhere"))
    assert store.default_root() == tmp_path / "elsewhere"
    store.make_root(store.default_root())
    assert (tmp_path / "elsewhere").is_dir()
    monkeypatch.delenv(store.ROOT)
    assert store.default_root().parts[-2:] == ("Layerdeck", "runs")


def test_a_place_where_no_runs_can_be_is_one_sentence_with_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        FileError, match=rf"file.runs cannot be written: .* variable {store.ROOT} set to another folder"
    ):
        store.make_root(tmp_path / "file" / "runs")


def test_a_row_holds_what_the_folder_tells(tmp_path):
    run(tmp_path / "a", 3, {2: ("best",)})
    (row,) = store.runs(tmp_path)
    folder = RunFolder(tmp_path / "a")
    assert (row.folder, row.status, row.state) == (tmp_path / "a", folder.status(), "finished")
    assert row.status.metrics == {"accuracy": pytest.approx(1 - 0.5 / 3)}
    assert row.status.best == {"loss": 0.5, "accuracy": pytest.approx(1 - 0.5 / 3)}
    assert row.snapshots == 2
    assert row.bytes == sum(one.bytes for one in folder.snapshots()) + (tmp_path / "a" / RECORD).stat().st_size


def test_the_list_is_read_from_the_index_and_again_where_a_run_changed(tmp_path, monkeypatch):
    for name in "abc":
        old(run(tmp_path / name, 1))
    first = store.runs(tmp_path)
    read = []
    really = store.summary.read
    monkeypatch.setattr(store.summary, "read", lambda folder: read.append(folder.name) or really(folder))
    assert store.runs(tmp_path) == first
    assert read == []
    store.annotate(tmp_path / "b", star=True)
    assert [row.about.star for row in sorted(store.runs(tmp_path), key=lambda row: row.name)] == [False, True, False]
    assert read == ["b"]
    shutil.rmtree(tmp_path / "a")
    old(run(tmp_path / "d", 1))
    assert sorted(names(tmp_path)) == ["b", "c", "d"]
    assert sorted(index.load(tmp_path)) == ["b", "c", "d"]


def test_what_changed_just_now_is_not_remembered(tmp_path):
    run(tmp_path / "a", 1)
    store.runs(tmp_path)
    connection = sqlite3.connect(tmp_path / "a" / RECORD)
    times = (tmp_path / "a" / RECORD).stat()
    with connection:
        connection.execute("UPDATE run SET note = 'same size and time'")
    connection.close()
    os.utime(tmp_path / "a" / RECORD, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert store.runs(tmp_path)[0].about.note == "same size and time"


def test_a_folder_that_is_moved_takes_all_with_it(tmp_path):
    run(tmp_path / "runs" / "a", 2)
    store.annotate(tmp_path / "runs" / "a", tags=["mine"])
    shutil.copytree(tmp_path / "runs" / "a", tmp_path / "elsewhere" / "b")
    shutil.rmtree(tmp_path / "runs")
    (row,) = store.runs(tmp_path / "elsewhere")
    assert (row.name, row.about.tags, row.trained) == ("b", ("mine",), True)


def test_what_a_person_says_is_kept_and_tags_are_tidied(tmp_path):
    run(tmp_path / "a", 1)
    assert store.annotate(tmp_path / "a", tags=[" good ", "", "good", "two words"]).tags == ("good", "two words")
    store.annotate(tmp_path / "a", note="a 'note'\nof two lines", group="folds")
    said = store.annotate(tmp_path / "a", star=True)
    assert said == Annotations(("good", "two words"), "a 'note'\nof two lines", True, "folds")
    assert RunFolder(tmp_path / "a").annotations() == said
    assert store.annotate(tmp_path / "a", tags=[], star=False) == Annotations((), said.note, False, "folds")


ROWS = [
    RunSummary(
        Path("iris-1"),
        RunStatus("finished", "iris-1", epoch=20, loss=0.2, metrics={"accuracy": 0.95}, best={"accuracy": 0.97}),
        Annotations(("good", "big net"), "For the talk", True, "folds"),
    ),
    RunSummary(
        Path("digits-1"),
        RunStatus("failed", "digits-1", epoch=3, loss=float("nan"), metrics={"digit: accuracy": 0.5, "sum: mae": 2.0}),
        Annotations(("goodish",)),
    ),
    RunSummary(Path("moons-1"), RunStatus("running", "moons-1")),
    RunSummary(Path("early-1"), RunStatus("earlystopped", "early-1")),
    RunSummary(Path("stopped-1"), RunStatus("stopped", "stopped-1")),
    RunSummary(Path("large-1"), RunStatus("outofmemory", "large-1")),
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "iris-1 digits-1 moons-1 early-1 stopped-1 large-1"),
        ("IRIS", "iris-1"),
        ("good", "iris-1 digits-1"),
        ("tag:good", "iris-1"),
        ('tag:"big net"', "iris-1"),
        ('"the talk', "iris-1"),
        ("talk starred", "iris-1"),
        ("-starred", "digits-1 moons-1 early-1 stopped-1 large-1"),
        ("state:interrupted", "moons-1"),
        ('state:"stopped early"', "early-1"),
        ("state:stopped early", "early-1"),
        ("state:Stopped Early accuracy>0.1", ""),
        ("state:earlystopped", "early-1"),
        ("state:stopped", "stopped-1"),
        ("state:stopped -early", "stopped-1"),
        ("-state:stopped early state:stopped", "stopped-1"),
        ("stopped early", "early-1"),
        ("state:out of memory", "large-1"),
        ("state:out", ""),
        ("memory", "large-1"),
        ("group:folds", "iris-1"),
        ("accuracy>0.9", "iris-1"),
        ("accuracy>=50%", "iris-1 digits-1"),
        ("best.accuracy>0.96", "iris-1"),
        ("mae<3", "digits-1"),
        ("epoch=3", "digits-1"),
        ("loss<1", "iris-1"),
        ("accuracy>", ""),
        ("accuracy>1.2.3", ""),
        ("good accuracy<0.9", "digits-1"),
    ],
)
def test_words_choose_runs(words, found):
    assert [one.name for one in find(ROWS, words)] == found.split()


def test_a_deleted_run_comes_back_from_the_bin(tmp_path):
    run(tmp_path / "a", 1)
    store.annotate(tmp_path / "a", note="mine")
    store.to_bin(tmp_path / "a")
    assert (names(tmp_path), [row.about.note for row in store.binned(tmp_path)]) == ([], ["mine"])
    run(tmp_path / "a", 2)
    store.to_bin(tmp_path / "a")
    assert len(store.binned(tmp_path)) == 2
    run(tmp_path / "a", 3)
    back = [store.from_bin(row.folder) for row in store.binned(tmp_path)]
    assert len(set(back)) == 2
    assert sorted(row.status.epochs for row in store.runs(tmp_path)) == [1, 2, 3]
    assert store.binned(tmp_path) == []


def test_emptying_the_bin_deletes_what_is_in_it_and_nothing_else(tmp_path):
    run(tmp_path / "a", 1)
    run(tmp_path / "b", 1)
    store.to_bin(tmp_path / "a")
    assert store.empty_bin(tmp_path) == 1
    assert (names(tmp_path), store.binned(tmp_path), store.empty_bin(tmp_path)) == (["b"], [], 0)
    with pytest.raises(FileError, match="holds no run"):
        store.to_bin(tmp_path / "a")


def test_an_old_run_is_read_as_it_is(tmp_path):
    shutil.copytree(OLD_RUN, tmp_path / "r")
    before = {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()}
    folder = RunFolder(tmp_path / "r")
    assert (folder.status().state, folder.status().step, folder.trained) == ("stopped", 16, True)
    assert (len(folder.losses()), [end.epoch for end in folder.epochs()]) == (16, [1, 2])
    assert folder.status().best == {"loss": folder.epochs()[1].loss, "accuracy": 0.5}
    assert [(info.step, info.names) for info in folder.snapshots()] == [(16, ("last",))]
    assert store.runs(tmp_path)[0].trained
    assert {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()} == before


def test_an_old_run_is_taken_over_when_it_is_changed_and_goes_on_to_its_end(tmp_path):
    shutil.copytree(OLD_RUN, tmp_path / "r")
    before = RunFolder(tmp_path / "r").losses()
    store.annotate(tmp_path / "r", note="still good")
    assert not [name for name in OLD if (tmp_path / "r" / name).exists()]
    assert RunFolder(tmp_path / "r").snapshot().step == 16
    events = list(train(request(tmp_path / "r", resume=True, epochs=4), Control()))
    assert isinstance(events[-1], Finished)
    folder = RunFolder(tmp_path / "r")
    assert (folder.status().state, folder.status().step, folder.annotations().note) == ("finished", 32, "still good")
    assert np.array_equal(folder.losses()[:16], before)
    assert len(folder.epochs()) == 4


def test_an_old_run_goes_on_without_being_touched_before(tmp_path):
    shutil.copytree(OLD_RUN, tmp_path / "r")
    tell(request(tmp_path / "r", resume=True), [started(16), snapshot(16), Stopped(16)])
    assert not (tmp_path / "r" / OLD_SNAPSHOT).exists()
    assert len(RunFolder(tmp_path / "r").losses()) == 16


def test_lists_and_curves_open_without_torch():
    rooms = ["compare", "finding", "folder", "store", "summary", "thinning"]
    imports = "; ".join(f"import engine.runs.{room}" for room in rooms)
    code = f"import sys; {imports}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_runs_go_into_the_bin_and_come_back(tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "thesis.txt").write_text("years of work")
    for move in (store.to_bin, store.from_bin):
        with pytest.raises(FileError, match="holds no run"):
            move(papers)
    assert (papers / "thesis.txt").read_text() == "years of work"
