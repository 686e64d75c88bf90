"""Runs that get other names: their folders move, what was made from them follows, and no name is lost or taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import EngineError, FileError
from engine.record.files import alone
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.runs.renaming import LONGEST, rename
from tests.engine.runs.recorded import run


def test_a_run_has_another_name_and_everything_else_is_as_it_was(tmp_path):
    folder = run(tmp_path / "digits-1", 2)
    store.annotate(folder, note="mine", tags=["good"])
    before = RunFolder(folder).status()
    place = rename(folder, "  LSTM, dropout 0.3 ")
    assert (place, folder.exists()) == (tmp_path / "LSTM, dropout 0.3", False)
    (row,) = store.runs(tmp_path)
    assert (row.name, row.about.note, row.about.tags, row.status) == ("LSTM, dropout 0.3", "mine", ("good",), before)
    assert rename(rename(place, "b"), "digits-1") == folder


def test_what_was_made_from_it_says_the_new_name(tmp_path):
    parent, child, other = (run(tmp_path / name, 1) for name in ("a", "b", "c"))
    store.annotate(child, parent="a")
    store.annotate(other, parent="z", note="stays")
    rename(parent, "first")
    assert {one.name: one.about.parent for one in store.runs(tmp_path)} == {"first": "", "b": "first", "c": "z"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "needs a name"),
        ("  ", "needs a name"),
        ("a/b", "cannot have / in it"),
        ("what?:", r"cannot have : \? in it"),
        ("two\nlines", "cannot have"),
        (".hidden", "begins with a letter"),
        ("-x", "begins with a letter"),
        ("end.", "no dot at its end"),
        ("x" * (LONGEST + 1), "at most 100"),
        ("NUL.txt", "Windows"),
        ("taken", "There is a run called taken already"),
    ],
)
def test_what_is_no_name_or_taken_is_refused_and_nothing_moves(tmp_path: Path, name: str, says: str):
    folder = run(tmp_path / "a", 1)
    run(tmp_path / "taken", 1)
    with pytest.raises(EngineError, match=says):
        rename(folder, name)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["a", "taken"]


def test_a_run_that_goes_on_and_what_is_no_run_keep_their_names(tmp_path):
    folder = run(tmp_path / "a", 1)
    with alone(folder), pytest.raises(FileError, match="a is going on"):
        rename(folder, "b")
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileError, match="holds no run"):
        rename(tmp_path / "mine", "b")
    assert rename(folder, "a") == folder
