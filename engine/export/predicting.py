"""Reads what a trained network shall answer for, and writes its answers as CSV lines."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from engine.data import prepare
from engine.data.rows import OLD, UnreadableError, is_missing, number, read_rows, unreadable

Rows = Sequence[Mapping[str, str]]
PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"}


def load_preparation(path: Path) -> dict[str, Any]:
    """The preparation document beside the network."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def gather(
    preparation: Mapping[str, Any],
    paths: Sequence[Path],
    note: Callable[[str], None],
    read: Callable[[Path, Any], Rows] = read_rows,
) -> tuple[list[str], list[NDArray[Any]]]:
    """Names of the examples (row numbers from 1, or files) and each of the network's inputs (examples, *shape).

    Args:
        paths: for columns: one file that `read_rows` takes. For pictures and texts: files, or folders that hold them.
        note: is told, in a sentence, of every column with cells that cannot be used, and every picture left out.
        read: gives the rows of a file, by how those were read that were trained on.
    Raises:
        UnreadableError: there is nothing to read, or it does not suit the network.
    """
    if reads_rows(preparation):
        return _rows(preparation, paths, note, read)
    files = list(_files(paths, PICTURES if preparation["kind"] == "images" else None))
    if not files:
        raise UnreadableError("There are no files to read", "Give files, or a folder that holds them")
    if preparation["kind"] == "images":
        return _pictures(preparation, files, note)
    tables = [file.name for file in files if file.suffix.lower() in (".csv", ".tsv")]
    if tables:
        raise UnreadableError(f"This network reads whole texts, and {tables[0]} is a table", "Give text files")
    encoding = preparation.get("encoding", OLD)
    texts = prepare.inputs_from_texts(preparation, [prepare.read_text(file, encoding) for file in files])
    return [str(file) for file in files], [texts]


def reads_rows(preparation: Mapping[str, Any]) -> bool:
    """Whether examples are rows of a table, not files."""
    return preparation["kind"] == "table" or bool(preparation.get("column"))


def _rows(
    preparation: Mapping[str, Any],
    paths: Sequence[Path],
    note: Callable[[str], None],
    read: Callable[[Path, Any], Rows],
) -> tuple[list[str], list[NDArray[Any]]]:
    if len(paths) != 1 or _is_folder(paths[0]):
        raise UnreadableError("This network reads rows", "Give one CSV or TSV file")
    rows = read(paths[0], preparation.get("reading"))
    if not rows:
        raise UnreadableError(f"{paths[0].name} has a header but no rows", "Give at least one row")
    parts = preparation.get("inputs") or [preparation]
    made = {}
    for place in preparation.get("reads", [0]):  # only what the network reads has to be there
        made[place] = prepare.inputs_from_rows(parts[place], rows, paths[0].parent)
        for text in surprises(parts[place], rows):
            note(text)
    names = [str(number) for number in range(1, len(rows) + 1)]
    return names, [made[place] for place in preparation.get("reads", [0])]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(path, error) from error


