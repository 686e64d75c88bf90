"""The person's own blocks: kept as files, read back, renamed, removed; damaged files are skipped with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import FileError
from engine.layers import Block
from engine.layers.core.basics import Dense
from gui.library import Library

BLOCK = Block(id="block_7", name="Mine", layers=(Dense(id="dense", units=5),), repeat=2, inputs=("dense_3",))


@pytest.fixture
def library(qapp: object, tmp_path: Path) -> Library:
    return Library(tmp_path / "blocks")


def test_there_and_back(library: Library, qtbot: QtBot) -> None:
    assert library.read() == ((), ())
    with qtbot.waitSignal(library.changed, timeout=1000):
        file = library.save("My block", BLOCK)
    [kept], skipped = library.read()
    assert (kept.file, kept.name, skipped) == (file, "My block", ())
    assert kept.block.layers == BLOCK.layers
    assert kept.block.repeat == 2
    assert kept.block.inputs == ()


def test_a_name_that_is_taken_gets_a_number_and_nothing_is_written_over(library: Library) -> None:
    first = library.save("One", BLOCK)
    second = library.save("One", BLOCK.changed(repeat=3))
    assert second != first
    assert sorted((kept.name, kept.block.repeat) for kept in library.read()[0]) == [("One", 2), ("One 2", 3)]
    third = library.save("Three", BLOCK)
    library.rename(third, "One")
    assert sorted(kept.name for kept in library.read()[0]) == ["One", "One 2", "One 3"]


def test_rename_and_remove(library: Library) -> None:
    file = library.save("One", BLOCK)
    library.rename(file, "  Two  words ")
    assert [kept.name for kept in library.read()[0]] == ["Two words"]
    library.rename(file, "   ")
    assert [kept.name for kept in library.read()[0]] == ["Two words"]
    library.remove(file)
    library.remove(file)
    assert library.read() == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        json.dumps({"layerdeck": "block", "format": 9, "name": "x", "block": {}}),
        json.dumps({"layerdeck": "block", "format": 2, "name": "x", "block": {"layers": [{"kind": "no"}]}}),
        json.dumps({"name": "x", "block": {"layers": [{"kind": "add", "id": "a", "inputs": ["b"]}]}}),
    ],
)
def test_a_damaged_file_is_skipped_with_one_sentence(library: Library, tmp_path: Path, text: str) -> None:
    library.save("Good", BLOCK)
    (tmp_path / "blocks" / "bad.json").write_text(text)
    kept, skipped = library.read()
    assert [one.name for one in kept] == ["Good"]
    assert skipped == ("bad.json in your library is damaged and was skipped",)


def test_a_folder_that_cannot_be_written_is_said(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "blocks").write_text("a file where the folder should be")
    with pytest.raises(FileError, match="cannot be kept"):
        Library(tmp_path / "blocks").save("One", BLOCK)
