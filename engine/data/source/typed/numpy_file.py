"""Arrays that NumPy saved: one in a .npy file, several in a .npz. Nothing in them is executed."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.dataset import Tell
from engine.data.friendly import friendly
from engine.data.source.base import FIRST_ROWS, Look, Reading, Source
from engine.data.source.typed.frames import NAMED, not_cells, refuse_too_large, tidied
from engine.errors import DataError

ZIP = b"PK\x03\x04"
PARTS = ("train", "valid", "validation", "val", "dev", "test")  # x_train, y_train, x_test, y_test, ...
TARGETS = ("y", "target", "targets", "label", "labels", "class", "classes")
DAMAGED = (  # what NumPy raises at such files
    *(ValueError, EOFError, MemoryError, SyntaxError, RuntimeError),
    *(tokenize.TokenError, zipfile.BadZipFile, zlib.error),
)
HINT = "Save numbers alone, with one row for each example"
Array = NDArray[Any]


class NumpyFile(Source):
    """An array of numbers with one row for each example; or several with as many rows each, side by side."""

    title: ClassVar[str] = "NumPy arrays"
    suffixes: ClassVar[tuple[str, ...]] = (".npy", ".npz")

    kind: Literal["numpy"] = "numpy"

    @classmethod
    def suits(cls, path: Path, head: bytes) -> bool:
        return head.startswith(b"\x93NUMPY") or (head.startswith(ZIP) and path.suffix.lower() == ".npz")

    def look(self, tell: Tell) -> Look:
        reading = self.read(tell)
        return Look(tuple(reading.frame.columns), reading.frame.head(FIRST_ROWS), reading.frame.height)

    def read(self, tell: Tell) -> Reading:
        path = Path(self.path)
        tell(0.0, f"Reading {path.name}")
        with friendly(path), _readable(path):
            arrays = dict(_arrays(path, tell))
            notes = not_cells(path.name, _nested(arrays))
            if len(arrays) == 1:
                (array,) = arrays.values()
                columns = _columns(path.name, "", array)
            else:
                columns, said = _side_by_side(path.name, arrays)
                notes += said
            frame, more = tidied(_frame(columns))
        return Reading(frame, notes=(*notes, *more))


def _arrays(path: Path, tell: Tell) -> Iterator[tuple[str, Array]]:
    """Each array by its name; "" where there is one alone. DataError where one cannot be taken."""
    with path.open("rb") as file:
        packed = file.read(4) == ZIP
    if not packed:
        refuse_too_large(path.name, 5 * path.stat().st_size)
        yield "", _checked(path.name, "", np.load(path, allow_pickle=False))
        return
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        refuse_too_large(path.name, 5 * sum(member.file_size for member in members))
        if not members:
            raise DataError(f"{path.name} has no arrays in it", field="path", hint="Choose another file")
        for place, member in enumerate(members):
            tell(place / len(members), f"Reading {path.name}")
            name = member.filename.removesuffix(".npy")
            with archive.open(member) as file:
                yield name, _checked(path.name, name, np.lib.format.read_array(file, allow_pickle=False))


def _checked(file: str, name: str, array: Array) -> Array:
    where = f"Array {name} of {file}" if name else file
    if array.ndim == 0:
        array = array.reshape(1)
    if array.ndim > 2:
        shape = " x ".join(f"{size:,}" for size in array.shape)
        said = f"{where} has {array.ndim} dimensions ({shape}), and a table has rows and columns alone"
        raise DataError(said, field="path", hint="Flatten it; pictures are opened as folders, one for each class")
    if array.dtype.kind in "cV" and array.dtype.names is None:
        kind = "complex numbers" if array.dtype.kind == "c" else "raw bytes"
        raise DataError(f"{where} holds {kind}", field="path", hint=HINT)
    return array


def _columns(file: str, name: str, array: Array) -> dict[str, Array]:
    """An array's columns by name: fields of a structured one, else numbered."""
    before = f"{name}." if name else ""
    if array.dtype.names is not None:
        flat = array.reshape(-1)
        return {f"{before}{field}": flat[field] for field in array.dtype.names if _is_plain(flat[field])}
    if array.ndim == 1:
        return {name or "column 1": array}
    if array.shape[1] == 1 and name:
        return {name: array[:, 0]}
    title = f"{name} " if name else "column "
    return {f"{title}{place + 1}": array[:, place] for place in range(array.shape[1])}


def _nested(arrays: Mapping[str, Array]) -> list[str]:
    """Fields of structured arrays that are no columns."""
    fields = [(array, field) for array in arrays.values() for field in array.dtype.names or ()]
    return [field for array, field in fields if not _is_plain(array.reshape(-1)[field])]


