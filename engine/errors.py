"""Errors that a person can act on: where, why, what next."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # no room on the disk, or none of one's own

FORBIDDEN = (errno.EACCES, errno.EPERM)


class EngineError(Exception):
    """A problem that a person can fix. Only these become friendly text; anything else is a defect.

    Args:
        message: where and why, one plain sentence without a final stop.
        layer: id of the layer it belongs to, or "".
        field: name of the setting it belongs to, or "".
        hint: what to do next, one plain sentence without a final stop, or "".
    """

    def __init__(self, message: str, *, layer: str = "", field: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.layer = layer
        self.field = field
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}." if self.hint else f"{self.message}."


class ShapeError(EngineError):
    """The shape that reaches a layer does not suit it."""


class DataError(EngineError):
    """A data file, folder, column or row cannot be used as it is."""


class FileError(EngineError):
    """A file or folder of ours cannot be read or written."""


class Cancelled(Exception):
    """The person cancelled a long job; nothing was changed."""


def unwritable(path: Path, error: Exception) -> FileError:
    """A file or folder cannot be written, and why: the one sentence for a full disk, whoever met it."""
    if isinstance(error, OSError) and error.errno in FULL:
        return FileError(f"{path} cannot be written: the disk is full", hint="Free some space")
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return FileError(f"The name {shortened(str(path))} is too long", hint="Give a shorter one")
    why = (getattr(error, "strerror", None) or str(error)).lower()
    return FileError(f"{path} cannot be written: {why}", hint="Choose another folder")


def unreadable(path: Path | str, error: OSError) -> FileError:
    """A file or folder that is there cannot be used, and why."""
    if error.errno in FORBIDDEN:
        return FileError(f"{path} cannot be read: permission denied", hint="Allow reading it, or choose another")
    if error.errno == errno.ENAMETOOLONG:
        return FileError(f"The name {shortened(str(path))} is too long", hint="Give a shorter one")
    return FileError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}", hint="Choose another")


def shortened(name: str, most: int = 60) -> str:
    """A long name with its middle left out."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 :]}"


@contextmanager
def refusing(path: Path | str) -> Iterator[None]:
    """What the system refuses meanwhile becomes a FileError on the file it is about, else on `path`."""
    try:
        yield
    except OSError as error:
        raise unreadable(path if error.filename is None else os.fsdecode(error.filename), error) from error
