"""New rows of a file of any format, as a network is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.data.dataset import Ticket
from engine.data.progress import within
from engine.data.rows import read_rows
from engine.data.source.table import source_for
from engine.data.source.text_table import TextTable
from engine.data.tables import read_table


def rows_of(path: Path, reading: Mapping[str, Any] | None, note: Callable[[str], None]) -> list[dict[str, str]]:
    """The rows by column name, as text. A table of text is read just as an exported network reads it.

    Args:
        reading: how the table was read that was trained on, of a preparation.
        note: is told, in a sentence, what is to be known of the rows.
    Raises:
        UnreadableError, DataError: the file is no table, or has rows that cannot be used.
    """
    if isinstance(source_for(path), TextTable):
        return read_rows(path, reading)
    table = read_table(str(path), within(Ticket(), 0.0, 1.0))
    for said in table.notes:
        note(f"{said}.")
    return table.rows().to_dicts()
