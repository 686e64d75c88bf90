"""Archives of folders: unpacked once into the person's cache, where nothing in them can leave its folder."""

from __future__ import annotations

import errno
import hashlib
import json
import lzma
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

import platformdirs

from engine.data.column import counted
from engine.data.dataset import Tell
from engine.data.friendly import friendly
from engine.errors import DataError

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
BROKEN = (EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, NotImplementedError)
CACHE = "LAYERDECK_CACHE"  # the environment variable that says where archives are unpacked
NOTES = ".layerdeck.json"
MOST_FILES = 3_000_000
MOST_BYTES = 1 << 38
RATIO, SMALL = 100, 1 << 28  # times the archive's own size, from so many bytes on: pictures and texts pack less
SPARE = 1 << 28  # bytes of the disk that stay free
PIECE = 1 << 20


OF_THE_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


class _Member(NamedTuple):
    """A regular file of an archive, or one with a reason not to unpack it."""

    name: str
    size: int
    content: IO[bytes] | None
    done: float  # share of the archive
    why: str = ""


def is_archive(path: Path) -> bool:
    """Whether it is a file that is unpacked: tar, or ZIP with more than one file in it."""
    if not path.name.lower().endswith(SUFFIXES) or not path.is_file():
        return False
    try:
        if path.suffix.lower() != ".zip":
            return tarfile.is_tarfile(path)
        with zipfile.ZipFile(path) as archive:
            return len([one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]) > 1
    except BROKEN:
        return False  # the reader of tables says what is wrong


def unpacked(path: Path, tell: Tell) -> tuple[Path, tuple[str, ...]]:
    """The folder with what was in the archive, and notes on what was left out. It is unpacked where it was not yet.

    Raises:
        DataError: damaged, locked by a password, too large for the disk, or made to fill it.
        Cancelled: as `tell` raises it; nothing is left behind.
    """
    with friendly(path):
        folder = _cache() / _key(path)
        if not (folder / NOTES).is_file():
            folder.parent.mkdir(parents=True, exist_ok=True)
            _unpack(path, folder, tell)
        return folder / _stem(path), tuple(json.loads((folder / NOTES).read_text(encoding="utf-8")))


def _stem(path: Path) -> str:
    return path.name.lstrip(".").partition(".")[0] or "archive"


def _cache() -> Path:
    named = os.environ.get(CACHE, "")
    return (Path(named) if named else platformdirs.user_cache_path("Layerdeck", appauthor=False)) / "archives"


def _key(path: Path) -> str:
    found = path.stat()
    seen = f"{path.name}\0{found.st_size}\0{found.st_mtime_ns}".encode(errors="surrogateescape")
    return hashlib.blake2b(seen, digest_size=12).hexdigest()


def _unpack(path: Path, folder: Path, tell: Tell) -> None:
    """Beside, then by its name at once: who looks meanwhile sees all of it or nothing."""
    beside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    try:
        try:
            members = _of_zip(path) if path.suffix.lower() == ".zip" else _of_tar(path)
            notes = _write(path, members, beside / _stem(path), tell)
        except BROKEN as error:
            raise DataError(f"{path.name} cannot be read: {error}", field="path", hint="Check the file") from error
        (beside / NOTES).write_text(json.dumps(notes), encoding="utf-8")
        try:
            beside.rename(folder)
        except OSError:
            if not (folder / NOTES).is_file():  # else another one was first
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(path: Path, members: Iterator[_Member], root: Path, tell: Tell) -> list[str]:
    root.mkdir()
    left_out: list[tuple[str, str]] = []
    room = _Room(path, root)
    for count, member in enumerate(members):
        if count % 200 == 0:
            tell(member.done, f"Unpacking {path.name}: {count:,} files")
        why = member.why or _bad_name(member.name)
        if why or member.content is None:
            left_out.append((member.name, why))
            continue
        room.ask(member.size, count)
        place = root.joinpath(*PurePosixPath(member.name).parts)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                room.copy(member.content, file, partial(tell, member.done, f"Unpacking {path.name}"))
        except (FileExistsError, NotADirectoryError):
            left_out.append((member.name, "a name that is there twice"))
        except OSError as error:
            if error.errno not in OF_THE_NAME:
                raise
            left_out.append((f"{member.name[:40]}…", "a name that the disk does not take"))
    return _said(left_out)


class _Room:
    """How much may still be unpacked."""

    def __init__(self, path: Path, root: Path) -> None:
        self._name, self._root = path.name, root
        self._most = max(SMALL, RATIO * path.stat().st_size)
        self._written = 0

    def ask(self, size: int, count: int) -> None:
        """DataError where a file of so many bytes, with so many before it, is too much."""
        if count >= MOST_FILES or self._written + size > MOST_BYTES:
            raise DataError(f"{self._name} holds too much to unpack", field="path", hint="Unpack what you need of it")
        if self._written + size > self._most:
            hint = "It may be made to fill your disk: unpack it yourself if you trust it"
            raise DataError(f"{self._name} grows to over {RATIO} times its size", field="path", hint=hint)
        if shutil.disk_usage(self._root).free < size + SPARE:
            hint = f"Make room where {self._root.parent.parent} is"
            raise DataError(f"The disk is too full to unpack {self._name}", field="path", hint=hint)

    def copy(self, content: IO[bytes], file: IO[bytes], tell: Callable[[], None]) -> None:
        """Asked again as it goes on: what an archive says of sizes need not be true."""
        while piece := content.read(PIECE):
            self.ask(len(piece), 0)
            file.write(piece)
            self._written += len(piece)
            tell()


def _of_zip(path: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]
        if any(one.flag_bits & 1 for one in members):
            raise DataError(f"{path.name} is locked by a password", field="path", hint="Unpack it first")
        _Room(path, path.parent).ask(0, len(members))
        for count, one in enumerate(members):
            kind = stat.S_IFMT(one.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                yield _Member(one.filename, 0, None, count / len(members), "links and devices")
                continue
            with archive.open(one) as content:
                yield _Member(one.filename, one.file_size, content, count / len(members))


def _of_tar(path: Path) -> Iterator[_Member]:
    size = max(1, path.stat().st_size)
    with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:*") as archive:
        for one in archive:
            done = min(1.0, file.tell() / size)
            if one.isdir() or _hidden(one.name):
                continue
            if one.isreg():
                yield _Member(one.name, one.size, archive.extractfile(one), done)
            else:
                yield _Member(one.name, 0, None, done, "links and devices")


def _hidden(name: str) -> bool:
    """Made by the system that packed it."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")


def _bad_name(name: str) -> str:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in parts[0]:
        return "a path that leaves the folder"
    return "a name that the disk does not take" if "\0" in name else ""


def _said(left_out: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each reason, with the first name."""
    notes = []
    for why in dict.fromkeys(reason for _, reason in left_out):
        names = [name for name, reason in left_out if reason == why]
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        notes.append(f"{counted(len(names), 'file')} of the archive left out, {why}: {names[0]!r}{more}")
    return notes
