"""Snapshots of a run that are on disk: what they are called, whether they are whole, which one is meant.

A snapshot is a safetensors file that says itself all that is needed to list it, so that it outlives the run's database:
its metadata hold the form, the loop's position (`state`), its names, its loss, the run's status and a digest of all.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.disk import whole
from engine.errors import FileError
from engine.record.files import snapshot_files
from engine.record.rows import SnapshotRow

FORM = 2  # of the metadata; 1 held the state alone
LAST, BEST, KEPT = "last", "best", "kept"
EPOCH = "epoch"
MOST_TITLES = 10  # told of at once
TYPES = {
    "f8": "F64", "f4": "F32", "f2": "F16", "i8": "I64", "i4": "I32", "i2": "I16", "i1": "I8",
    "u8": "U64", "u4": "U32", "u2": "U16", "u1": "U8", "b1": "BOOL",
}  # fmt: skip
MOST_HEADER = 100_000_000  # bytes, as safetensors itself allows


@dataclass(frozen=True)
class Header:
    """What a snapshot's file says of itself.

    Attributes:
        state: the loop's position: step, epoch, epoch_losses and more.
        status: the run's when it was written; empty in old files.
        digest: of state and arrays; "" in old files.
        length: bytes that the file must have.
    """

    step: int
    epoch: int
    state: Mapping[str, Any]
    length: int
    form: int = 1
    names: tuple[str, ...] = ()
    loss: float | None = None
    status: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot that can be chosen.

    Attributes:
        names: "last", "best", "kept" where it is; each can also be chosen by its step, and at an epoch's end by that.
        epoch: finished ones.
        loss: what told how good it is; None where nothing did.
        whole: whether the file is there in its full length.
    """

    path: Path
    step: int
    epoch: int
    loss: float | None
    bytes: int
    names: tuple[str, ...]
    whole: bool = True

    @property
    def ends_epoch(self) -> bool:
        """Whether it stands at the end of its epoch, and so is what that epoch came to."""
        return self.loss is not None and self.epoch > 0

    @property
    def title(self) -> str:
        """The plainest name it can be chosen by, whatever else it is: "epoch 12", or "step 4,000" within an epoch."""
        return f"{EPOCH} {self.epoch:,}" if self.ends_epoch else f"step {self.step:,}"

    @property
    def called(self) -> tuple[str, ...]:
        """All it is called beside its step: "epoch 12", "best"; nothing within an epoch where it has no name."""
        return (self.title, *self.names) if self.ends_epoch else self.names

    def is_called(self, name: str | int) -> bool:
        """Whether it is one that is meant by a name as `parsed` gives it."""
        if isinstance(name, int):
            return self.step == name
        return name in self.names or (self.ends_epoch and name == _of_epoch(self.epoch))


def header(path: Path) -> Header | None:
    """What a snapshot says of itself; None where it is none, or its beginning is damaged."""
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            if size > MOST_HEADER:
                return None
            document = json.loads(file.read(size))
        metadata = document.pop("__metadata__")
        state = json.loads(metadata["state"])
        ends = [entry["data_offsets"][1] for entry in document.values()]
        return Header(
            int(state["step"]),
            int(state.get("epoch", 0)),
            state,
            8 + size + max(ends, default=0),
            int(metadata.get("form", 1)),
            tuple(json.loads(metadata.get("names", "[]"))),
            json.loads(metadata.get("loss", "null")),
            json.loads(metadata.get("status", "{}")),
            metadata.get("digest", ""),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error):
        return None


