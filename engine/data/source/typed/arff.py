"""ARFF files of Weka: attributes by name and type, then rows between commas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from engine.data.dataset import Tell
from engine.data.source.base import FIRST_ROWS, Look, Reading, SetAside, Source
from engine.data.source.opening import opened
from engine.data.source.typed.frames import tidied
from engine.data.source.typed.gathering import Gathering
from engine.errors import DataError

BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\r]*(?:%[^\n]*)?\n)*[ \t]*@relation\s", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""@attribute\s+('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^\s{]+)\s*(\S.*)""", re.IGNORECASE)
BLOCK = 10_000  # rows
HINT = "Save it as CSV in Weka"


class _Row(NamedTuple):
    line: int
    cells: list[str]


class Arff(Source):
    """A file of Weka; rows of another width than its attributes are left out."""

    title: ClassVar[str] = "ARFF file of Weka"
    suffixes: ClassVar[tuple[str, ...]] = (".arff",)

    kind: Literal["arff"] = "arff"

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return BEGINS.match(head) is not None or path.name.lower().endswith(".arff.gz")

    def look(self, tell: Tell) -> Look:
        reading = self._reading(tell, FIRST_ROWS)
        return Look(tuple(reading.frame.columns), reading.frame, None)

    def read(self, tell: Tell) -> Reading:
        return self._reading(tell, None)

    def _reading(self, tell: Tell, most: int | None) -> Reading:
        path = Path(self.path)
        gathering, aside = Gathering(path.name), list[SetAside]()
        with opened(path) as file:
            lines = enumerate(TextIOWrapper(file.stream, "utf-8-sig", errors="replace"), 1)
            names = _names(path.name, lines)
            rows = islice(_rows(path.name, lines), most)
            keys = [str(place) for place in range(len(names))]  # names may stand twice
            gathering.add({key: [] for key in keys}, 0, 0.0)
            while block := list(islice(rows, BLOCK)):
                tell(file.share(), f"Reading {path.name}")
                whole = [row.cells for row in block if len(row.cells) == len(names)]
                aside += [
                    SetAside(f"line {line}", f"has {len(cells)} cells where there are {len(names)} attributes")
                    for line, cells in block
                    if len(cells) != len(names)
                ]
                columns = dict(zip(keys, zip(*whole, strict=True), strict=False))
                gathering.add(columns, len(whole), file.share())
        frame = gathering.frame()
        frame.columns = names
        frame, notes = tidied(frame)
        return Reading(frame, set_aside=tuple(aside), notes=tuple(notes))


def _names(name: str, lines: Iterator[tuple[int, str]]) -> list[str]:
    """Names of the attributes; `lines` then stands before the rows. DataError where there are none."""
    names = []
    for _, line in lines:
        said = line.strip()
        if said.lower().startswith("@data"):
            break
        found = ATTRIBUTE.match(said)
        if found is None:
            continue
        if found[2].lower().startswith("relational"):
            said = f"Attribute {found[1]} of {name} is a table of its own"
            raise DataError(said, field="path", hint="Leave it out and save the file again")
        names.append(_unquoted(found[1]))
    if not names:
        raise DataError(f"{name} has no attributes", field="path", hint=HINT)
    return names


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "'\"" else text


def _rows(name: str, lines: Iterator[tuple[int, str]]) -> Iterator[_Row]:
    for number, line in lines:
        said = line.strip()
        if not said or said.startswith("%"):
            continue
        if said.startswith("{"):
            raise DataError(f"{name} is a sparse ARFF file: its rows name their columns", field="path", hint=HINT)
        yield _Row(number, _cells(said))


def _cells(line: str) -> list[str]:
    """A row's cells; a quotation mark begins and ends one, the mark of those that come first."""
    marks = [mark for mark in "'\"" if mark in line]
    if not marks:
        return line.split(",")
    mark = min(marks, key=line.index)
    return next(csv.reader([line], quotechar=mark, escapechar="\\", skipinitialspace=True), [])
