"""Archives: unpacked once, read from there; nothing leaves the folder, and nothing fills the disk."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from engine.data.collection import archives
from engine.data.collection.archives import unpacked
from engine.data.dataset import Ticket
from engine.data.examples import examples
from engine.data.settings import DataSettings
from engine.data.sources import propose
from engine.errors import Cancelled, DataError
from tests.engine.data.helpers import Counting, pictures, prepared, texts


def tell(_share: float, _text: str) -> None:
    """Nobody listens."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(archives.CACHE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "archives"


def packed(folder: Path, kind: str) -> Path:
    shutil.make_archive(str(folder), kind, folder.parent, folder.name)
    shutil.rmtree(folder)
    return next(path for path in folder.parent.glob(f"{folder.name}.*") if path.is_file())


@pytest.mark.parametrize("kind", ["zip", "tar", "gztar", "bztar", "xztar"])
def test_an_archive_opens_as_its_folder_does(tmp_path: Path, kind: str) -> None:
    folder = pictures(tmp_path / "birds")
    wanted = prepared(propose(folder))
    archive = packed(folder, kind)
    data = propose(archive)
    assert isinstance(data, DataSettings)
    assert data.path == str(archive)
    assert prepared(data).fingerprint == wanted.fingerprint
    assert len(examples(data, Ticket())) == 20


def test_texts_in_parts(tmp_path: Path) -> None:
    texts(tmp_path / "aclImdb" / "train")
    texts(tmp_path / "aclImdb" / "test", each=5)
    data = propose(packed(tmp_path / "aclImdb", "gztar"))
    assert isinstance(data, DataSettings)
    assert prepared(data).facts.test == 10


def test_it_is_unpacked_once_and_again_after_a_change(tmp_path: Path, cache: Path) -> None:
    archive = packed(pictures(tmp_path / "birds"), "zip")
    first, _ = unpacked(archive, tell)
    ticket = Counting()
    assert unpacked(archive, ticket.tell)[0] == first
    assert ticket.told == []
    os.utime(archive, ns=(1, 1))
    assert unpacked(archive, tell)[0] != first
    assert len(list(cache.iterdir())) == 2


def test_cancelling_leaves_nothing_behind(tmp_path: Path, cache: Path) -> None:
    archive = packed(pictures(tmp_path / "birds"), "zip")
    with pytest.raises(Cancelled):
        unpacked(archive, Counting(until=3).tell)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", ["../out.png", "a/../../out.png", "{here}/out.png", "..\\out.png", "C:/out.png"])
def test_no_path_leaves_the_folder(tmp_path: Path, cache: Path, name: str) -> None:
    archive = packed(pictures(tmp_path / "birds"), "zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(name.format(here=tmp_path), b"evil")
    data = propose(archive)
    assert prepared(data).facts.notes[0].startswith("1 file of the archive left out, a path that leaves the folder: ")
    assert not list(tmp_path.rglob("out.png"))
    assert prepared(data).facts.class_counts == (10, 10)


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    archive = tmp_path / "links.tar"
    with tarfile.open(archive, "w") as opened:
        for name, kind in (("a/link", tarfile.SYMTYPE), ("a/hard", tarfile.LNKTYPE), ("a/device", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            opened.addfile(member)
        member = tarfile.TarInfo("a/link/file.png")
        member.size = 3
        opened.addfile(member, io.BytesIO(b"abc"))
    folder, notes = unpacked(archive, tell)
    assert notes == ("3 files of the archive left out, links and devices: 'a/link' and 2 more",)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["file.png"]
    assert not any(path.is_symlink() for path in folder.rglob("*"))


def test_a_bomb_is_refused(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SMALL", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as opened:
        for name in "ab":
            opened.writestr(f"{name}/0.png", bytes(8 << 20))
    with pytest.raises(DataError, match=r"^bomb\.zip grows to over 100 times its size"):
        propose(tmp_path / "bomb.zip")
    assert list(cache.iterdir()) == []


def test_a_full_disk_is_said(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SPARE", 1 << 62)
    archive = packed(pictures(tmp_path / "birds"), "zip")
    with pytest.raises(DataError, match=r"^The disk is too full to unpack birds\.zip"):
        propose(archive)
    assert list(cache.iterdir()) == []


def test_a_password_is_said(tmp_path: Path) -> None:
    archive = packed(pictures(tmp_path / "birds"), "zip")
    content = bytearray(archive.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flag] |= 1
            place = content.find(mark, place + 4)
    archive.write_bytes(content)
    with pytest.raises(DataError, match=r"^birds\.zip is locked by a password\. Unpack it first"):
        propose(archive)


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_a_damaged_one_is_one_sentence(tmp_path: Path, kind: str) -> None:
    archive = packed(pictures(tmp_path / "birds", each=40), kind)
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match="birds"):
        propose(archive)


def test_a_name_twice_and_one_too_long(tmp_path: Path) -> None:
    archive = packed(pictures(tmp_path / "birds"), "zip")
    with zipfile.ZipFile(archive, "a") as opened:
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("birds/dark/0.png", b"again")
        opened.writestr(f"birds/dark/{'n' * 300}.png", b"long")
    _, notes = unpacked(archive, tell)
    assert [note.partition(":")[0] for note in notes] == [
        "1 file of the archive left out, a name that is there twice",
        "1 file of the archive left out, a name that the disk does not take",
    ]
