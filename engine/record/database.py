"""A run's database, `run.db`: how it is made, opened and read aloud when it fails.

While a run goes on it is in WAL mode, so that others read it meanwhile and a kill at any moment leaves it whole. Once
the run has ended it is one plain file again, which can be copied, and read where nothing may be written.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from engine.disk import settle
from engine.errors import FULL, FileError, shortened, unreadable, unwritable

APPLICATION = 0x4C594452  # in the file's header: a run of ours
VERSION = 1
CHUNK = 4_096  # losses in one row of `curve`
LONGEST = 490  # bytes of a path, with what SQLite puts behind it: it opens none above 512
BUSY_SECONDS = 5.0
ROOM = 65_536  # bytes that SQLite wants at most at a time while a run begins: the index of its log has 32 KiB

SCHEMA = f"""
CREATE TABLE run (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    status TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',
    note TEXT NOT NULL DEFAULT '',
    star INTEGER NOT NULL DEFAULT 0,
    "group" TEXT NOT NULL DEFAULT '',
    parent TEXT NOT NULL DEFAULT ''
);
CREATE TABLE curve (chunk INTEGER PRIMARY KEY, losses BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE epoch (epoch INTEGER PRIMARY KEY, step INTEGER NOT NULL, document TEXT NOT NULL);
CREATE TABLE event (
    id INTEGER PRIMARY KEY, step INTEGER NOT NULL, kind TEXT NOT NULL, time TEXT NOT NULL, document TEXT NOT NULL
);
CREATE TABLE snapshot (
    step INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    loss REAL,
    names TEXT NOT NULL,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    digest TEXT NOT NULL
);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""


class DamagedError(FileError):
    """A record is not what it should be, and can only be made anew."""


class NewerError(FileError):
    """A record was written by a newer Layerdeck, and is left alone."""


@contextmanager
def anew(path: Path) -> Iterator[sqlite3.Connection]:
    """A new, empty database to be filled, which takes its place only when it is whole: nobody reads half of one.

    What it replaces is there until then; its log, which must not be played into the new one, goes first. FileError
    where it cannot be written, and nothing has changed.
    """
    beside = path.with_name(f".{path.name}.anew")
    _clear(beside)  # of a process that was killed
    try:
        with asking(path), closing(_connected(beside, "rwc")) as connection:
            lay_out(connection)
            yield connection
            connection.execute("PRAGMA journal_mode = DELETE")  # one plain file, also as a copy of one that is not
        try:
            for log in _logs(path):
                log.unlink(missing_ok=True)
            beside.replace(path)
            settle(path.parent)
        except OSError as error:
            raise unwritable(path, error) from error
    finally:
        _clear(beside)


def _logs(path: Path) -> list[Path]:
    """What SQLite keeps beside a database."""
    return [path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm", "-journal")]


def _clear(path: Path) -> None:
    for file in (path, *_logs(path)):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def lay_out(connection: sqlite3.Connection) -> None:
    """Makes the tables of an empty database."""
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")


def open_to_write(path: Path) -> sqlite3.Connection:
    """The database of a run, to be changed. FileError where it cannot be; DamagedError where it is damaged."""
    with asking(path):
        connection = _connected(path, "rw")
        try:
            _check(path, connection)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a run, to be read, also where nothing may be written and while another process writes it.

    FileError where it cannot be read; DamagedError where it is damaged.
    """
    with asking(path), _readable(path) as connection:
        try:
            _check(path, connection)
            yield connection
        finally:
            connection.close()


@contextmanager
def changing(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; others wait meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def begin_wal(connection: sqlite3.Connection) -> None:
    """For a run that goes on: readers do not wait, and a commit does not wait for the disk."""
    connection.execute("PRAGMA journal_mode = WAL")  # where the file system cannot, the old way stays: slower, as safe
    connection.execute("PRAGMA synchronous = NORMAL")


def end_wal(connection: sqlite3.Connection) -> None:
    """For a run that has ended: one plain file, unless someone reads it right now; then it is so the next time."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise


@contextmanager
def asking(path: Path) -> Iterator[None]:
    """Makes one plain sentence of what SQLite says."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a defect of ours
    except sqlite3.DatabaseError as error:
        raise _plain(path, error) from error


def _plain(path: Path, error: sqlite3.DatabaseError) -> FileError:
    code, folder = _code(error), path.parent
    full = OSError(errno.ENOSPC, str(error)) if code == sqlite3.SQLITE_FULL else None
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        full = _full(folder)
    if full is not None:
        return unwritable(folder, full)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _closed(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return FileError(f"{path} is being written by another program", hint="Wait a moment and try again")
    if code == sqlite3.SQLITE_IOERR:
        return FileError(f"{folder} cannot be read or written: {error}", hint="Free some space or look at the disk")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH):
        return DamagedError(f"{path} is missing or damaged", hint="Train the run again")
    return FileError(f"{path} cannot be read or written: {error}", hint="Wait a moment and try again")


def _closed(path: Path) -> FileError:
    """Why a database cannot be opened."""
    if len(os.fsencode(path.absolute())) > LONGEST:
        return FileError(f"The path {shortened(str(path))} is too long for a run", hint="Choose a folder further up")
    try:
        path.open("rb").close()
    except PermissionError as refusal:
        return unreadable(path, refusal)
    except OSError:
        pass  # what SQLite says is as good
    return FileError(f"{path} cannot be opened or written", hint="Look whether its folder is read-only")


def _full(folder: Path) -> OSError | None:
    """What the disk says where it is full: SQLite calls that an I/O error where it is its log that finds no room."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
    except OSError as error:
        return error if error.errno in FULL else None
    return None


def _code(error: sqlite3.Error) -> int:
    """The primary result code; an error of ours to SQLite has none."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


@contextmanager
def _readable(path: Path) -> Iterator[sqlite3.Connection]:
    log = path.with_name(f"{path.name}-wal")
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        yield _connected(path, "rw")
    elif not (log.is_file() and log.stat().st_size):
        yield _connected(path, "ro&immutable=1")
    else:  # killed, then made read-only: what the log holds can only be taken in where it may be written
        with tempfile.TemporaryDirectory(prefix="layerdeck-") as beside:
            for file in (path, log):
                shutil.copy(file, beside)
            yield _connected(Path(beside) / path.name, "rw")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """DamagedError where it is no run's database; NewerError where it is one of a later form."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION and version > VERSION:
        raise NewerError(
            f"{path} was written by a newer Layerdeck (form {version}, this one knows {VERSION})",
            hint="Update Layerdeck, then open it again",
        )
    if application != APPLICATION or version != VERSION:
        raise DamagedError(f"{path} is missing or damaged", hint="Train the run again")
