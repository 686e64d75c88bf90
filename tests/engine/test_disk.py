"""Files written whole: what a crash or a full disk leaves, and what reaches the disk in which order."""

import os
import stat

import pytest

from engine import disk
from engine.errors import FileError


def test_the_file_is_on_the_disk_before_its_name_and_then_its_folder(tmp_path, monkeypatch):
    path, order = tmp_path / "deep" / "one.json", []
    fsync = os.fsync

    def noted(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        order.append((kind, path.exists()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    disk.write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert order == [("file", False), ("folder", True)]


def test_what_fails_half_way_leaves_what_was_there(tmp_path):
    path = tmp_path / "one.json"
    disk.write_whole(path, b"old")
    with pytest.raises(TypeError), disk.whole(path) as file:
        file.writelines([b"ne", None])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_takes_nothing_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match="cannot be written"):
        disk.write_whole(tmp_path / "file" / "one.json", b"new")
