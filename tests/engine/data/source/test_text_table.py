"""Tables of text: what is written is read, whatever stands between the cells."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import zipfile

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.data.source import text_table
from engine.data.source.careful import careful_rows
from engine.data.source.structure import structure, well_quoted
from engine.data.source.text_table import TextTable
from engine.errors import Cancelled, DataError
from tests.engine.data.helpers import Counting
from tests.engine.data.source.helpers import quiet, read, rows

SIMPLE = [["1", "x"], ["2", "y"], ["3", "x"]]
CELLS = st.text(st.sampled_from('ab12 ",;\n\r.\té世'), max_size=6).map(str.strip)
FRESH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(names, cells, delimiter=",", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([names, *cells])
    return out.getvalue()


def tables():
    return st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12)
    )


@FRESH
@given(
    cells=tables(),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.sampled_from([7, 50, 10_000]),
)
@example([["", ""], ["a", ""]], ",", "\n", csv.QUOTE_MINIMAL, 7)
@example([['"', "a\n\nb"], ['""', ',"\n']], ",", "\r\n", csv.QUOTE_ALL, 7)
def test_what_is_written_is_read_in_pieces_of_any_size(tmp_path, cells, delimiter, end, quoting, size):
    names = [f"n{place}" for place in range(len(cells[0]))]
    if any("\r" in cell for row in cells for cell in row):
        quoting = csv.QUOTE_ALL  # the writer of the csv module leaves it bare
    content = written(names, cells, delimiter, end, quoting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_table, "SMALLEST", size)
        patch.setattr(text_table, "PIECES", 10_000)
        reading = read(tmp_path / "t.csv", content, separator=delimiter, header=True, skip=0)
    assert reading.set_aside == ()
    assert rows(reading) == cells


@FRESH
@given(st.text(st.sampled_from('ab,"\n\r '), max_size=60))
@example('a,b\n"x, y","l1\nl2"\n,""\n')
@example('a,b\n"x,2\nz,3\nq,4\n')
def test_rows_by_their_bytes_are_the_rows_that_are_read_carefully(text):
    piece = text.replace("\r", "").encode()
    if not piece or not well_quoted(piece, ord(",")):
        return
    found = structure(piece, ord(","))
    bad = []
    good = list(careful_rows([piece], ",", 2, 1, lambda *said: bad.append(said)))
    if any('"' in first for _, first, _, _ in bad):
        return  # it is taken for a mark that was left open, as it may be
    assert int((found.widths == 2).sum()) == len(good)
    blank = [not piece[start:end].strip() for start, end in zip(found.starts, found.ends, strict=True)]
    others = [
        (int(line) + 1, int(width))
        for line, width, empty in zip(found.lines, found.widths, blank, strict=True)
        if width != 2 and not empty
    ]
    assert others == [(line, width) for line, _, width, _ in bad]


@FRESH
@given(st.binary(max_size=200) | st.text(st.sampled_from('a1,;"\n\r\t #\0é\ufeff'), max_size=80).map(str.encode))
@example(b"\xff\xfea")
@example(b"sep=")
@example(b'"')
@example(b"\r\r\n\r")
@example(b"# a\n# b\n# c\n")
def test_no_bytes_crash_it(tmp_path, content):
    """Whatever they are: rows, or one plain sentence. A first look agrees."""
    path = tmp_path / "t.csv"
    try:
        reading = read(path, content)
    except DataError:
        return
    assert reading.frame.null_count().sum_horizontal().sum() == 0
    look = TextTable(path=str(path)).look(quiet)
    assert list(look.columns) == reading.frame.columns
    assert look.head.rows() == reading.frame.head(100).rows()


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gz", gzip.compress),
        ("zst", lambda data: zstandard.ZstdCompressor().compress(data)),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
    ],
)
def test_packed_tables(tmp_path, name, pack):
    assert rows(read(tmp_path / f"t.csv.{name}", pack(b"a,b\n1,x\n2,y\n3,x\n"))) == SIMPLE


def test_a_zip_of_one_table_and_of_two(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/t.csv", "a,b\n1,x\n2,y\n3,x\n")
        archive.writestr("__MACOSX/._t.csv", "nothing")
    assert rows(read(tmp_path / "t.zip")) == SIMPLE
    with zipfile.ZipFile(tmp_path / "t.zip", "a") as archive:
        archive.writestr("other.csv", "")
    with pytest.raises(DataError, match=r"t.zip is a ZIP archive of 2 files. Unpack it first"):
        read(tmp_path / "t.zip")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "::", "^", " "])
def test_separators_and_line_ends(tmp_path, separator, end):
    text = end.join(separator.join(row) for row in (["a", "b"], *SIMPLE)) + end
    assert rows(read(tmp_path / "t.csv", text)) == SIMPLE


def test_mixed_line_ends(tmp_path):
    assert rows(read(tmp_path / "t.csv", "a,b\r\n1,x\n2,y\r3,x\r\n")) == SIMPLE
    assert rows(read(tmp_path / "t.csv", 'a,b\r\n1,"x"\n2,"y"\r3,x\r\n')) == SIMPLE


def test_columns_parted_by_spaces_and_by_their_places(tmp_path):
    spaced = read(tmp_path / "t.data", '  1.5   2 "a b"\n 10.5  -3 c\n  0.25  4 d\n')
    assert rows(spaced) == [["1.5", "2", "a b"], ["10.5", "-3", "c"], ["0.25", "4", "d"]]
    fixed = read(
        tmp_path / "t.txt", "Name      Age City\nAnn Lee   31  New York\nBob       4   Rome\nCarol An  55  Bonn\n"
    )
    assert fixed.frame.columns == ["Name", "Age", "City"]
    assert rows(fixed) == [["Ann Lee", "31", "New York"], ["Bob", "4", "Rome"], ["Carol An", "55", "Bonn"]]
    told = read(tmp_path / "u.txt", "12345\n67890\n", separator="fixed width", starts=(0, 2), header=False)
    assert rows(told) == [["12", "345"], ["67", "890"]]


def test_a_row_of_another_width_is_left_out_and_said(tmp_path):
    lines = [f"{row},x" for row in range(30_000)]
    lines[7], lines[20_000], lines[29_999] = "7", "1,2,3", '"two\nlines",a,b'
    reading = read(tmp_path / "t.csv", "\n".join(["a,b", *lines]))
    assert reading.set_aside == (
        ("line 9", "has 1 cell where the header has 2"),
        ("line 20002", "has 3 cells where the header has 2"),
        ("line 30001", "has 3 cells where the header has 2"),
    )
    assert reading.frame.height == 29_997


def test_a_quotation_mark_that_is_not_closed_costs_one_row(tmp_path):
    lines = [f'"r{row}",x' for row in range(20_000)]
    lines[100], lines[9_000] = '"r100,x', '5" pipe,y'
    reading = read(tmp_path / "t.csv", "\n".join(["a,b", *lines]))
    assert reading.set_aside == (("line 102", "opens a quotation mark that is not closed"),)
    assert rows(reading)[8_999] == ['5" pipe', "y"]
    assert reading.frame.height == 19_999


def test_where_most_rows_are_bad_it_is_no_table(tmp_path):
    with pytest.raises(DataError, match=r"^t.csv line 2 has 1 cell where the header has 2. Correct that line"):
        read(tmp_path / "t.csv", "a,b\n1\n2,3\n4\n", separator=",", header=True, skip=0)
    with pytest.raises(DataError, match=r"^t.csv line 3 has 1 cell where the header has 2. Correct that line"):
        read(tmp_path / "t.csv", "a,b\n1,2\n2\n4,5\n4,5\n4,5\n", ragged="refused")


def test_comments_titles_and_blank_lines_are_said(tmp_path):
    reading = read(tmp_path / "t.csv", "Sales 2020\n\nname,price\na,1\n\n# checked\nb,2\nc,3\n\n\n")
    assert rows(reading) == [["a", "1"], ["b", "2"], ["c", "3"]]
    assert reading.notes == (
        "1 line above the table left out: Sales 2020",
        "1 line that begins with # left out",
        "1 blank line between the rows left out",
    )
    colours = read(tmp_path / "t.csv", "colour,n\n#ff0000,1\n#00ff00,2\n")
    assert (rows(colours), colours.notes) == ([["#ff0000", "1"], ["#00ff00", "2"]], ())


def test_headers_that_lack_a_name(tmp_path):
    of_r = read(tmp_path / "t.txt", '"x" "y"\n"a" 1 2\n"b" 3 4\n"c" 5 6\n')
    assert of_r.frame.columns == ["column 1", "x", "y"]
    trailing = read(tmp_path / "t.csv", "x,y\n1,2,\n3,4,\n5,6,\n")
    assert trailing.frame.columns == ["x", "y", "column 3"]
    numpy = read(tmp_path / "t.txt", "# x y\n1.5 2\n3 4\n5 6\n")
    assert numpy.frame.columns == ["x", "y"]


def test_zero_bytes_are_left_out_and_said(tmp_path):
    body = "".join(f"{row},x\n" for row in range(500)).replace("\n77,x", "\n7\0007,x")
    reading = read(tmp_path / "t.csv", "a,b\n" + body)
    assert rows(reading)[77] == ["77", "x"]
    assert reading.notes == ("Zero bytes are left out, in line 79",)


def test_very_many_columns(tmp_path):
    names = [f"n{number}" for number in range(100_000)]
    line = ",".join("1" for _ in names)
    frame = read(tmp_path / "t.csv", ",".join(names) + f"\n{line}\n{line}\n").frame
    assert (frame.width, frame.height) == (100_000, 2)


def test_long_cells_and_rows_of_many_lines(tmp_path):
    book = "\n".join(f'he said ""no"", line {number}' for number in range(5_000))
    assert rows(read(tmp_path / "t.csv", f'a,b\n1,"{book}"\n2,y\n3,x\n'))[0][1] == book.replace('""', '"')


def test_a_first_look_reads_the_beginning_alone(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{row},x\n" for row in range(300_000)))
    look = TextTable(path=str(path)).look(quiet)
    assert (look.columns, look.head.height, look.rows) == (("a", "b"), 100, None)
    path.write_text("a,b\n1,x\n")
    assert TextTable(path=str(path)).look(quiet).rows == 1


def test_reading_can_be_cancelled(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{row},x\n" for row in range(300_000)))
    with pytest.raises(Cancelled):
        TextTable(path=str(path)).read(Counting(until=3).tell)
