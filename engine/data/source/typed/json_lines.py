"""Records in JSON: one a line, or a whole file of them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, NamedTuple

from pydantic import Field

from engine.data.dataset import Tell
from engine.data.source.base import FIRST_ROWS, HEAD, Guess, Look, Reading, SetAside, Source
from engine.data.source.opening import Opened, opened
from engine.data.source.typed.frames import not_cells, refuse_too_large, tidied
from engine.data.source.typed.gathering import Gathering
from engine.data.source.typed.json_shapes import Records, records_in
from engine.errors import DataError

BLOCK = 10_000  # lines that are read at once
SWELLS = 10  # bytes of memory that a byte of JSON takes once it is read, about
SUFFIXES = (".jsonl", ".ndjson", ".json")
PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ")
NO_RECORD = "is no record in braces"
Rows = list[dict[str, Any]]


class _Line(NamedTuple):
    number: int
    text: bytes


class JsonLines(Source):
    """Records, one a line; or a file that is a list of them, or a list for each column."""

    title: ClassVar[str] = "JSON records, one a line or a list of them"
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    kind: Literal["json"] = "json"
    records: str | None = Field(
        None, title="List", description="Name of the list of records, where a file has several; none: the longest"
    )

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        named = any(suffix.lower() in SUFFIXES for suffix in path.suffixes[-2:])
        if head.startswith(PACKED):
            return named
        text = head.decode(json.detect_encoding(head[:4]), errors="replace").lstrip("\ufeff \t\r\n")
        return text.startswith(("{", "[")) if named else _is_record(text.partition("\n")[0])

    def look(self, tell: Tell) -> Look:
        reading, whole = self._reading(tell, FIRST_ROWS)
        return Look(
            tuple(reading.frame.columns),
            reading.frame.head(FIRST_ROWS),
            reading.frame.height if whole else None,
            reading.guesses,
        )

    def read(self, tell: Tell) -> Reading:
        return self._reading(tell, None)[0]

    def _reading(self, tell: Tell, most: int | None) -> tuple[Reading, bool]:
        """The table, and whether it is all there is. `most`: lines that are read; None for all."""
        path = Path(self.path)
        with opened(path) as file:
            head = file.stream.read(HEAD)
            encoding = json.detect_encoding(head[:4])
            stream = io.BufferedReader(_Again(head, file.stream))
            if _is_lines(head, encoding):
                lines = _lines(stream, encoding)
                gathered = _Gathered(path.name)
                gathered.read(lines if most is None else islice(lines, most), file, tell)
                return gathered.finish(), most is None or next(lines, None) is None
            tell(0.0, f"Reading {path.name}")
            records = records_in(path.name, _document(path, stream), self.records)
        return _of_records(path.name, records, tell), True


class _Again(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken = self._head or self._rest.read(len(buffer))
        size = min(len(taken), len(buffer))
        buffer[:size] = taken[:size]
        self._head = taken[size:]
        return size


class _Gathered:
    """A table out of records that come one by one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._columns = Gathering(name)
        self._places: list[int] = []
        self._set_aside: list[SetAside] = []

    def read(self, lines: Iterator[_Line], file: Opened, tell: Tell) -> None:
        while block := list(islice(lines, BLOCK)):
            tell(file.share(), f"Reading {self._name}")
            self.add(self._records(block), file.share())

    def add(self, records: Rows, share: float) -> None:
        flat = [_flat(record) for record in records]
        names = dict.fromkeys(name for record in flat for name in record)
        self._columns.add({name: [record.get(name) for record in flat] for name in names}, len(flat), share)

    def aside(self, place: str, why: str) -> None:
        self._set_aside.append(SetAside(place, why))

    def finish(self, guesses: tuple[Guess, ...] = ()) -> Reading:
        frame, notes = tidied(self._columns.frame())
        if not frame.width:
            why = f": {self._set_aside[0].place} {self._set_aside[0].why}" if self._set_aside else ""
            hint = 'Choose a file with lines such as {"size": 3, "kind": "small"}'
            raise DataError(f"{self._name} has no records in it{why}", field="path", hint=hint)
        lists = [name for name in self._columns.unfit if name not in frame.columns]
        some = {name: count for name, count in self._columns.unfit.items() if name in frame.columns}
        said = [
            f"Column {name} has {count:,} lists or records in it, which are taken as missing"
            for name, count in some.items()
        ]
        notes = [*not_cells(self._name, lists, "lists and records within records"), *said, *notes]
        return Reading(frame, guesses, tuple(self._set_aside), tuple(notes))

    def _records(self, block: Sequence[_Line]) -> Rows:
        """The records of lines; those that are none are set aside."""
        try:
            found = json.loads(b"[" + b",".join(line.text for line in block) + b"]")
            if len(found) == len(block) and all(type(record) is dict for record in found):
                return list(found)
        except (ValueError, RecursionError):
            pass
        return [record for line in block if (record := self._record(line)) is not None]

    def _record(self, line: _Line) -> dict[str, Any] | None:
        try:
            record = json.loads(line.text)
        except UnicodeDecodeError:
            self.aside(f"line {line.number}", "is not UTF-8")
        except json.JSONDecodeError as error:
            self.aside(f"line {line.number}", f"is broken JSON: {_said(error)}")
        except (ValueError, RecursionError):
            self.aside(f"line {line.number}", "is JSON that cannot be read")
        else:
            if isinstance(record, dict):
                return record
            self.aside(f"line {line.number}", NO_RECORD)
        return None


