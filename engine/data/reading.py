"""New rows of a file of any format, as a network is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.data.rows import read_rows
from engine.data.source.cells import as_cells
from engine.data.source.table import source_for
from engine.data.source.text_table import TextTable


def rows_of(path: Path, reading: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The rows by column name, as text. A table of text is read just as an exported network reads it.

    Args:
        reading: how the table was read that was trained on, of a preparation.
    Raises:
        UnreadableError, DataError: the file is no table, or has rows that cannot be used.
    """
    source = source_for(path)
    if isinstance(source, TextTable):
        return read_rows(path, reading)
    return as_cells(source.read(_quiet).frame).to_dicts()


def _quiet(done: float, text: str) -> None:
    """Nobody waits to be told."""
