"""Tables that are kept column by column: Parquet, and Arrow or Feather."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl

from engine.data.dataset import Tell
from engine.data.friendly import friendly
from engine.data.source.base import FIRST_ROWS, Look, Reading, Source
from engine.data.source.typed.frames import bytes_of, is_cell, not_cells, refuse_too_large, tidied
from engine.errors import DataError

BLOCK = 1 << 20  # rows that are read between two looks whether the person has cancelled
CONTINUES = b"\xff\xff\xff\xff"  # a message of an Arrow stream


class _Columnar(Source):
    """A file that knows its columns, their types and how many rows it has."""

    def look(self, tell: Tell) -> Look:
        with _readable(self.path, self.title):
            lazy, _ = self._cells()
            frame, _ = tidied(lazy.head(FIRST_ROWS).collect())
            return Look(tuple(frame.columns), frame, _height(lazy))

    def read(self, tell: Tell) -> Reading:
        name = Path(self.path).name
        with _readable(self.path, self.title):
            lazy, left_out = self._cells()
            rows = _height(lazy)
            refuse_too_large(name, bytes_of(lazy.collect_schema(), rows))
            blocks = []
            for start in range(0, max(rows, 1), BLOCK):
                tell(start / max(rows, 1), f"Reading {name}")
                blocks.append(lazy.slice(start, BLOCK).collect())
            frame, notes = tidied(pl.concat(blocks))
        return Reading(frame, notes=(*not_cells(name, left_out), *notes))

    def _cells(self) -> tuple[pl.LazyFrame, list[str]]:
        """Its columns that stand in cells, and the names of the others. DataError where there are none."""
        lazy = self._scanned(Path(self.path))
        schema = lazy.collect_schema()
        left_out = [name for name, dtype in schema.items() if not is_cell(dtype)]
        if len(left_out) == len(schema):
            why = "has no columns" if not schema else f"has only columns of lists, records or bytes: {left_out[0]}"
            raise DataError(f"{Path(self.path).name} {why}", field="path", hint="Choose a file with numbers or words")
        return lazy.select(name for name in schema if name not in set(left_out)), left_out

    @abstractmethod
    def _scanned(self, path: Path) -> pl.LazyFrame:
        """The table, of which nothing is read yet but its columns."""


class Parquet(_Columnar):
    """A Parquet file."""

    title: ClassVar[str] = "Parquet file"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")

    kind: Literal["parquet"] = "parquet"

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return head.startswith((b"PAR1", b"PARE"))

    def _scanned(self, path: Path) -> pl.LazyFrame:
        with path.open("rb") as file:
            if file.read(4) == b"PARE":
                raise DataError(f"{path.name} is encrypted", field="path", hint="Save it again without a key")
        return pl.scan_parquet(path, glob=False, hive_partitioning=False)


class Arrow(_Columnar):
    """An Arrow file or stream, which Feather of version 2 is too."""

    title: ClassVar[str] = "Arrow or Feather file"
    suffixes: ClassVar[tuple[str, ...]] = (".arrow", ".feather", ".ipc", ".arrows")

    kind: Literal["arrow"] = "arrow"

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        if head.startswith((b"ARROW1\0\0", b"FEA1")):
            return True
        return head.startswith(CONTINUES) and path.suffix.lower() in cls.suffixes

    def _scanned(self, path: Path) -> pl.LazyFrame:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic == b"FEA1":
            said = f"{path.name} is a Feather file of version 1, of before 2020"
            raise DataError(said, field="path", hint="Save it again as Feather or Parquet")
        if magic == CONTINUES:
            refuse_too_large(path.name, path.stat().st_size)
            return pl.read_ipc_stream(path).lazy()
        return pl.scan_ipc(path, glob=False, hive_partitioning=False)


@contextmanager
def _readable(path: str, title: str) -> Iterator[None]:
    """What polars says of a file that is damaged becomes one sentence."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # of the system
            with friendly(path):
                raise
        said = f"{Path(path).name} is damaged or cut off: it begins as {_article(title)} and cannot be read as one"
        raise DataError(said, field="path", hint="Get it again, or save it again where it was made") from error


def _article(title: str) -> str:
    return f"{'an' if title[0] in 'AEIO' else 'a'} {title}"


def _height(lazy: pl.LazyFrame) -> int:
    return int(lazy.select(pl.len()).collect().item())
