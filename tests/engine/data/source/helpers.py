"""What the tests of sources read, and how."""

from __future__ import annotations

from pathlib import Path

from engine.data.source.base import Reading
from engine.data.source.text_table import TextTable

CASES = Path(__file__).parents[3] / "files" / "cases"


def quiet(done: float, text: str) -> None:
    pass


def read(path: Path, content: bytes | str | None = None, **options: object) -> Reading:
    """A table of text, made of this content where it is given."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return TextTable.model_validate({"path": str(path), **options}).read(quiet)


def rows(reading: Reading) -> list[list[str]]:
    return [list(row) for row in reading.frame.rows()]
