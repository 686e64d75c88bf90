"""SQLite: types by value, the largest table where there are several, the file never changed, damage said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.data.source.table import source_for
from engine.data.source.typed import frames, sqlite
from engine.errors import Cancelled, DataError
from tests.engine.data.source.typed.helpers import cells, notes, quiet, reading


def made(path: Path, *statements: str, rows: list[tuple[object, ...]] | None = None) -> Path:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        if rows:
            database.executemany(f"INSERT INTO t VALUES ({','.join('?' * len(rows[0]))})", rows)
        database.commit()
    return path


@pytest.fixture
def shop(tmp_path):
    return made(
        tmp_path / "shop.db",
        "CREATE TABLE few (a)",
        "INSERT INTO few VALUES (1)",
        'CREATE TABLE "of ""all"" kinds" (n INTEGER, price REAL, word TEXT)',
        """INSERT INTO "of ""all"" kinds" VALUES (1, 2.5, ' a '), (NULL, 3.0, NULL), (3, 1e-9, 'é')""",
        'CREATE VIEW seen AS SELECT n * 2 AS twice FROM "of ""all"" kinds"',
        "CREATE INDEX i ON few (a)",
    )


def test_the_largest_table_is_taken_and_said(shop):
    assert cells(shop) == {"n": ["1", "", "3"], "price": ["2.5", "3.0", "1e-9"], "word": ["a", "", "é"]}
    assert notes(shop) == ('Table of "all" kinds is read: it has most rows (3); the others are few (1), seen (a view)',)
    guess = reading(shop).guesses[0]
    assert (guess.option, guess.value) == ("table", 'of "all" kinds')


def test_another_table_or_a_view_can_be_said(shop):
    assert reading(shop, table="few").frame.to_dict(as_series=False) == {"a": [1]}
    assert reading(shop, table="seen").frame.to_dict(as_series=False) == {"twice": [2, None, 6]}
    assert reading(shop, table="seen").guesses == ()
    with pytest.raises(DataError, match=r"shop.db has no table sqlite_master. Choose one of few, of"):
        reading(shop, table="sqlite_master")


def test_values_of_several_types_in_a_column_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "BLOCK", 2)
    rows = [(1, "x"), (2, b"\0"), (2.5, None), ("word", b"\1"), (None, b"\1"), (2**62 + 1, b"\1")]
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a, b)", rows=rows)
    assert cells(path) == {"a": ["1", "2", "2.5", "word", "", str(2**62 + 1)], "b": ["x", "", "", "", "", ""]}
    assert notes(path) == ("Column b has bytes in 4 rows, which are taken as missing",)


def test_columns_of_bytes_are_named(tmp_path):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a, b BLOB)", rows=[(1, b"\0"), (2, b"\1")])
    assert notes(path) == ("Column b of t.sqlite is left out: bytes are not read yet",)
    assert list(cells(path)) == ["a"]
    with pytest.raises(DataError, match=r"Table t of u.sqlite holds only bytes"):
        reading(made(tmp_path / "u.sqlite", "CREATE TABLE t (b)", rows=[(b"\0",)]))


def test_letters_that_are_not_utf8_and_names_twice(tmp_path):
    path = made(
        tmp_path / "t.sqlite",
        "CREATE TABLE t (a)",
        "INSERT INTO t VALUES (CAST(x'ff41' AS TEXT))",
        "CREATE VIEW v AS SELECT a, a FROM t",
    )
    assert cells(path) == {"a": ["\ufffdA"]}
    assert list(reading(path, table="v").frame.columns) == ["a", "a:1"]


def test_an_empty_table_has_columns_but_no_rows(tmp_path):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a, b)")
    assert reading(path).frame.columns == ["a", "b"]
    with pytest.raises(DataError, match="has a header but no rows"):
        cells(path)
    with pytest.raises(DataError, match=r"u.sqlite is a database without tables"):
        reading(made(tmp_path / "u.sqlite", "CREATE TABLE t (a)", "DROP TABLE t"))


def test_a_database_that_another_has_locked_is_read(tmp_path):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a)", rows=[(1,), (2,)])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO t VALUES (3)")
        assert cells(path) == {"a": ["1", "2"]}


def test_changes_that_lie_beside_the_file_are_said(tmp_path):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a)", rows=[(1,)])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("INSERT INTO t VALUES (2)")
        said = "The latest changes lie in t.sqlite-wal still and are not read: close the program that has it open"
        assert notes(path) == (said,)
        assert cells(path) == {"a": ["1"]}


def test_the_file_is_never_changed(shop):
    shop.chmod(0o444)
    before = (shop.read_bytes(), sorted(shop.parent.iterdir()))
    cells(shop)
    assert (shop.read_bytes(), sorted(shop.parent.iterdir())) == before


@pytest.mark.parametrize("name", ["a?b#c%20.db", "gr\u00fc\u00dfe 数据.db"])
def test_strange_names(tmp_path, name):
    made(tmp_path / "plain.db", "CREATE TABLE t (a)", rows=[(1,)]).rename(tmp_path / name)
    assert cells(tmp_path / name) == {"a": ["1"]}


def test_damage_is_said(tmp_path):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a)", rows=[("word" * 100,)] * 5_000)
    content = path.read_bytes()
    for broken in (content[:60], content[:5_000], content[:8_192] + b"\xff" * (len(content) - 8_192)):
        path.write_bytes(broken)
        with pytest.raises(DataError, match=r"t.sqlite cannot be read as a database: .*\. Get it again"):
            reading(path)


def test_a_view_without_end_can_be_cancelled(tmp_path):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    path = made(tmp_path / "t.sqlite", f"CREATE VIEW v AS {endless}")
    told = []

    def cancel(done: float, text: str) -> None:
        told.append(text)
        if len(told) > 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        source_for(path).read(cancel)


def test_a_look_has_the_first_rows_and_the_number_of_all(tmp_path):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a)", rows=[(row,) for row in range(1_000)])
    look = source_for(path).look(quiet)
    assert (look.columns, look.head["a"].to_list(), look.rows) == (("a",), list(range(100)), 1_000)


def test_more_than_the_memory_holds_is_refused(tmp_path, monkeypatch):
    path = made(tmp_path / "t.sqlite", "CREATE TABLE t (a)", rows=[("word" * 100,)] * 2_000)
    monkeypatch.setattr(sqlite, "BLOCK", 100)
    monkeypatch.setattr(frames, "free_memory", lambda: 200_000)
    with pytest.raises(DataError, match=r"t.sqlite would take .* MB of memory, and 0.2 MB are free"):
        reading(path)
