"""Reads what a trained network shall answer for, and writes its answers as CSV lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from engine.data import prepare

TABLES = {".csv", ".tsv", ".txt", ".gz"}
PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"}


def load_preparation(path: Path) -> dict[str, Any]:
    """The preparation document beside the network."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def gather(
    preparation: Mapping[str, Any], paths: Sequence[Path], note: Callable[[str], None]
) -> tuple[list[str], NDArray[Any]]:
    """Names of the examples (row numbers from 1, or files) and the network's inputs (examples, *shape).

    Args:
        paths: for columns: one CSV or TSV file. For pictures and texts: files, or folders that hold them.
        note: is told, in a sentence, of every column with cells that cannot be used, and every picture left out.
    Raises:
        prepare.UnreadableError: there is nothing to read, or it does not suit the network.
    """
    if preparation["kind"] == "table" or preparation.get("column"):
        if len(paths) != 1 or paths[0].is_dir():
            raise prepare.UnreadableError("This network reads rows", "Give one CSV or TSV file")
        rows = prepare.read_rows(paths[0])
        if not rows:
            raise prepare.UnreadableError(f"{paths[0].name} has a header but no rows", "Give at least one row")
        inputs = prepare.inputs_from_rows(preparation, rows)
        for text in surprises(preparation, rows):
            note(text)
        return [str(number) for number in range(1, len(rows) + 1)], inputs
    files = list(_files(paths, PICTURES if preparation["kind"] == "images" else None))
    if not files:
        raise prepare.UnreadableError("There are no files to read", "Give files, or a folder that holds them")
    if preparation["kind"] == "images":
        return _pictures(preparation, files, note)
    tables = [file.name for file in files if file.suffix.lower() in (".csv", ".tsv")]
    if tables:
        raise prepare.UnreadableError(f"This network reads whole texts, and {tables[0]} is a table", "Give text files")
    return [str(file) for file in files], prepare.inputs_from_texts(preparation, [prepare.read_text(f) for f in files])


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
        else:
            why, taken = "was not in the training data", "rare" if feature["other"] else "missing"
        places = ", ".join(map(str, strange[:5])) + (f" and {len(strange) - 5:,} more" if len(strange) > 5 else "")
        where = f"Column {feature['column']}, row{'s' * (len(strange) > 1)} {places}"
        said.append(f'{where}: "{cells[strange[0] - 1][:40]}" {why} and is taken as {taken}.')
    return said


def _is_strange(feature: Mapping[str, Any], cell: str) -> bool:
    if prepare.is_missing(cell):
        return False
    if feature["kind"] == "number":
        return bool(np.isnan(prepare.number(cell, feature["decimal"])))
    return cell not in feature["categories"]


def _pictures(
    preparation: Mapping[str, Any], files: Sequence[Path], note: Callable[[str], None]
) -> tuple[list[str], NDArray[Any]]:
    """As gather: those that can be read, with a note on each of the others. UnreadableError where none can be."""
    names, inputs = [], []
    last = None
    for file in files:
        try:
            inputs.append(prepare.inputs_from_images(preparation, [file]))
            names.append(str(file))
        except prepare.UnreadableError as error:
            last = error
            if len(files) > 1:
                note(f"{file} is left out: it is not a picture that can be read.")
    if not inputs and last is not None:
        raise last
    return names, np.concatenate(inputs)


def _files(paths: Sequence[Path], suffixes: set[str] | None) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
            yield from (file for file in found if suffixes is None or file.suffix.lower() in suffixes)
        elif path.exists():
            yield path
        else:
            raise prepare.UnreadableError(f"There is no file {path}", "Check the name")


def answered(preparation: Mapping[str, Any], names: Sequence[str], outputs: NDArray[Any]) -> list[dict[str, Any]]:
    """One document for each example: row or file, prediction, and for classes how sure the network is.

    Args:
        outputs: what the network gave, (examples, units), before it is brought back to the target's own unit.
    """
    if preparation["answers"] == "logarithms":
        outputs = np.exp(outputs)
    rows = preparation["kind"] == "table" or bool(preparation.get("column"))
    firsts = [{"row": int(name)} if rows else {"file": name} for name in names]
    documents = [
        {**first, "prediction": answer}
        for first, answer in zip(firsts, prepare.answers(preparation, outputs), strict=True)
    ]
    if preparation["target"]["kind"] == "classes":
        word = "score" if preparation["answers"] == "numbers" else "probability"
        for document, values in zip(documents, outputs, strict=True):
            document[word] = float(max(values[0], 1 - values[0]) if len(values) == 1 else values.max())
    return documents


def write_csv(documents: Sequence[Mapping[str, Any]], file: TextIO) -> None:
    """The documents as CSV with a header; numbers with six digits that count."""
    writer = csv.DictWriter(file, list(documents[0]), lineterminator="\n")
    writer.writeheader()
    for document in documents:
        writer.writerow({name: short(value) if isinstance(value, float) else value for name, value in document.items()})


def short(value: float) -> str:
    """Six digits that count, without an exponent where the number is large."""
    text = f"{value + 0.0:.6g}"  # no -0
    return f"{float(text):.0f}" if "e+" in text and abs(value) < 1e15 else text