def surprises(preparation: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """A sentence for each column with cells that the network was not trained on, with the first of them."""
    said = []
    for feature in preparation.get("features", []):
        cells = [row[feature["column"]].strip() for row in rows]
        strange = [number for number, cell in enumerate(cells, start=1) if _is_strange(feature, cell)]
        if not strange:
            continue
        if feature["kind"] == "number":
            why, taken = "is not a number", "missing"
        elif feature["kind"] == "category":
            why, taken = "was not in the training data", "rare" if feature["other"] else "missing"
        else:
            why, taken = "cannot be read", "missing"
        places = ", ".join(map(str, strange[:5])) + (f" and {len(strange) - 5:,} more" if len(strange) > 5 else "")
        where = f"Column {feature['column']}, row{'s' * (len(strange) > 1)} {places}"
        said.append(f'{where}: "{cells[strange[0] - 1][:40]}" {why} and is taken as {taken}.')
    return said


def _is_strange(feature: Mapping[str, Any], cell: str) -> bool:
    if is_missing(cell):
        return False
    if feature["kind"] == "number":
        return bool(np.isnan(number(cell, feature["decimal"])))
    if feature["kind"] == "category":
        return cell not in feature["categories"]
    return "missing" in feature and bool(prepare.ENCODERS[feature["kind"]]({**feature, "missing": True}, [cell])[0, -1])


def _pictures(
    preparation: Mapping[str, Any], files: Sequence[Path], note: Callable[[str], None]
) -> tuple[list[str], list[NDArray[Any]]]:
    """As gather: those that can be read, with a note on each of the others. UnreadableError where none can be."""
    names, inputs = [], []
    last = None
    for file in files:
        try:
            inputs.append(prepare.inputs_from_images(preparation, [file]))
            names.append(str(file))
        except UnreadableError as error:
            last = error
            if len(files) > 1:
                note(f"{file} is left out: it is not a picture that can be read.")
    if not inputs and last is not None:
        raise last
    return names, [np.concatenate(inputs)]


def _files(paths: Sequence[Path], suffixes: set[str] | None) -> Iterator[Path]:
    for path in paths:
        try:
            found = sorted(_below(path)) if path.is_dir() else [path] if path.exists() else []
        except OSError as error:
            raise unreadable(error.filename or path, error) from error
        if path.is_dir():
            yield from (file for file in found if suffixes is None or file.suffix.lower() in suffixes)
        elif found:
            yield path
        else:
            raise UnreadableError(f"There is no file {path}", "Check the name")


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and below that people see. OSError where one of the folders cannot be read."""
    for where, _, names in os.walk(folder, onerror=_raise):
        yield from (Path(where) / name for name in names if not name.startswith("."))


def _raise(error: OSError) -> None:
    raise error


class AnswerColumn(NamedTuple):
    """One column of the answers.

    Attributes:
        name: no other column has it.
        values: one for each example: a number or a string.
        spread: deviation of a number target, against which answers have to differ visibly; 0 where there is none.
    """

    name: str
    values: list[Any]
    spread: float = 0.0


def answered(
    preparation: Mapping[str, Any],
    names: Sequence[str],
    inputs: Sequence[NDArray[Any]],
    outputs: Sequence[NDArray[Any]],
) -> list[AnswerColumn]:
    """For each example row or file, prediction, and for classes how sure the network is.

    With several targets the predictions are called by these. A name that is taken gets a number: "row (2)".

    Args:
        inputs: what the network read, as gather gives them.
        outputs: what it gave for each output, (examples, ...), before it is brought back to the target's own unit.
    """
    rows = reads_rows(preparation)
    made = [AnswerColumn("row", [int(name) for name in names]) if rows else AnswerColumn("file", list(names))]
    gives = preparation.get("gives") or [[0, preparation["answers"]]]
    for (place, form), values in zip(gives, outputs, strict=True):
        title = str(_target(preparation, place)["name"]) if len(gives) > 1 else ""
        made += [
            column._replace(name=_titled(column.name, title))
            for column in _columns(preparation, place, form, inputs, values)
        ]
    unique = _told_apart([column.name for column in made])
    return [column._replace(name=name) for column, name in zip(made, unique, strict=True)]


def documents(columns: Sequence[AnswerColumn]) -> Iterator[dict[str, Any]]:
    """The answers as one document for each example."""
    names = [column.name for column in columns]
    for cells in zip(*[column.values for column in columns], strict=True):
        yield dict(zip(names, cells, strict=True))


def _told_apart(names: Sequence[str]) -> Iterator[str]:
    """The names, and where one stands twice its second place as "name (2)"; the first of them keeps it."""
    taken: set[str] = set()
    for name in names:
        called = name
        for place in count(2):
            if called not in taken and (called == name or called not in names):
                break
            called = f"{name} ({place})"
        taken.add(called)
        yield called


def _target(preparation: Mapping[str, Any], place: int) -> Mapping[str, Any]:
    """The document of a target, by its place among the data's targets."""
    target: Mapping[str, Any] = [preparation["target"], *preparation.get("more_targets", [])][place]
    return target


def _titled(name: str, title: str) -> str:
    """Name of an answer's column; with several targets "digit", "digit probability"."""
    return " ".join(part for part in (title, name) if part and part != "prediction") or name


def _columns(
    preparation: Mapping[str, Any], place: int, form: str, inputs: Sequence[NDArray[Any]], outputs: NDArray[Any]
) -> list[AnswerColumn]:
    """The answers for one target."""
    target = _target(preparation, place)
    if target["kind"] == "tokens":
        return [AnswerColumn("prediction", next_words(preparation, inputs[0], outputs))]
    if target["kind"] == "values":
        return _given_back(target, inputs, outputs)
    if form == "logarithms":
        outputs = np.exp(outputs)
    found = AnswerColumn("prediction", prepare.answers({"target": target}, outputs))
    if target["kind"] != "classes":
        return [found._replace(spread=float(target["deviation"]) if target.get("scaled") else 0.0)]
    sure = [float(max(row[0], 1 - row[0]) if len(row) == 1 else row.max()) for row in outputs]
    return [found, AnswerColumn("score" if form == "numbers" else "probability", sure)]


def next_words(preparation: Mapping[str, Any], inputs: NDArray[np.int64], outputs: NDArray[Any]) -> list[str]:
    """The likeliest word after each text.

    Args:
        inputs: int64 (texts, time), filled up at the end with 0.
        outputs: (texts, time, words) scores or shares of the next word at each step.
    """
    ends = np.maximum((inputs != 0).sum(axis=1) - 1, 0)
    scores = np.array(outputs[np.arange(len(outputs)), ends])  # (texts, words)
    scores[:, :2] = -np.inf  # filling and unknown words are no words
    return [preparation["words"][int(word)] for word in scores.argmax(axis=1)]


def _given_back(target: Mapping[str, Any], inputs: Sequence[NDArray[Any]], outputs: NDArray[Any]) -> list[AnswerColumn]:
    """The mean squared distance to the input of that shape, as prepared, and of a row its features."""
    columns = []
    same = next((one for one in inputs if one.shape == outputs.shape), None)
    if same is not None:
        errors = np.square(outputs - same).reshape(len(outputs), -1).mean(axis=1)
        columns.append(AnswerColumn("error", errors.astype(float).tolist()))
    for feature, values in zip(target.get("features", []), outputs.T, strict=False):
        columns.append(AnswerColumn(str(feature), values.astype(float).tolist()))
    return columns


def write_csv(columns: Sequence[AnswerColumn], file: TextIO) -> None:
    """The answers as CSV with a header; numbers with the digits that count."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    cells = [[short(v, column.spread) if isinstance(v, float) else v for v in column.values] for column in columns]
    writer.writerows(zip(*cells, strict=True))


def short(value: float, spread: float = 0.0) -> str:
    """Six digits that count, and more where whole units or a thousandth of the spread would be rounded away.

    There is no exponent where the number is large.
    """
    size = abs(value)
    if not 0 < size < math.inf:
        return f"{value + 0.0:.6g}"  # no -0
    whole = math.floor(math.log10(size)) + 1  # digits before the point
    apart = whole + math.ceil(3 - math.log10(spread)) if spread > 0 else 0
    text = f"{value:.{min(17, max(6, whole if size < 1e15 else 6, apart))}g}"
    return f"{float(text):.0f}" if "e+" in text and size < 1e15 else text
