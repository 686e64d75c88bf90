"""The text of a file that may be packed: .gz, .zst, .bz2, .xz, or a .zip with one file in it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

import zstandard

from engine.data.friendly import friendly
from engine.errors import DataError

BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile, zstandard.ZstdError)
ZIP = b"PK\x03\x04"


class Opened(NamedTuple):
    """A stream of bytes, unpacked.

    Attributes:
        share: how much of the file was read so far, 0 to 1.
    """

    stream: BinaryIO
    share: Callable[[], float]


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file's bytes, unpacked while they are read. DataError where it is damaged, or an archive of several files."""
    try:
        with friendly(path), ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            size = max(1, path.stat().st_size)
            magic = file.read(6)
            file.seek(0)
            stream = stack.enter_context(_unpacked(path, file, magic))
            yield Opened(cast(BinaryIO, stream), lambda: min(1.0, file.tell() / size))
    except BROKEN as error:
        raise DataError(f"{path.name} cannot be read: {error}", field="path", hint="Check the file") from error


def _unpacked(path: Path, file: BinaryIO, magic: bytes) -> IO[bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=file))
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    if magic.startswith(b"BZh"):
        return cast(IO[bytes], bz2.BZ2File(file))
    if magic.startswith(b"\xfd7zXZ"):
        return cast(IO[bytes], lzma.LZMAFile(file))
    return _only_member(path, file) if magic.startswith(ZIP) else file


def _only_member(path: Path, file: BinaryIO) -> IO[bytes]:
    archive = zipfile.ZipFile(file)
    inside = [one for one in archive.infolist() if not one.is_dir() and not _of_the_system(one.filename)]
    if len(inside) != 1:
        hint = "Unpack it first, then open what was inside"
        raise DataError(f"{path.name} is a ZIP archive of {len(inside):,} files", field="path", hint=hint)
    if inside[0].flag_bits & 1:
        raise DataError(f"{path.name} is locked by a password", field="path", hint="Unpack it first")
    return archive.open(inside[0])


def _of_the_system(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
