"""Every source, one line each, in the order in which they are asked whether a file is theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.data.friendly import friendly
from engine.data.source.base import HEAD, Source
from engine.data.source.text_table import TextTable
from engine.data.source.typed.arff import Arff
from engine.data.source.typed.columnar import Arrow, Parquet
from engine.data.source.typed.excel import Excel
from engine.data.source.typed.json_lines import JsonLines
from engine.data.source.typed.numpy_file import NumpyFile
from engine.data.source.typed.sqlite import Sqlite
from engine.errors import DataError

SOURCES: tuple[type[Source], ...] = (
    Parquet,
    Arrow,
    Sqlite,
    NumpyFile,
    Excel,
    JsonLines,
    Arff,
    TextTable,  # the last one takes whatever is text
)


def source_for(path: str | Path, **options: Any) -> Source:
    """The source that a file is of, told these options where it has them.

    Raises:
        DataError: no such file, none of the formats; pydantic.ValidationError where an option is refused.
    """
    path = Path(path)
    if path.is_dir():
        raise DataError(f"{path} is a folder, not a table", field="path", hint="Choose a CSV or TSV file")
    with friendly(path), path.open("rb") as file:
        head = file.read(HEAD)
    for source in SOURCES:
        if source.suits(path, head):
            return source.model_validate({"path": str(path), **options})
    raise DataError(f"{path.name} is not a table", field="path", hint="Choose another file")
