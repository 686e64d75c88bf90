"""Tables in formats that a frame cannot write by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import polars as pl

KINDS: dict[type[pl.DataType], str] = {pl.Float64: "REAL", pl.Int64: "INTEGER", pl.String: "TEXT"}


def write_workbook(path: Path, frame: pl.DataFrame) -> None:
    """A spreadsheet of the frame, with a short second sheet."""
    book = openpyxl.Workbook()
    book.active.append(frame.columns)
    for row in frame.iter_rows():
        book.active.append(row)
    book.create_sheet("Notes").append(["by hand"])
    book.save(path)


def write_database(path: Path, frame: pl.DataFrame) -> None:
    """A database with the frame as its table."""
    columns = ", ".join(f"{name} {KINDS[type(kind)]}" for name, kind in frame.schema.items())
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE rows ({columns})")
        database.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * frame.width)})", frame.rows())
        database.commit()
