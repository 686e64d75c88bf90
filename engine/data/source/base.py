"""What every source of rows has: a format as one frozen class, what it guesses and why, and what it leaves out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import polars as pl
from pydantic import Field

from engine.data.dataset import Tell
from engine.layers.base import Settings

HEAD = 65_536  # bytes by which a source knows its files
FIRST_ROWS = 100  # of a look
SAID = 3  # rows left out that are named one by one


class Guess(NamedTuple):
    """Something that the person did not say.

    Attributes:
        option: the field of the source that would say it, or that field and the column: "decimal of price".
        value: what was taken, as the field has it.
        reason: why, in plain words that fit after a colon.
    """

    option: str
    value: Any
    reason: str


class SetAside(NamedTuple):
    """A row that is left out: where it stands ("line 3", "row 7") and why ("has 3 cells where the header has 2")."""

    place: str
    why: str


@dataclass(frozen=True)
class Look:
    """A first look.

    Attributes:
        columns: their names, unique.
        head: the first rows, as `Reading.frame`.
        rows: how many there are; None where nobody knows without reading all of them.
    """

    columns: tuple[str, ...]
    head: pl.DataFrame
    rows: int | None
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True)
class Reading:
    """All rows.

    Attributes:
        frame: columns of String without outer spaces, or numbers, booleans, dates where the format has these; no null
            in a String column: a missing value is "".
        set_aside: rows that are not in it.
        notes: what a person should know of it, plain sentences without a final stop; rows set aside are not repeated.
        reading: how a table of text was read, as `engine.data.rows` takes it; empty where that reads it so by itself.
    """

    frame: pl.DataFrame
    guesses: tuple[Guess, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[str, ...] = ()
    reading: dict[str, Any] = field(default_factory=dict)


class Source(Settings):
    """A format of rows, and one file in it. Its fields are what a person can say; one that is not set is guessed.

    Attributes:
        title: for people: "CSV or TSV table".
        suffixes: of its files, for dialogs: (".csv", ".tsv").
    """

    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    kind: str
    path: str = Field(title="File")

    @classmethod
    @abstractmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        """Whether the file is of this format. `head`: its first HEAD bytes, as they lie on the disk."""

    @abstractmethod
    def look(self, tell: Tell) -> Look:
        """Columns and first rows, within a moment for a file of any size. DataError as `read`."""

    @abstractmethod
    def read(self, tell: Tell) -> Reading:
        """All rows in order. DataError where there are none to be had; Cancelled as `tell` raises it."""


def left_out(set_aside: Sequence[SetAside]) -> list[str]:
    """Plain sentences on rows that are left out; where there are many, the first of them and how many more."""
    if len(set_aside) <= SAID:
        return [f"{place.capitalize()} is left out: it {why}" for place, why in set_aside]
    first = ", ".join(f"{place} {why}" for place, why in set_aside[:SAID])
    return [f"{len(set_aside):,} rows are left out: {first}, and {len(set_aside) - SAID:,} more"]
