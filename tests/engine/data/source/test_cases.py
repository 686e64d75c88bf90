"""Tables that were read wrongly once, each with what is right."""

from __future__ import annotations

import shutil

import pytest

from engine.data.settings import DataSettings
from engine.data.source.refusals import refuse
from engine.data.source.table import source_for
from engine.data.sources import propose
from engine.data.tables import read_table
from engine.errors import DataError
from tests.data_settings import kinds_of
from tests.engine.data.helpers import prepared, table, write
from tests.engine.data.source.helpers import CASES, quiet, read, rows


def test_windows_letters():
    reading = read(CASES / "cp1252" / "t.csv")
    assert set(reading.frame["label"].to_list()) == {"5 €", "it’s"}
    assert reading.notes == ("Read as cp1252: it is not UTF-8, and reads well as Western European (Windows)",)


def test_letters_of_utf_8_are_no_news():
    reading = read(CASES / "answers-not-utf8" / "t.csv")
    assert "größer" in reading.frame["label"].to_list()
    assert reading.notes == ()


def test_a_first_row_that_is_data():
    reading = read(CASES / "first-row-lost" / "t.csv")
    assert (reading.frame.height, reading.frame.columns) == (120, [f"column {place}" for place in range(1, 5)])
    assert rows(reading)[0] == ["30", "Private", "22980", ">50K"]
    assert reading.notes == (
        "The first row is data, for 30 and 22980 stand above numbers: the columns have no names of their own and are "
        "numbered",
    )


def test_a_header_can_be_said_to_be_there_or_not():
    path = CASES / "first-row-lost" / "t.csv"
    assert read(path, header=True).frame.height == 119
    assert read(CASES / "cp1252" / "t.csv", header=False).frame["column 3"][0] == "label"


def test_decimal_commas_without_a_header_and_commas_in_names():
    reading = read(CASES / "headerless-decimal-comma" / "t.csv")
    assert rows(reading)[0] == ["0,03", "0,60", "-0,56", "yes"]
    reading = read(CASES / "headerless-decimal-comma" / "comma-in-names.csv")
    assert reading.frame.columns == ["Taille, m", "Poids, kg", "classe"]
    data = prepared(table(CASES / "headerless-decimal-comma" / "comma-in-names.csv", "classe"))
    assert data.facts.features == ("Taille, m", "Poids, kg")


@pytest.mark.parametrize(("name", "names"), [("two", ["a", "label"]), ("three", ["a", "b", "label"])])
def test_a_first_line_that_says_the_separator(name, names):
    reading = read(CASES / "sep-line" / f"{name}.csv")
    assert reading.frame.columns == names
    assert set(reading.frame["label"].to_list()) == {"yes", "no"}
    assert ("separator", ";", "the first line says so") in reading.guesses


def test_classes_written_with_decimals():
    path = CASES / "labels-0.0-1.0" / "t.csv"
    proposal = propose(path)
    assert isinstance(proposal, DataSettings)
    assert (proposal.targets, kinds_of(proposal)) == (("label",), {"label": "category"})
    assert prepared(proposal).facts.target.classes == ("0.0", "1.0")
    as_before = prepared(table(path, "label")).facts
    assert as_before.target.kind == "number"
    assert as_before.notes == ("label is a number, 1.0, 0.0, but could be classes: let it be a category if they are",)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "a Git LFS pointer"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>\n", "a web page, not a table"),
        (b"%PDF-1.7\n1 0 obj\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1", "a picture, not a text table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "damaged, or no spreadsheet"),
        (b"<?xml version='1.0'?>\n<rows/>\n", "an XML document, not a table"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path, content, what):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"^t.csv is {what}"):
        source_for(path).read(quiet)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", "größe,ort\n1,Köln\n2,Bonn\n"),
        ("utf-16-le", "größe,ort\n1,Köln\n2,Bonn\n"),
        ("utf-16-be", "größe,ort\n1,Köln\n2,Bonn\n"),
        ("utf-32", "größe,ort\n1,Köln\n2,Bonn\n"),
        ("utf-8-sig", "größe,ort\n1,Köln\n2,Bonn\n"),
        ("latin-1", "größe,ort\n1,Köln\n2,Bonn\n"),
        ("gb18030", "城市,人口,类别\n北京,2154,大\n上海,2424,大\n广州,1530,中\n深圳,1302,中\n杭州,980,小\n" * 3),
        (
            "shift_jis",
            "都市,人口,区分\n東京,1396,大きい\n大阪,882,大きい\nさっぽろ,197,ふつう\n" * 3,
        ),
        ("cp1251", "город,население\nМосква,12\nСанкт-Петербург,5\nНовосибирск,1\nЕкатеринбург,1\n" * 2),
        ("cp1250", "miasto,liczba\nŁódź,5\nGdańsk,6\nWrocław,7\nPoznań,4\nBiałystok,4\nzażółć gęślą jaźń,2\n" * 2),
    ],
)
def test_encodings(tmp_path, encoding, text):
    reading = read(tmp_path / "t.csv", text.encode(encoding))
    expected = [line.split(",") for line in text.split("\n")[:-1]]
    assert reading.frame.columns == expected[0]
    assert rows(reading) == expected[1:]


