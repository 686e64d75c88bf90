"""Files that take their place only when they are whole and on the disk: a crash leaves the old one or the new one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.errors import unwritable


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write; when it is whole it is brought to the disk and takes its place, then its name is too.

    FileError where it cannot be written; what was there stays.
    """
    beside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
        settle(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so. FileError where it cannot be written; what was there stays."""
    with whole(path) as file:
        file.write(content)


def settle(folder: Path) -> None:
    """Brings the folder's own list of names to the disk, so that a rename outlives a power cut."""
    if os.name == "nt":
        return  # there is no such call
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