def _of_records(name: str, records: Records, tell: Tell) -> Reading:
    gathered = _Gathered(name)
    whole = []
    for place, record in enumerate(records.rows, 1):
        if isinstance(record, dict):
            whole.append(record)
        else:
            gathered.aside(f"row {place}", NO_RECORD)
    for start in range(0, len(whole), BLOCK):
        tell(start / len(whole), f"Reading {name}")
        gathered.add(whole[start : start + BLOCK], 1.0)
    reading = gathered.finish(records.guesses)
    notes = [f"{guess.value} is read: {guess.reason}" for guess in records.guesses]
    return Reading(reading.frame, reading.guesses, reading.set_aside, (*notes, *reading.notes))


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Records within it as columns "outer.inner", one level deep."""
    if not any(type(value) is dict for value in record.values()):
        return record
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": deep for inner, deep in value.items()}
        else:
            flat[name] = value
    return flat


def _lines(stream: io.BufferedReader[_Again], encoding: str) -> Iterator[_Line]:
    """Lines that are not blank, as UTF-8, with their numbers."""
    lines: Iterator[bytes] = iter(stream)
    if encoding != "utf-8":
        lines = (line.encode() for line in io.TextIOWrapper(stream, encoding, errors="replace", newline="\n"))
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text:
            yield _Line(number, text)


def _is_lines(head: bytes, encoding: str) -> bool:
    """Whether the first line is a record of its own, and there is another one or it is all."""
    text = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")
    first, _, rest = text.partition("\n")
    if _is_record(first):
        return bool(rest.strip())  # a single line may be a list for each column
    return len(re.findall(r"^\{.*\}\s*$", text, re.MULTILINE)) > 1  # its first line is broken


def _is_record(line: str) -> bool:
    try:
        return line.startswith("{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _document(path: Path, stream: io.BufferedReader[_Again]) -> Any:
    """All of a file that is one JSON value. DataError where it is broken."""
    refuse_too_large(path.name, path.stat().st_size * SWELLS)
    try:
        return json.loads(stream.read())
    except json.JSONDecodeError as error:
        why = f"{_said(error)} (line {error.lineno})"
    except (ValueError, RecursionError):
        why = "it is not text in UTF-8, or nested too deeply"
    hint = "Get it again, or save it again where it was made"
    raise DataError(f"{path.name} is broken JSON: {why}", field="path", hint=hint)


def _said(error: json.JSONDecodeError) -> str:
    return f"{error.msg[:1].lower()}{error.msg[1:]} at letter {error.colno}"