def digest(arrays: Mapping[str, NDArray[Any]], state: str) -> str:
    """A digest of a snapshot's content (BLAKE2b, 128 bits): it tells of damage, not of forgery."""
    found = hashlib.blake2b(state.encode(), digest_size=16)
    for name in sorted(arrays):
        array = arrays[name]
        found.update(f"{name}{array.dtype.str}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return found.hexdigest()


def write(path: Path, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> int:
    """Writes a safetensors file whole, array by array, so that no second copy of them is made; gives its bytes.

    The form: 8 bytes length of the header, the header as JSON, the arrays' bytes without gaps, largest items first
    so that each is aligned (github.com/huggingface/safetensors, Format). FileError where it cannot be written.
    """
    forms = {name: (array.dtype, array.shape, array.nbytes) for name, array in arrays.items()}
    names = sorted(forms, key=lambda name: (-forms[name][0].itemsize, name))
    document: dict[str, Any] = {"__metadata__": dict(metadata)}
    end = 0
    for name in names:
        kind, shape, size = forms[name]
        start, end = end, end + size
        document[name] = {"dtype": TYPES[kind.str.lstrip("<|=")], "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 8)
    with whole(path) as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in names:
            file.write(arrays[name].reshape(-1).view(np.uint8).data)
    return 8 + len(text) + end


def found(folder: Path, rows: Iterable[SnapshotRow]) -> list[SnapshotInfo]:
    """The snapshots of a run, earliest step first: those its database knows, and files whole without a row."""
    known = {row.step: row for row in rows}
    infos: dict[int, SnapshotInfo] = {}
    for path in snapshot_files(folder):
        try:
            info = _info(path, known)
        except FileNotFoundError:  # the run that goes on has put another in its place
            continue
        if info.step not in infos or info.whole:
            infos[info.step] = info
    ordered = [infos[step] for step in sorted(infos)]
    best = [info for info in ordered if BEST in info.names]
    for info in best[:-1]:  # what a file says of itself may be over; the later one is the better one
        ordered[ordered.index(info)] = replace(info, names=tuple(name for name in info.names if name != BEST))
    if not ordered:
        return []
    last = ordered[-1]  # whole or not: it is the one that is meant
    return [*ordered[:-1], replace(last, names=(LAST, *last.names))]


def without_row(folder: Path, rows: Iterable[SnapshotRow]) -> list[SnapshotRow]:
    """Rows for the whole files that have none: a kill came between the two, or the database was made anew."""
    rows = list(rows)
    known = {row.step for row in rows}
    made = []
    for info in found(folder, rows):
        said = header(info.path) if info.whole and info.step not in known else None
        if said is not None:
            names = tuple(name for name in info.names if name != LAST)
            file = info.path.relative_to(folder).as_posix()
            made.append(SnapshotRow(info.step, info.epoch, info.loss, names, file, info.bytes, said.digest))
    return made


def remove_others(folder: Path, steps: Collection[int]) -> None:
    """Deletes the files of all snapshots but those of these steps; one that cannot be deleted stays."""
    for path in snapshot_files(folder):
        if not (path.stem.isdigit() and int(path.stem) in steps):
            with suppress(OSError):
                path.unlink()


def candidates(infos: list[SnapshotInfo], name: str | int) -> list[SnapshotInfo]:
    """The snapshot that is meant, then those to use where it is damaged, last ones first.

    FileError where there is none of that name.
    """
    wanted = parsed(name)
    meant = [info for info in infos if info.is_called(wanted)]
    if not meant:
        words = f"of step {wanted:,}" if isinstance(wanted, int) else _called(wanted)
        hint = f"Choose {', '.join(_titles(infos))}" if infos else "Train it first"
        raise FileError(f"The run has no snapshot {words}" if infos else "The run holds no snapshot", hint=hint)
    return [meant[-1], *(info for info in reversed(infos) if info is not meant[-1])]


def parsed(name: str | int) -> str | int:
    """A name as a person may write it, in the form that is compared. FileError for other words.

    "last" and "best" as they are; a step, 1200 or "1,200" or "step 1,200", as a number; "epoch 12" as such, without
    commas.
    """
    if isinstance(name, int):
        return name
    word = name.strip().lower()
    if word in (LAST, BEST):
        return word
    found = re.fullmatch(rf"(step|{EPOCH})?\s*(\d+|\d{{1,3}}(?:[,._ ]\d{{3}})+)", word, re.ASCII)
    if found is None:
        raise FileError(f"There is no snapshot called {name}", hint="Name it last, best, by its epoch or by its step")
    number = int(re.sub(r"\D", "", found[2]))
    return _of_epoch(number) if found[1] == EPOCH else number


def _of_epoch(epoch: int) -> str:
    return f"{EPOCH} {epoch}"


def _called(name: str) -> str:
    return f"of {EPOCH} {int(name.removeprefix(EPOCH)):,}" if name.startswith(EPOCH) else f"called {name}"


def _info(path: Path, known: Mapping[int, SnapshotRow]) -> SnapshotInfo:
    """By its row, else by what it says itself; a damaged one by its file's name."""
    size = path.stat().st_size
    step = int(path.stem) if path.stem.isdigit() else -1
    row = known.get(step)
    if row is not None:
        return SnapshotInfo(path, step, row.epoch, row.loss, size, row.names, size == row.bytes)
    said = header(path)
    if said is None:
        return SnapshotInfo(path, max(0, step), 0, None, size, (), False)
    return SnapshotInfo(path, said.step, said.epoch, said.loss, size, said.names, size == said.length)


def _titles(infos: list[SnapshotInfo]) -> list[str]:
    """What there is to choose; of many the latest."""
    titles = [info.title for info in infos]
    if len(titles) > MOST_TITLES:
        titles = ["…", *titles[1 - MOST_TITLES :]]
    return [LAST, *([BEST] if any(BEST in info.names for info in infos) else []), *titles]
