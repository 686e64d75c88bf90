"""New rows, by the command and beside an exported network, are read as those were that were trained on."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import zstandard

from engine.data.prepare import inputs_from_rows, inputs_from_texts
from engine.data.reading import rows_of
from engine.data.rows import UnreadableError, read_rows
from engine.data.sources import propose
from engine.export import bundle
from tests.engine.data.helpers import prepared, table, write
from tests.engine.data.source.helpers import CASES

TABLES = {
    "fixed.txt": "Name      Age City\n" + "".join(f"n {row:<7} {row * 7 % 60:<3} C{row % 3}\n" for row in range(40)),
    "spaces.data": "".join(f"  {row / 7:8.3f}   {row % 5} {'ab'[row % 2]}\n" for row in range(40)),
    "title.csv": "Sales 2020\n\n" + "x,z,y\n" + "".join(f"{row},{row % 7},{'ab'[row % 2]}\n" for row in range(40)),
    "comments.csv": "x;y\n"
    + "".join(f'"{row}.000,5";{"ab"[row % 2]}\n' + "# so far\n" * (row == 9) for row in range(40)),
    "words.csv": "".join(f"{'lmh'[row % 3]},{'sb'[row % 2]},{'nsb'[row * 7 % 3]}\n" for row in range(40)),
    "odd.csv": "x,y\n" + "".join(f"{'?!' if row == 7 else row},{'ab'[row % 2]}\n" for row in range(60)),
    "percent.csv": "x|y\n" + "".join(f"{row}.5%|{'ab'[row % 2]}\n" for row in range(60)),
    "movielens.dat": "".join(f"{row}::{row * 7 % 50}::{row % 3}\n" for row in range(60)),
}


@pytest.fixture(params=[*TABLES, *(f"cases/{path.parent.name}/{path.name}" for path in sorted(CASES.glob("*/*.csv")))])
def path(request, tmp_path):
    name = request.param
    if name.startswith("cases"):
        return CASES.parent / name
    return write(tmp_path / name, TABLES[name])


def same(data, rows):
    document = json.loads(json.dumps(data.preparation))
    inputs = inputs_from_rows(document, rows)
    for part in (data.train, data.validation, data.test):
        assert part.inputs.tobytes() == inputs[part.rows].tobytes()


def test_the_same_table_gives_the_same_bits(path):
    data = prepared(propose(path))
    same(data, read_rows(path, data.preparation.get("reading")))
    same(data, rows_of(path, data.preparation.get("reading"), print))


def test_what_goes_without_saying_is_not_written_down(tmp_path):
    lines = "".join(f"{row},{'ab'[row % 2]}\n" for row in range(40))
    for text, encoding in (
        (f"x,y\n{lines}", "utf-8"),
        (f"größe,y\n{lines}", "cp1252"),
        (f"größe,y\n{lines}", "utf-16"),
    ):
        assert "reading" not in prepared(table(write(tmp_path / "t.csv", text, encoding), "y")).preparation
    assert (
        "reading" not in prepared(table(write(tmp_path / "t.csv", lines.replace(",", ".5,")), "column 2")).preparation
    )


def test_one_new_row_is_read_by_what_is_known_of_the_columns(tmp_path):
    trained = write(tmp_path / "t.csv", "".join(f"{'lmh'[row % 3]},{'sb'[row % 2]},{row % 2}\n" for row in range(40)))
    reading = prepared(propose(trained)).preparation["reading"]
    assert read_rows(write(tmp_path / "new.csv", "l,s,\n"), reading) == [
        {"column 1": "l", "column 2": "s", "column 3": ""}
    ]
    named = write(tmp_path / "named.csv", "column 2,column 1,column 3\ns,l,\n")
    assert read_rows(named, reading)[0]["column 1"] == "l"
    with pytest.raises(UnreadableError, match="line 2 has 2 cells"):
        read_rows(write(tmp_path / "new.csv", "l,s,\nl,s\n"), reading)


@pytest.mark.parametrize("encoding", ["gb18030", "cp1251", "utf-8", "utf-16"])
def test_letters_of_new_rows(tmp_path, encoding):
    words = ["北京", "上海", "广州"] if encoding != "cp1251" else ["Москва", "Казань", "Пермь"]
    lines = "".join(f"{words[row % 3]},{row * 0.5},{'ab'[row % 2]}\n" for row in range(60))
    path = tmp_path / "t.csv"
    path.write_bytes(f"city,x,y\n{lines}".encode(encoding))
    data = prepared(table(path, "y"))
    same(data, read_rows(path, data.preparation.get("reading")))
    utf8 = write(tmp_path / "utf8.csv", f"city,x,y\n{lines}")
    same(data, read_rows(utf8, data.preparation.get("reading")))


def test_packed_tables_are_read_alone(tmp_path):
    text = ("x;y\n" + "".join(f"{row},5;{'ab'[row % 2]}\n" for row in range(40))).encode()
    (tmp_path / "t.gz").write_bytes(gzip.compress(text))
    (tmp_path / "t.zst").write_bytes(zstandard.ZstdCompressor().compress(text))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("t.csv", text)
    for name in ("t.gz", "t.zst", "t.zip"):
        data = prepared(table(tmp_path / name, "y"))
        same(data, read_rows(tmp_path / name, data.preparation.get("reading")))


def test_an_exported_reader_stands_alone_and_gives_the_same_bits(tmp_path):
    path = CASES / "thousands" / "t.csv"
    data = prepared(table(path, "area"))
    for name, text in bundle.standing_alone({}).items():
        write(tmp_path / name, text)
    write(tmp_path / "preparation.json", json.dumps(data.preparation))
    code = (
        "import json, sys; import prepare, rows\n"
        "document = json.load(open('preparation.json'))\n"
        "inputs = prepare.inputs_from_rows(document, rows.read_rows(sys.argv[1], document['reading']))\n"
        "assert not any(name.split('.')[0] in ('engine', 'polars', 'pydantic') for name in sys.modules)\n"
        "sys.stdout.write(inputs.tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code, path], cwd=tmp_path, capture_output=True, text=True, check=True)
    inputs = np.frombuffer(bytes.fromhex(done.stdout), dtype=np.float32).reshape(-1, data.train.inputs.shape[1])
    assert np.array_equal(inputs[data.train.rows], data.train.inputs)
    assert data.train.inputs.std() > 0.9


def test_how_it_was_read_is_no_part_of_what_the_data_is(tmp_path):
    plain = "x,y\n" + "".join(f"{row}000,{'ab'[row % 2]}\n" for row in range(1, 60))
    grouped = "x;y\n" + "".join(f"{row} 000;{'ab'[row % 2]}\n" for row in range(1, 60))
    first = prepared(table(write(tmp_path / "t.csv", plain), "y"))
    second = prepared(table(write(tmp_path / "u.csv", grouped), "y"))
    assert "reading" in second.preparation
    assert first.fingerprint == second.fingerprint


def test_texts_in_utf_16_are_words(tmp_path):
    data = prepared(propose(CASES / "utf16-texts"))
    assert {"film", "people"} <= set(data.preparation["words"])
    assert not any("\0" in word for word in data.preparation["words"])


def test_texts_of_other_letters_are_read_alike_by_all(tmp_path):
    for label, word in (("gut", "хороший фильм"), ("schlecht", "плохой фильм")):
        for number in range(12):
            (tmp_path / "d" / label).mkdir(parents=True, exist_ok=True)
            (tmp_path / "d" / label / f"{number}.txt").write_bytes(f"{word} номер {number}".encode("cp1251"))
    data = prepared(propose(tmp_path / "d"))
    assert "фильм" in data.preparation["words"]
    assert data.preparation["encoding"] == "cp1251"
    assert data.facts.notes[0].startswith("24 texts are read as cp1251: it is not UTF-8")


def test_texts_without_spaces_are_said_to_teach_nothing():
    notes = prepared(propose(CASES / "no-spaces")).facts.notes
    assert any("never stand in the texts to train on" in note for note in notes), notes
    assert inputs_from_texts({"words": ["[PAD]", "[UNK]"], "length": 2, "keep": "first"}, [""]).sum() == 0
