"""How the tests of these formats open files."""

from __future__ import annotations

from pathlib import Path

from engine.data.source.base import Reading
from engine.data.source.table import source_for
from engine.data.tables import read_table


def quiet(done: float, text: str) -> None:
    pass


def reading(path: Path, **options: object) -> Reading:
    return source_for(path, **options).read(quiet)


def cells(path: Path) -> dict[str, list[str]]:
    """The table as training, Data and the answers see it."""
    return read_table(str(path), quiet).rows().to_dict(as_series=False)


def notes(path: Path) -> tuple[str, ...]:
    return read_table(str(path), quiet).notes