def _is_plain(values: Array) -> bool:
    return values.ndim == 1 and values.dtype.kind not in "cV"


def _side_by_side(file: str, arrays: Mapping[str, Array]) -> tuple[dict[str, Array], list[str]]:
    """Columns of several arrays, the targets last; parts such as x_train and x_test one below the other."""
    groups: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        stem, part = _part(name)
        groups.setdefault(part, {})[stem] = array
    parts = {part: group for part, group in groups.items() if part}
    if parts and len({frozenset(group) for group in parts.values()}) == 1:
        first = next(iter(parts.values()))
        for part, group in parts.items():
            _check(file, group, first, part)
        stacked = {stem: np.concatenate([group[stem] for group in parts.values()]) for stem in first}
        rows = ", ".join(f"{len(next(iter(group.values()))):,} of {part}" for part, group in parts.items())
        notes = [f"The parts of {file} are read as one table, one below the other: {rows}"] if len(parts) > 1 else []
        return _joined(file, stacked), notes + _others(file, groups.get("", {}))
    by_rows: dict[int, dict[str, Array]] = {}
    for name, array in arrays.items():
        by_rows.setdefault(len(array), {})[name] = array
    most = max(by_rows, key=lambda count: (sum(array.size for array in by_rows[count].values()), count))
    left = {name: array for name, array in arrays.items() if len(array) != most}
    return _joined(file, by_rows[most]), _others(file, left)


def _part(name: str) -> tuple[str, str]:
    """ "x_train" -> ("x", "train"), "test_labels" -> ("labels", "test"), "x" -> ("x", "")."""
    begin, _, end = name.rpartition("_")
    if begin and end.lower() in PARTS:
        return begin, end.lower()
    begin, _, end = name.partition("_")
    return (end, begin.lower()) if end and begin.lower() in PARTS else (name, "")


def _joined(file: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    columns: dict[str, Array] = {}
    for name in sorted(arrays, key=lambda name: name.lower() in TARGETS):  # a stable order
        columns |= _columns(file, name, arrays[name])
    return columns


def _check(file: str, group: Mapping[str, Array], first: Mapping[str, Array], part: str) -> None:
    """DataError where the arrays of a part differ in rows, or from those of the first part in columns."""
    if len({len(array) for array in group.values()}) > 1:
        sizes = " and ".join(f"{stem} has {len(array):,}" for stem, array in list(group.items())[:3])
        said = f"Arrays of {file} differ in rows: of {part} {sizes}"
        raise DataError(said, field="path", hint="Save as many rows of each")
    odd = [stem for stem, array in group.items() if array.shape[1:] != first[stem].shape[1:]]
    if odd:
        said = f"Array {odd[0]} of {file} has other columns in {part} than in its other parts"
        raise DataError(said, field="path", hint="Save as many columns of each")


def _others(file: str, left: Mapping[str, Array]) -> list[str]:
    if not left:
        return []
    shown = ", ".join(f"{name} ({len(array):,} rows)" for name, array in list(left.items())[:NAMED])
    more = f" and {len(left) - NAMED:,} more" if len(left) > NAMED else ""
    return [f"Of {file} these arrays are left out, for they have another number of rows: {shown}{more}"]


def _frame(columns: Mapping[str, Array]) -> pl.DataFrame:
    return pl.DataFrame([pl.Series(name, _plain(values)) for name, values in columns.items()])


def _plain(values: Array) -> Array | list[str]:
    """Values of a type and order of bytes that polars knows."""
    if values.dtype.kind == "S":
        return [cell.decode(errors="replace") for cell in values.tolist()]
    if values.dtype.kind == "U":
        return [str(cell) for cell in values.tolist()]
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        values = values.astype(np.float64)
    if values.dtype.kind in "mM" and np.datetime_data(values.dtype)[0] not in ("ns", "us", "ms", "D"):
        values = values.astype(f"{values.dtype.kind}8[us]")
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What NumPy says of a file that is damaged, or holds Python objects, becomes one sentence."""
    try:
        yield
    except DAMAGED as error:
        if "allow_pickle" in str(error) or "Object arrays" in str(error):
            said = f"{path.name} holds Python objects, which can run any code when they are read, and is not opened"
            raise DataError(said, field="path", hint=HINT) from error
        said = f"{path.name} is damaged or cut off, or no array that NumPy saved"
        hint = "Get it again, or save it again with numpy.save"
        raise DataError(said, field="path", hint=hint) from error
