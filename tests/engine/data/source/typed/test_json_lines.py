"""JSON: records one a line, a list of them, a list for each column; broken lines are set aside with their numbers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from engine.data.source.base import SetAside
from engine.data.source.table import source_for
from engine.data.source.typed import frames, json_lines
from engine.errors import DataError
from tests.engine.data.source.helpers import CASES
from tests.engine.data.source.typed.helpers import cells, notes, quiet, reading

ROWS = [
    {"size": 1.5, "kind": "a", "n": 3},
    {"size": 2.0, "kind": "b", "n": None},
    {"size": 1e-7, "kind": " c ", "n": 5},
]
READ = {"size": ["1.5", "2.0", "1e-7"], "kind": ["a", "b", "c"], "n": ["3", "", "5"]}


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


SHAPES = {
    "lines": lines(*ROWS),
    "lines without the last end": lines(*ROWS).rstrip(),
    "blank lines": "\n" + lines(*ROWS).replace("\n", "\r\n\r\n"),
    "list": json.dumps(ROWS),
    "list over many lines": json.dumps(ROWS, indent=2),
    "columns": json.dumps({name: [row[name] for row in ROWS] for name in ROWS[0]}),
    "as pandas writes it": json.dumps({name: {str(at): row[name] for at, row in enumerate(ROWS)} for name in ROWS[0]}),
    "split": json.dumps({"columns": list(ROWS[0]), "index": [0, 1, 2], "data": [list(row.values()) for row in ROWS]}),
    "one list within": json.dumps({"version": 3, "data": ROWS}, indent=1),
    "records by name": json.dumps({f"r{at}": row for at, row in enumerate([*ROWS, ROWS[0]])}),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_table(tmp_path, shape, encoding):
    path = write(tmp_path / "t.json", SHAPES[shape], encoding)
    table = cells(path)
    assert {name: values[:3] for name, values in table.items()} == READ
    assert notes(path) == ()


def test_polars_own_files_are_read(tmp_path):
    frame = pl.DataFrame(ROWS)
    frame.write_ndjson(tmp_path / "t.ndjson")
    frame.write_json(tmp_path / "t.json")
    assert cells(tmp_path / "t.ndjson")["size"] == cells(tmp_path / "t.json")["size"] == READ["size"]


def test_packed_ones_are_read_and_others_are_known_by_their_first_line(tmp_path):
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress(SHAPES["lines"].encode()))
    write(tmp_path / "t.txt", SHAPES["lines"])
    assert cells(tmp_path / "t.jsonl.gz") == cells(tmp_path / "t.txt") == READ


def test_the_first_row_is_no_header(tmp_path):
    case = cells(CASES / "json-lines" / "t.jsonl")
    assert list(case) == ["a", "b", "label"]
    assert (case["a"][0], case["label"][0]) == ("0.034", "yes")


def test_broken_lines_are_set_aside_with_their_numbers(tmp_path):
    text = lines(ROWS[0]) + '{"size": 2.0,\n' + lines(ROWS[2], 5, [1, 2]) + "[" * 100_000 + "\n" + lines(ROWS[1])
    path = write(tmp_path / "t.jsonl", text)
    path.write_bytes(path.read_bytes() + b'{"kind": "\xff"}\n{"size": ' + b"9" * 5_000 + b"}\n")
    found = reading(path)
    assert found.frame["kind"].to_list() == ["a", "c", "b"]
    assert found.set_aside == (
        SetAside("line 2", "is broken JSON: expecting property name enclosed in double quotes at letter 14"),
        SetAside("line 4", "is no record in braces"),
        SetAside("line 5", "is no record in braces"),
        SetAside("line 6", "is JSON that cannot be read"),
        SetAside("line 8", "is not UTF-8"),
        SetAside("line 9", "is JSON that cannot be read"),
    )


def test_a_broken_first_line_does_not_hide_the_others(tmp_path):
    found = reading(write(tmp_path / "t.jsonl", '{"size": 2.0,\n' + lines(*ROWS)))
    assert (found.frame.height, [place for place, _ in found.set_aside]) == (3, ["line 1"])


def test_records_in_records_become_columns_and_deeper_ones_are_named(tmp_path):
    record = {"id": 1, "at": {"x": 2, "y": {"deep": 3}}, "tags": ["a"], "some": "word"}
    path = write(tmp_path / "t.jsonl", lines(record, {**record, "some": ["list"]}))
    assert cells(path) == {"id": ["1", "1"], "at.x": ["2", "2"], "some": ["word", ""]}
    assert notes(path) == (
        "Columns at.y, tags of t.jsonl are left out: lists and records within records are not read yet",
        "Column some has 1 lists or records in it, which are taken as missing",
    )


def test_columns_may_come_late_and_change_their_type(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "BLOCK", 2)
    rows = [{"a": 1}, {"a": 2}, {"a": 2.5, "b": True}, {"b": False}, {"a": "x", "b": 3}, {"a": 2**70}, {"c": 2**53 + 1}]
    table = cells(write(tmp_path / "t.jsonl", lines(*rows)))
    assert table["a"] == ["1", "2", "2.5", "", "x", str(2**70), ""]
    assert table["b"] == ["", "", "true", "false", "3", "", ""]
    assert table["c"] == ["", "", "", "", "", "", str(2**53 + 1)]


@pytest.mark.parametrize("block", [1, 10])
def test_long_whole_numbers_beside_others_keep_their_digits(tmp_path, monkeypatch, block):
    monkeypatch.setattr(json_lines, "BLOCK", block)
    table = cells(write(tmp_path / "t.jsonl", lines({"a": 2**53 + 1}, {"a": 0.5})))
    assert table["a"] == [str(2**53 + 1), "0.5"]


def test_half_a_letter_and_no_number(tmp_path):
    table = cells(write(tmp_path / "t.jsonl", '{"a": "\\ud800x", "b": NaN}\n{"a": "y", "b": 1.5}\n'))
    assert table == {"a": ["?x", "y"], "b": ["", "1.5"]}


def test_the_longest_of_several_lists_is_taken_and_said(tmp_path):
    path = write(tmp_path / "t.json", json.dumps({"images": [{"id": 1}], "boxes": [{"x": 1}, {"x": 2}]}))
    guess = reading(path).guesses[0]
    assert (guess.option, guess.value) == ("records", "boxes")
    assert notes(path) == ("boxes is read: it is the longest list of records (2); the others are images (1)",)
    assert reading(path, records="images").frame.to_dict(as_series=False) == {"id": [1]}
    with pytest.raises(DataError, match=r"has no list cats of records. Choose one of images, boxes"):
        reading(path, records="cats")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "t.json is empty"),
        ("[]", "t.json has no records in it"),
        ("{}", "t.json is JSON without records"),
        ("[1, 2]", "t.json has no records in it: row 1 is no record in braces"),
        ('[{"a": 1}, {"a": ', r"t.json is broken JSON: expecting value at letter 18 \(line 1\)"),
        ('{"a": [1, 2], "b": [1]}', "columns of different lengths: a has 2 values and b has 1"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        reading(write(tmp_path / "t.json", text))


def test_a_look_reads_the_first_lines_alone(tmp_path):
    source = source_for(write(tmp_path / "t.jsonl", lines(*[{"x": at} for at in range(1_000)])))
    look = source.look(quiet)
    assert (look.columns, look.head["x"].to_list(), look.rows) == (("x",), list(range(100)), None)


def test_more_than_the_memory_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "free_memory", lambda: 1_000)
    with pytest.raises(DataError, match=r"t.json would take .* MB of memory, and 0.0 MB are free"):
        reading(write(tmp_path / "t.json", json.dumps(ROWS, indent=1)))
    monkeypatch.setattr(json_lines, "BLOCK", 10)
    with pytest.raises(DataError, match=r"t.jsonl would take"):
        reading(write(tmp_path / "t.jsonl", lines(*[{"x": "word" * 30}] * 5_000)))
