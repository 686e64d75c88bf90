"""Reads what a trained network shall answer for, and writes its answers as CSV lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
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


def gather(preparation: Mapping[str, Any], paths: Sequence[Path]) -> tuple[list[str], NDArray[Any]]:
    """Names of the examples (row numbers from 1, or files) and the network's inputs (examples, *shape).

    Args:
        paths: for columns: one CSV or TSV file. For pictures and texts: files, or folders that hold them.
    Raises:
        prepare.UnreadableError: there is nothing to read, or it does not suit the network.
    """
    if preparation["kind"] == "table" or preparation.get("column"):
        if len(paths) != 1 or paths[0].is_dir():
            raise prepare.UnreadableError("This network reads rows", "Give one CSV or TSV file")
        rows = prepare.read_rows(paths[0])
        if not rows:
            raise prepare.UnreadableError(f"{paths[0].name} has a header but no rows", "Give at least one row")
        return [str(number) for number in range(1, len(rows) + 1)], prepare.inputs_from_rows(preparation, rows)
    files = list(_files(paths, PICTURES if preparation["kind"] == "images" else None))
    if not files:
        raise prepare.UnreadableError("There are no files to read", "Give files, or a folder that holds them")
    names = [str(file) for file in files]
    if preparation["kind"] == "images":
        return names, prepare.inputs_from_images(preparation, files)
    return names, prepare.inputs_from_texts(preparation, [prepare.read_text(file) for file in files])


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
    """The documents as CSV with a header."""
    writer = csv.DictWriter(file, list(documents[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(documents)
