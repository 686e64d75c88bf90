"""What the readers and the system raise, made into errors that a person can act on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.data.rows import UnreadableError, unreadable
from engine.errors import DataError


@contextmanager
def friendly(path: str | Path) -> Iterator[None]:
    """Turns what prepare.py raises, which knows nothing of the engine, and what the system refuses into DataError.

    Args:
        path: what is read, where the system does not say which file or folder it refuses.
    """
    try:
        yield
    except UnreadableError as error:
        raise DataError(error.message, field="path", hint=error.hint) from error
    except OSError as error:
        refused = unreadable(path if error.filename is None else os.fsdecode(error.filename), error)
        raise DataError(refused.message, field="path", hint=refused.hint) from error
