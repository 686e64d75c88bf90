"""A sheet whose cells are few and far between, row by row: its table, without what lies far from it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from engine.data.dataset import Tell
from engine.data.source.base import SetAside
from engine.data.source.typed.gathering import text_of

FAR_DOWN, FAR_RIGHT = 1_000, 100  # blank rows, blank columns, beyond which a cell belongs to no table
ERRORS = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
SAID_OFTEN = 10_000  # rows between two looks whether the person has cancelled


@dataclass(frozen=True)
class Near:
    """Cells that lie together, as text, and those that do not."""

    cells: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    notes: tuple[str, ...]


def near_cells(path: Path, sheet: str, tell: Tell) -> Near:
    """Streams a sheet of an .xlsx or .xlsm. What openpyxl raises where it is damaged."""
    import openpyxl  # it takes a moment, and few sheets need it
    from openpyxl.utils import get_column_letter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and charts, which are not read
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    rows, aside, right = list[list[str]](), list[SetAside](), list[str]()
    blank = 0
    try:
        page = book[sheet]
        page.reset_dimensions()  # they reach to the farthest cell, and every row would be filled up to it
        for number, values in enumerate(page.iter_rows(values_only=True), 1):
            if number % SAID_OFTEN == 0:
                tell(0.0, f"Reading {path.name}")
            cells = [_text(value) for value in values] if any(value is not None for value in values) else []
            if not any(cells):
                blank += 1
            elif rows and blank > FAR_DOWN:
                aside.append(SetAside(f"row {number}", "stands far below the table"))
            else:
                blank = 0
                end = _end(cells)
                far = [place for place in range(end, len(cells)) if cells[place]]
                right += [f"{get_column_letter(place + 1)}{number}" for place in far]
                if any(cells[:end]):
                    rows.append(cells[:end])
    finally:
        book.close()
    width = max(map(len, rows), default=0)
    columns = {str(place): [row[place] if place < len(row) else "" for row in rows] for place in range(width)}
    return Near(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), tuple(aside), _said(right))


def _end(cells: Sequence[str]) -> int:
    """Where a run of blank cells begins that is too long for a table."""
    filled = [place for place, cell in enumerate(cells) if cell]
    for before, place in zip([0, *filled], filled, strict=False):
        if place - before > FAR_RIGHT:
            return before + 1
    return filled[-1] + 1


def _said(right: Sequence[str]) -> tuple[str, ...]:
    if not right:
        return ()
    shown = ", ".join(right[:3]) + (f" and {len(right) - 3:,} more" if len(right) > 3 else "")
    what = f"Cell {shown} stands" if len(right) == 1 else f"Cells {shown} stand"
    return (f"{what} far to the right of the table and {'is' if len(right) == 1 else 'are'} left out",)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    text = text_of(value) or ""
    return "" if text in ERRORS else text.strip()
