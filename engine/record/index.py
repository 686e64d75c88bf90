"""What the list remembers of the runs below a root, in `runs.db` beside them, so that a thousand open at once.

It is a cache: a row holds as long as the files of its run have the same sizes and times. It can be deleted at any time,
and a damaged one is. Where it cannot be written the list is slower and as right.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.record.files import INDEX, OLD_STATUS, RECORD, SNAPSHOTS

VERSION = 1
FRESH = 2.0  # seconds: files that changed so recently may change again without another size or time
SCHEMA = "CREATE TABLE IF NOT EXISTS run (folder TEXT PRIMARY KEY, signature TEXT NOT NULL, document TEXT NOT NULL)"


@dataclass(frozen=True)
class Entry:
    """What is remembered of a run, and what its files were then."""

    signature: str
    document: Mapping[str, Any]


def signature(folder: Path) -> str:
    """Sizes and times of the files that a row is made of; "" where they changed just now or cannot be looked at."""
    seen = []
    newest = 0.0
    for name in (RECORD, f"{RECORD}-wal", OLD_STATUS, SNAPSHOTS):
        try:
            found = (folder / name).stat()
        except OSError:
            seen.append("-")
            continue
        newest = max(newest, found.st_mtime)
        seen.append(f"{found.st_mtime_ns}:{found.st_size}:{found.st_ino}")
    return "" if newest > time.time() - FRESH else " ".join(seen)


def load(root: Path) -> dict[str, Entry]:
    """What is remembered, by the name of the run's folder; nothing where there is no index or it is damaged."""
    path = root / INDEX
    if not path.is_file():
        return {}
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                return {}
            rows = connection.execute("SELECT folder, signature, document FROM run").fetchall()
        return {folder: Entry(known, json.loads(document)) for folder, known, document in rows}
    except (sqlite3.Error, ValueError, TypeError):
        return {}


def save(root: Path, changed: Mapping[str, Entry], gone: set[str]) -> None:
    """Remembers some runs and forgets others, where it may; a damaged index is replaced."""
    if not changed and not gone:
        return
    try:
        _save(root, changed, gone)
    except sqlite3.OperationalError:
        return  # a full disk, a folder that is read-only, another process: the next list tries again
    except sqlite3.DatabaseError:
        _remove(root)
        with suppress(sqlite3.Error):
            _save(root, changed, gone)


def _save(root: Path, changed: Mapping[str, Entry], gone: set[str]) -> None:
    with closing(sqlite3.connect(root / INDEX, timeout=1)) as connection, connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
            raise sqlite3.DatabaseError("the index is of another form")
        connection.execute("PRAGMA synchronous = OFF")  # it can be made anew
        connection.execute(SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        rows = [(name, entry.signature, json.dumps(entry.document)) for name, entry in changed.items()]
        connection.executemany("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", rows)
        connection.executemany("DELETE FROM run WHERE folder = ?", [(name,) for name in gone])


def _remove(root: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            (root / f"{INDEX}{ending}").unlink(missing_ok=True)
