"""ARFF: names of attributes, cells in quotation marks, rows of another width set aside, what is no table refused."""

from __future__ import annotations

import gzip

import pytest

from engine.data.source.base import SetAside
from engine.data.source.table import source_for
from engine.errors import DataError
from tests.engine.data.source.typed.helpers import cells, quiet, reading

IRIS = """% from Weka

@RELATION 'iris plants'
@ATTRIBUTE sepallength\tREAL
@attribute 'petal \\'width\\'' numeric
@ATTRIBUTE kind{setosa, 'very blue'}
@DATA
% rows
5.1, 0.2, setosa
?,1.5,'very blue'

6.0,2,"it's, so"
"""
READ = {
    "sepallength": ["5.1", "?", "6.0"],
    "petal 'width'": ["0.2", "1.5", "2"],
    "kind": ["setosa", "very blue", "it's, so"],
}


@pytest.mark.parametrize("name", ["t.arff", "t.csv", "t.arff.gz"])
def test_attributes_are_columns(tmp_path, name):
    content = IRIS.encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else b"\xef\xbb\xbf" + content)
    assert cells(tmp_path / name) == READ


def test_rows_of_another_width_are_set_aside(tmp_path):
    (tmp_path / "t.arff").write_text(IRIS + "1,2\n7.0,1,setosa\n")
    found = reading(tmp_path / "t.arff")
    assert found.frame["kind"].to_list() == [*READ["kind"], "setosa"]
    assert found.set_aside == (SetAside("line 13", "has 2 cells where there are 3 attributes"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@relation x\n@attribute a real\n@data\n{0 1}\n", "t.arff is a sparse ARFF file"),
        ("@relation x\n@attribute bag relational\n", "Attribute bag of t.arff is a table of its own"),
        ("@relation x\n@data\n1\n", "t.arff has no attributes"),
        ("@relation x\n@attribute a real\n@attribute A real\n@data\n", "t.arff has a header but no rows"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, text, said):
    (tmp_path / "t.arff").write_text(text)
    with pytest.raises(DataError, match=said):
        cells(tmp_path / "t.arff")


def test_a_look_has_the_first_rows(tmp_path):
    (tmp_path / "t.arff").write_text("@relation x\n@attribute a real\n@data\n" + "1\n" * 1_000)
    assert source_for(tmp_path / "t.arff").look(quiet).head.height == 100
