"""What was read from a source, once for all who ask while it is as it was: the loader, Data, Results, opening.

What one asks for while another reads it is waited for. Large things are let go as soon as nobody else holds them.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from engine.data.settings import SAMPLE

T = TypeVar("T")
WAITING = 0.05  # seconds between two looks whether who waits has given up


class Shared(Generic[T]):
    """Things by a key, made once.

    Args:
        size: bytes of one, about.
        most: bytes of one that is kept until another one is made, also where nobody else holds it.
    """

    def __init__(self, size: Callable[[T], int], most: int) -> None:
        self._size, self._most = size, most
        self._guard = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._known: WeakValueDictionary[str, T] = WeakValueDictionary()
        self._latest: T | None = None

    def get(self, key: str, make: Callable[[], T], wait: Callable[[], None]) -> T:
        """What is known by the key, else what `make` gives; where that raises, the next one who asks makes it.

        Args:
            wait: called again and again while another makes it; raises to give up.
        """
        with self._guard:
            turn = self._making.setdefault(key, threading.Lock())
        while not turn.acquire(timeout=WAITING):
            wait()
        try:
            found = self._known.get(key)
            if found is None:
                found = make()
                self._keep(key, found)
            return found
        finally:
            turn.release()

    def _keep(self, key: str, made: T) -> None:
        with self._guard:
            self._known[key] = made
            self._latest = made if self._size(made) <= self._most else None


def read_once(shared: Shared[T], path: str, key: str, make: Callable[[], T], wait: Callable[[], None]) -> T:
    """What is made of the file or folder at `path` as it is now, or of a sample; `key`: of all else that it is made by.

    Where there is nothing `make` says so.
    """
    seen = SAMPLE if path.startswith(SAMPLE) else stamp(path)  # a sample is always as it was shipped
    return shared.get(f"{seen} {path} {key}", make, wait) if seen else make()


def stamp(path: str) -> str:
    """Another one where the file, or one in the folder, was changed, added or taken away.

    "" where it is not there or must not be read.
    """
    seen = hashlib.blake2b(digest_size=16)
    try:
        if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
            return ""
        found = Path(path).stat()
        seen.update(f"{found.st_mtime_ns} {found.st_size}".encode())
        for file in _files(path):
            found = file.stat()
            seen.update(f"{file} {found.st_mtime_ns} {found.st_size}\n".encode(errors="surrogateescape"))
    except (OSError, ValueError):
        return ""
    return seen.hexdigest()


def _files(path: str) -> Iterator[Path]:
    """Those below a folder, also behind links, as class folders may be; a folder that is there twice is looked into
    once, so that a link to what it stands in has an end.
    """
    known = set[tuple[int, int]]()
    for folder, names, files in os.walk(path, followlinks=True):
        here = Path(folder).stat()
        place = here.st_dev, here.st_ino
        if place in known:
            names.clear()
            continue
        known.add(place)
        names.sort()
        yield from (Path(folder) / name for name in sorted(files))
