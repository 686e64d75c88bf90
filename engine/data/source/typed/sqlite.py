"""A table or view of a SQLite database, which is opened for reading alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from engine.data.dataset import Tell
from engine.data.friendly import friendly
from engine.data.source.base import FIRST_ROWS, Guess, Look, Reading, Source
from engine.data.source.typed.frames import not_cells, tidied
from engine.data.source.typed.gathering import Gathering
from engine.errors import DataError

BLOCK = 10_000  # rows
STEPS = 500_000  # of SQLite's machine between two looks whether the person has cancelled
NAMED = 8  # other tables that are named
DAMAGED = "Get it again, or save it again where it was made"


class Sqlite(Source):
    """One table of a database; no row of it is ever changed."""

    title: ClassVar[str] = "SQLite database"
    suffixes: ClassVar[tuple[str, ...]] = (".sqlite", ".sqlite3", ".db", ".db3")

    kind: Literal["sqlite"] = "sqlite"
    table: str | None = Field(None, title="Table", description="Table or view; none: the table with most rows")

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return head.startswith(b"SQLite format 3\0")

    def look(self, tell: Tell) -> Look:
        reading, rows = self._reading(tell, FIRST_ROWS)
        return Look(tuple(reading.frame.columns), reading.frame, rows, reading.guesses)

    def read(self, tell: Tell) -> Reading:
        return self._reading(tell, None)[0]

    def _reading(self, tell: Tell, most: int | None) -> tuple[Reading, int]:
        """The first rows, or all where `most` is None; and how many there are."""
        path = Path(self.path)
        with friendly(path), _database(path, tell) as database:
            table, rows, guesses = self._chosen(path.name, database)
            gathering = Gathering(path.name)
            cursor = database.execute(f"SELECT * FROM {_quoted(table)} LIMIT ?", (-1 if most is None else most,))
            names = _unique([column[0] for column in cursor.description])
            gathering.add({name: [] for name in names}, 0, 0.0)
            while block := cursor.fetchmany(BLOCK):
                columns = dict(zip(names, zip(*block, strict=True), strict=True))
                share = min(1.0, (gathering.rows + len(block)) / max(rows, 1))
                gathering.add(columns, len(block), share if most is None else 1.0)
                tell(share, f"Reading {path.name}")
        frame, notes = tidied(gathering.frame())
        if not frame.width:
            said = f"Table {table} of {path.name} holds only bytes"
            raise DataError(said, field="path", hint="Choose a database with numbers or words")
        blobs = [name for name in gathering.unfit if name not in frame.columns]
        some = [
            f"Column {name} has bytes in {count:,} rows, which are taken as missing"
            for name, count in gathering.unfit.items()
            if name in frame.columns
        ]
        told = [f"Table {guess.value} is read: {guess.reason}" for guess in guesses]
        told += _unwritten(path) + not_cells(path.name, blobs, "bytes") + some + notes
        return Reading(frame, guesses, notes=tuple(told)), rows

    def _chosen(self, name: str, database: sqlite3.Connection) -> tuple[str, int, tuple[Guess, ...]]:
        """The table, how many rows it has, and what was guessed."""
        found = database.execute(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
            r"AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid"
        ).fetchall()
        tables = [table for table, kind in found if kind == "table"]
        views = [table for table, kind in found if kind == "view"]
        if not found:
            raise DataError(f"{name} is a database without tables", field="path", hint="Choose another file")
        if self.table is not None:
            if self.table not in (*tables, *views):
                hint = f"Choose one of {', '.join((*tables, *views)[:NAMED])}"
                raise DataError(f"{name} has no table {self.table}", field="path", hint=hint)
            return self.table, _rows(database, self.table), ()
        counts = {table: _rows(database, table) for table in tables or views}
        largest = max(counts, key=lambda table: counts[table])
        if len(found) == 1:
            return largest, counts[largest], ()
        others = [f"{table} ({count:,})" for table, count in counts.items() if table != largest]
        others += [f"{view} (a view)" for view in views if view != largest and tables]
        more = f" and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
        reason = f"it has most rows ({counts[largest]:,}); the others are {', '.join(others[:NAMED])}{more}"
        return largest, counts[largest], (Guess("table", largest, reason),)


@contextmanager
def _database(path: Path, tell: Tell) -> Iterator[sqlite3.Connection]:
    """The database, of which nothing can be changed. DataError where it is damaged.

    Without its lock: a program that has it open may go on, and what it has not written to the file is not seen.
    """
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    stopped = list[BaseException]()

    def stop() -> int:
        try:
            tell(0.0, f"Reading {path.name}")
        except Exception as error:
            stopped.append(error)  # SQLite hides what its handlers raise
            return 1
        return 0

    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.text_factory = _text
            database.execute("PRAGMA trusted_schema = OFF")
            database.set_progress_handler(stop, STEPS)
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if stopped:
            raise stopped[0] from error
        raise DataError(f"{path.name} cannot be read as a database: {error}", field="path", hint=DAMAGED) from error


def _text(letters: bytes) -> str:
    return letters.decode(errors="replace")


def _rows(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT COUNT(*) FROM {_quoted(table)}").fetchone()[0])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unique(names: list[str]) -> list[str]:
    """A view may have a name twice, or names that differ by their case alone."""
    return [name if name not in names[:place] else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _unwritten(path: Path) -> list[str]:
    """A sentence on changes that lie beside the database still."""
    beside = path.with_name(f"{path.name}-wal")
    if not beside.is_file() or not beside.stat().st_size:
        return []
    return [f"The latest changes lie in {beside.name} still and are not read: close the program that has it open"]