def test_a_letter_far_down_that_is_not_utf_8(tmp_path):
    content = b"a,b\n" + b"1,x\n" * 500_000 + "2,Köln\n".encode("cp1252")
    reading = read(tmp_path / "t.csv", content)
    assert rows(reading)[-1] == ["2", "Köln"]
    assert reading.notes[0].startswith("Read as cp1252")


def test_bytes_that_cannot_be_decoded_are_said_with_their_lines(tmp_path):
    content = b"a,b\n" + "1,ö\n".encode() * 300_000 + b"2,\xffx\n" + "1,é\n".encode()
    reading = read(tmp_path / "t.csv", content)
    assert rows(reading)[-2:] == [["2", "\ufffdx"], ["1", "é"]]
    assert "Some letters cannot be read and are shown as \ufffd, in line 300,002" in reading.notes


def test_notes_reach_the_person(tmp_path):
    shutil.copy(CASES / "first-row-lost" / "t.csv", tmp_path)
    notes = prepared(table(tmp_path / "t.csv", "column 4")).facts.notes
    assert any(note.startswith("The first row is data") for note in notes)
    lines = "\n".join(f"{row},{'ab'[row % 2]}" for row in range(30))
    assert read_table(str(write(tmp_path / "u.csv", f"x,y\n{lines}\n1,2,3\n")), quiet).notes == (
        "Line 32 is left out: it has 3 cells where the header has 2",
    )


HEADERS = [
    ("country,1990,1991,1992\nA,5,3,9\nB,4,4,4\n", True),
    ("label,0,1,2\n3,0,0,0\n4,0,0,9\n", True),
    ("p,x,s,n\ne,x,s,y\np,x,y,w\ne,x,s,n\n", False),
    ("vhigh,2,small,unacc\nvhigh,3,small,acc\nlow,5more,big,unacc\nmed,4,small,acc\n", False),
    ("a,b\nx,y\nz,w\n", True),
    ("?,25,Private\n4,26,Private\n5,27,State\n", False),
    ("5.1,3.5,setosa\n4.9,3.0,setosa\n", False),
    ("1,2\n", False),
    ("id,name\n1,Ann\n2,Bob\n", True),
    ("-,3,x\n1,4,y\n2,5,x\n", False),
]


@pytest.mark.parametrize(("content", "header"), HEADERS)
def test_the_first_row_is_compared_with_the_rest(tmp_path, content, header):
    first = read(tmp_path / "t.csv", content)
    assert (first.frame.columns[0] != "column 1") is header


def test_many_blank_lines_and_comments_are_looked_through_at_once():
    refuse("t.csv", b"\n" * 5_000 + b"a,b\n1,2\n")
    with pytest.raises(DataError, match=r"t.csv is a web page"):
        refuse("t.csv", b"<!-- a -->\n" * 5_000 + b"<html></html>")
    refuse("t.csv", b"<!-- a -->\n" * 5_000 + b"a,b\n1,2\n")
