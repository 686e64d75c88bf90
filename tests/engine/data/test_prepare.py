"""prepare.py: what is exported gives the same bits as what was trained on."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare
from engine.data import rows as table_rows
from engine.data.dataset import Dataset
from engine.export import bundle
from tests.data_settings import text_data
from tests.engine.data.helpers import birds, image_data, pictures, prepared, table, texts, write


def through_json(dataset: Dataset) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(dataset.preparation))
    assert document == dataset.preparation
    return document


def test_rows_of_the_file_give_the_same_bits_as_the_dataset(tmp_path: Path) -> None:
    file = birds(tmp_path)
    dataset = prepared(table(file))
    inputs = prepare.inputs_from_rows(through_json(dataset), table_rows.read_rows(file))
    for part in (dataset.train, dataset.validation, dataset.test):
        assert len(part)
        assert part.inputs.tobytes() == inputs[part.rows].tobytes()
    assert inputs.dtype == np.float32


def test_pictures_give_the_same_bits_as_the_dataset(tmp_path: Path) -> None:
    folder = pictures(tmp_path, modes=("L", "RGB", "P"))
    dataset = prepared(image_data(folder, colour="colour"))
    files = sorted(folder.rglob("*.png"), key=lambda file: (file.parent.name, file))
    inputs = prepare.inputs_from_images(through_json(dataset), files)
    assert inputs.shape == (20, 3, 6, 8)
    for part in (dataset.train, dataset.validation, dataset.test):
        assert part.inputs.tobytes() == inputs[part.rows].tobytes()


def test_texts_give_the_same_ids_as_the_dataset(tmp_path: Path) -> None:
    folder = texts(tmp_path)
    dataset = prepared(text_data(path=str(folder), vocabulary=20, length=6, keep="last"))
    files = sorted(folder.rglob("*.txt"))
    inputs = prepare.inputs_from_texts(through_json(dataset), [prepare.read_text(file) for file in files])
    for part in (dataset.train, dataset.validation, dataset.test):
        assert part.inputs.tobytes() == inputs[part.rows].tobytes()
    assert inputs.dtype == np.int64


def test_the_file_stands_alone(tmp_path: Path) -> None:
    """In a fresh interpreter that has nothing of ours, and without Pillow and tokenizers for a table."""
    file = birds(tmp_path)
    dataset = prepared(table(file))
    write(tmp_path / "preparation.json", json.dumps(dataset.preparation))
    for name, text in bundle.standing_alone({}).items():
        write(tmp_path / name, text)
    code = (
        "import json, sys; sys.modules['PIL'] = sys.modules['tokenizers'] = None; import prepare, rows\n"
        "read = rows.read_rows('birds.csv')\n"
        "inputs = prepare.inputs_from_rows(json.load(open('preparation.json')), read)\n"
        "assert not any(name.split('.')[0] == 'engine' for name in sys.modules)\n"
        "sys.stdout.write(inputs.tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    inputs = np.frombuffer(bytes.fromhex(done.stdout), dtype=np.float32).reshape(60, -1)
    assert np.array_equal(inputs[dataset.test.rows], dataset.test.inputs)


def test_a_row_with_what_was_never_seen(tmp_path: Path) -> None:
    dataset = prepared(table(birds(tmp_path)))
    row = {"island": "West", "bill": "?", "mass": "heavy", "sex": "", "more": "than needed"}
    inputs = prepare.inputs_from_rows(dataset.preparation, [row])[0]
    values = dict(zip(dataset.facts.features, inputs, strict=True))
    assert values["island = North"] == values["island = South"] == 0
    assert values["bill"] == values["mass"] == 0  # the training mean
    assert values["bill is missing"] == values["mass is missing"] == values["sex is missing"] == 1


def test_a_number_beyond_all_measure_stays_finite(tmp_path: Path) -> None:
    dataset = prepared(table(birds(tmp_path)))
    row = {"island": "North", "bill": "1e140", "mass": "-1e149", "sex": ""}
    assert np.isfinite(prepare.inputs_from_rows(dataset.preparation, [row])).all()


def test_a_row_without_a_column_says_which(tmp_path: Path) -> None:
    dataset = prepared(table(birds(tmp_path)))
    with pytest.raises(table_rows.UnreadableError, match=r"^The rows have no column mass. Give every column"):
        prepare.inputs_from_rows(dataset.preparation, [{"island": "North", "bill": "1", "sex": ""}])


def test_padding_is_at_the_front_and_unknown_is_one() -> None:
    preparation = {"words": ["[PAD]", "[UNK]", "the", "film", "!"], "length": 5, "keep": "first", "kind": "text"}
    ids = prepare.inputs_from_texts(preparation, ["The film!", "the the the film film !", "xyzzy", "", "the-film"])
    assert ids.tolist() == [[0, 0, 2, 3, 4], [2, 2, 2, 3, 3], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0], [0, 0, 2, 1, 3]]
    last = prepare.inputs_from_texts({**preparation, "keep": "last"}, ["the the the film film !"])
    assert last.tolist() == [[2, 2, 3, 3, 4]]
    both = prepare.inputs_from_texts({**preparation, "keep": "both"}, ["the film ! ! ! the film !", "the film"])
    assert both.tolist() == [[2, 3, 2, 3, 4], [0, 0, 0, 2, 3]]


def test_answers_are_classes_or_numbers_in_their_own_unit() -> None:
    classes = {"target": {"kind": "classes", "classes": ["no", "yes"]}}
    assert prepare.answers(classes, np.array([[0.2, 0.8], [0.7, 0.3]])) == ["yes", "no"]
    assert prepare.answers(classes, np.array([[0.5], [0.51]])) == ["no", "yes"]
    number = {"target": {"kind": "number", "mean": 10.0, "deviation": 2.0}}
    assert prepare.answers(number, np.array([[0.5], [-1.0]])) == [11.0, 8.0]


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [("3.5", ".", 3.5), ("-1e3", ".", -1000.0), ("3,5", ",", 3.5), ("+7", ".", 7.0)],
)
def test_cells_that_are_numbers(cell: str, decimal: str, value: float) -> None:
    assert table_rows.number(cell, decimal) == value


@pytest.mark.parametrize("cell", ["", "NA", "inf", "1_000", "1e400", "12 kg", "3,5"])
def test_cells_that_are_not(cell: str) -> None:
    assert math.isnan(table_rows.number(cell))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_delimiters_and_gz(tmp_path: Path, delimiter: str, packed: bool) -> None:
    text = delimiter.join(["name", " size "]) + "\r\n" + delimiter.join(['"a, b; c"', "1"]) + "\r\n\r\n"
    path = tmp_path / "table.txt"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert table_rows.read_rows(path) == [{"name": "a, b; c", "size": "1"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "table.csv", "größe,ort\n1,Köln\n", encoding)
    assert table_rows.read_rows(path) == [{"größe": "1", "ort": "Köln"}]


def test_a_late_latin_1_letter_is_found(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 50_000 + b"3,K\xf6ln\n")
    assert table_rows.read_rows(path)[-1] == {"a": "3", "b": "Köln"}


def test_a_file_without_a_header_gets_numbered_columns(tmp_path: Path) -> None:
    names, notes, rows = table_rows.open_table(write(tmp_path / "iris.data", "5.1,3.5,setosa\n4.9,3.0,setosa\n"))
    assert names == ["column 1", "column 2", "column 3"]
    assert [*rows] == [["5.1", "3.5", "setosa"], ["4.9", "3.0", "setosa"]]
    assert notes == ["The first row has numbers, so the columns have no names of their own and are numbered"]
