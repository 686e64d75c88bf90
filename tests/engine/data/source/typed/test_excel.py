"""Spreadsheets: values by what the cells hold, the sheet with most rows, cells far away, passwords, damage."""

from __future__ import annotations

import multiprocessing
import shutil
import struct
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from engine.data.source.base import SetAside
from engine.data.source.table import source_for
from engine.data.source.typed import excel, frames, workbook
from engine.errors import Cancelled, DataError
from tests.engine.data.source.typed.helpers import cells, notes, quiet, reading

FILES = Path(__file__).parents[4] / "files" / "sheets"
BIRDS = [["kind", "bill", "mass"], ["A", 39.1, 3750], ["B", 40.5, 3800], ["A", None, 3250]]
READ = {"kind": ["A", "B", "A"], "bill": ["39.1", "40.5", ""], "mass": ["3750", "3800", "3250"]}


def book(path: Path, *rows: list[object], **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for name, more in sheets.items():
        page = made.create_sheet(name)
        for row in more:
            page.append(row)
    made.save(path)
    return path


def rewritten(path: Path, part: str, change) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_polars_own_words_come_back(tmp_path):
    path = book(tmp_path / "t.xlsx", *BIRDS)
    assert cells(path) == READ
    assert notes(path) == ()
    assert pl.read_excel(path).shape == (3, 3)


def test_every_kind_of_cell(tmp_path):
    rows = [
        ["small", "long", "text", "yes", "day", "when", "clock", "mixed", "code", "zero"],
        [
            1e-12,
            1.23456789012345,
            " a ",
            True,
            date(2024, 2, 29),
            datetime(2024, 2, 29, 12, 30),
            time(8, 5),
            1,
            "007",
            0,
        ],
        [1e300, 0.333333333333333, "", False, datetime(2024, 3, 1), datetime(2024, 3, 1), None, "word", "0.10", 0.5],
        [-0.5, 123456789012345678, "é", None, None, None, time(23, 59, 59), date(2024, 1, 2), 5, -2],
    ]
    assert cells(book(tmp_path / "t.xlsx", *rows)) == {
        "small": ["1e-12", "1e+300", "-0.5"],
        "long": ["1.23456789012345", "0.333333333333333", "1.234567890123457e+17"],
        "text": ["a", "", "é"],
        "yes": ["true", "false", ""],
        "day": ["2024-02-29", "2024-03-01", ""],
        "when": ["2024-02-29T12:30:00", "2024-03-01T00:00:00", ""],
        "clock": ["08:05:00", "", "23:59:59"],
        "mixed": ["1", "word", "2024-01-02"],
        "code": ["007", "0.10", "5"],
        "zero": ["0", "0.5", "-2"],
    }


def test_formulas_count_by_their_results_and_those_without_are_said(tmp_path):
    path = book(tmp_path / "t.xlsx", ["a", "b", "c"], [1, "=A2*2", 5], [2, "=A3*2", "=NA()"], [3, "=A4*2", 6])
    solved = rewritten(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<f>A2*2</f><v />", b"<f>A2*2</f><v>2</v>")
    )
    solved = rewritten(
        solved,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="C3"><f>NA()</f><v />', b'<c r="C3" t="e"><f>NA()</f><v>#N/A</v>'),
    )
    assert cells(solved) == {"a": ["1", "2", "3"], "b": ["2", "", ""], "c": ["5", "", "6"]}
    assert notes(solved) == (
        "In sheet Sheet 1 cell has an error such as #DIV/0!, taken as missing",
        "In sheet Sheet 2 formulas have no result in the file and are taken as missing: "
        "open it in your spreadsheet app, save it, and open it here again",
    )


def test_the_sheet_with_most_rows_is_taken_and_said(tmp_path):
    path = book(tmp_path / "t.xlsx", ["note"], More=BIRDS, Few=BIRDS[:2])
    assert cells(path) == READ
    assert notes(path) == ("Sheet More is read: it has most rows (4); the others are Sheet (1), Few (2)",)
    guess = reading(path).guesses[0]
    assert (guess.option, guess.value) == ("sheet", "More")
    few = reading(path, sheet="Few")
    assert (few.frame.height, few.notes) == (1, ())
    with pytest.raises(DataError, match=r"t.xlsx has no sheet Many. Choose one of Sheet, More, Few"):
        reading(path, sheet="Many")


def test_hidden_sheets_and_charts_are_no_tables(tmp_path):
    made = openpyxl.Workbook()
    made.active.append(["a"])
    made.active.append([1])
    hidden = made.create_sheet("hidden")
    for row in BIRDS:
        hidden.append(row)
    hidden.sheet_state = "hidden"
    made.create_chartsheet("chart")
    made.save(tmp_path / "t.xlsx")
    assert cells(tmp_path / "t.xlsx") == {"a": ["1"]}
    assert notes(tmp_path / "t.xlsx") == ()


def test_titles_blank_rows_and_blank_columns_are_no_part_of_the_table(tmp_path):
    made = openpyxl.Workbook()
    page = made.active
    page["B2"] = "Birds of 2024"
    page.merge_cells("B2:D2")
    page["B3"] = "by hand"
    for number, row in enumerate([*BIRDS[:2], [None] * 3, *BIRDS[2:]], 6):
        for place, value in enumerate(row, 2):
            page.cell(number, place, value)
    made.save(tmp_path / "t.xlsx")
    assert cells(tmp_path / "t.xlsx") == READ
    assert notes(tmp_path / "t.xlsx") == (
        "Sheet Sheet has 1 area of merged cells: only the first cell of each has a value",
        "2 rows above the table left out: Birds of 2024",
    )
    assert reading(tmp_path / "t.xlsx", skip=0, header=False).frame.height == 6


def test_a_sheet_without_names_is_numbered(tmp_path):
    path = book(tmp_path / "t.xlsx", *BIRDS[1:])
    assert list(cells(path)) == ["column 1", "column 2", "column 3"]
    assert notes(path) == (
        "The first row is data, for 39.1 and 3750 stand above numbers: "
        "the columns have no names of their own and are numbered",
    )
    assert list(reading(path, header=True).frame.columns) == ["A", "39.1", "3750"]


def test_an_index_without_a_name_is_named(tmp_path):
    path = book(tmp_path / "t.xlsx", [None, "a", "a"], [0, 1.5, 2], [1, 2.5, 3])
    assert list(cells(path)) == ["column 1", "a", "a (2)"]


def far(path: Path, cell: str = "XFD1048576") -> Path:
    """A workbook of three birds and a word in the last corner of the sheet."""
    made = openpyxl.Workbook()
    for row in BIRDS:
        made.active.append(row)
    made.active[cell] = "lost"
    made.save(path)
    return path


def test_a_cell_in_the_last_corner_asks_for_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "free_memory", lambda: 100_000_000)
    found = reading(far(tmp_path / "t.xlsx"))
    assert found.frame.to_dict(as_series=False) == READ
    assert found.set_aside == (SetAside("row 1048576", "stands far below the table"),)


def test_a_cell_far_to_the_right_is_left_out_and_said(tmp_path):
    rows = [[n, n + 0.5, "ab"[n % 2]] for n in range(1_000)]
    path = book(tmp_path / "t.xlsx", ["n", "size", "kind"], *rows)
    made = openpyxl.load_workbook(path)
    made.active["XFD7"] = "lost"
    made.active["C1048576"] = "end"
    made.save(path)
    found = reading(path)
    assert found.frame.shape == (1_000, 3)
    assert found.frame.row(5) == ("5", "5.5", "b")
    assert found.notes == ("Cell XFD7 stands far to the right of the table and is left out",)


def test_what_is_only_wide_or_only_long_is_read_whole(tmp_path):
    path = book(tmp_path / "t.xlsx", [f"c{n}" for n in range(2_000)], list(range(2_000)))
    assert len(cells(path)) == 2_000
    far(path, "C5000")
    assert cells(path)["mass"] == ["3750", "3800", "3250", "lost"]


def test_sizes_are_known_by_the_cells_not_by_what_the_sheet_says_of_itself(tmp_path):
    path = far(tmp_path / "t.xlsx")
    lying = rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"A1:XFD1048576", b"A1:C4"))
    with zipfile.ZipFile(lying) as archive:
        (sheet,) = workbook.sheets_of(archive)
    assert (sheet.rows, sheet.columns, sheet.last_row, sheet.is_sparse) == (5, 16_384, 1_048_576, True)
    assert reading(lying).frame.to_dict(as_series=False) == READ


def test_an_old_workbook_and_one_with_another_name(tmp_path):
    assert cells(FILES / "birds.xls") == {
        "kind": ["A", "B", "C"],
        "bill": ["39.1", "1e-12", ""],
        "seen": ["2024-02-29", "2024-03-01", ""],
        "ring": ["1", "2", "3"],
    }
    assert notes(FILES / "birds.xls") == ("Sheet Birds is read: it has most rows (4); the others are Notes (1)",)
    book(tmp_path / "t.xlsx", *BIRDS).rename(tmp_path / "t.csv")
    assert cells(tmp_path / "t.csv") == READ
    shutil.copy(FILES / "birds.xls", tmp_path / "t.xlsx")
    assert list(cells(tmp_path / "t.xlsx")) == ["kind", "bill", "seen", "ring"]


BLANK = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def open_document(path: Path, rows: str) -> Path:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Birds">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def ods_rows(rows: list[list[object]]) -> str:
    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        number = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"

    return "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)


def test_an_open_document(tmp_path):
    path = open_document(tmp_path / "t.ods", ods_rows(BIRDS) + BLANK)
    assert cells(path) == READ
    assert notes(path) == ()


def test_a_far_cell_of_an_open_document_is_refused_with_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "free_memory", lambda: 2_000_000_000)
    lost = '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>' + ods_rows([["lost"]])[17:]
    path = open_document(tmp_path / "t.ods", f"{ods_rows(BIRDS)}{BLANK}{lost}")
    said = "Sheet Birds of t.ods, with cells far from its table, would take 549.5 GB of memory"
    with pytest.raises(DataError, match=said):
        reading(path)


def record(kind: int, content: bytes = b"") -> bytes:
    return bytes([kind] if kind < 128 else [kind & 127 | 128, kind >> 7]) + bytes([len(content)]) + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_book(path: Path, *, far_column: int = 1) -> Path:
    """A binary workbook of one sheet: names, then a number and a word."""

    def cell(kind: int, column: int, value: bytes) -> bytes:
        return record(kind, struct.pack("<II", column, 0) + value)

    def row(number: int) -> bytes:
        return record(0, struct.pack("<I", number) + bytes(13))

    sheet = record(129) + record(148, struct.pack("<IIII", 0, 1, 0, far_column)) + record(145)
    sheet += row(0) + cell(6, 0, wide("size")) + cell(6, 1, wide("kind"))
    sheet += row(1) + cell(5, 0, struct.pack("<d", 2.5)) + cell(6, far_column, wide("a"))
    sheet += record(146) + record(130)
    bundle = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Birds"))
    bundle += record(144) + record(132)
    office, kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "application/vnd.ms-excel"
    package = "http://schemas.openxmlformats.org/package/2006"
    link = (
        '<Relationships xmlns="{0}/relationships"><Relationship Id="rId1" Type="{1}/{2}" Target="{3}"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="bin" ContentType="{kinds}"/></Types>',
        )
        archive.writestr("_rels/.rels", link.format(package, office, "officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", bundle)
        archive.writestr(
            "xl/_rels/workbook.bin.rels", link.format(package, office, "worksheet", "worksheets/sheet1.bin")
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def test_a_binary_workbook(tmp_path):
    path = binary_book(tmp_path / "t.xlsb")
    with zipfile.ZipFile(path) as archive:
        assert workbook.sheets_of(archive) == [workbook.Sheet("Birds", 2, 4, 2, 2)]
    assert cells(path) == {"size": ["2.5"], "kind": ["a"]}


def test_passwords_are_said(tmp_path):
    with pytest.raises(
        DataError, match=r"locked.xlsx is locked by a password. Save it without one in your spreadsheet app"
    ):
        reading(FILES / "locked.xlsx")
    shutil.copy(FILES / "locked.xlsx", tmp_path / "t.xls")
    with pytest.raises(DataError, match=r"t.xls is locked by a password"):
        reading(tmp_path / "t.xls")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("broken", [b"", b"<", b"<a></b>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', bytes(100)])
def test_broken_parts_are_said(tmp_path, part, broken):
    path = rewritten(book(tmp_path / "t.xlsx", *BIRDS), part, lambda xml: broken)
    with pytest.raises(DataError, match=r"t.xlsx (is damaged, or no spreadsheet|is empty|has no sheet with cells)"):
        reading(path)


def test_what_is_cut_off_or_no_workbook_is_said(tmp_path):
    path = book(tmp_path / "t.xlsx", *BIRDS)
    content = path.read_bytes()
    said = "is damaged, or no spreadsheet. Open it in your spreadsheet app and save it as .xlsx or CSV"
    for broken in (content[:-30], content[: len(content) // 2], content[:100], b"PK\x03\x04"):
        path.write_bytes(broken)
        with pytest.raises(DataError, match=f"t.xlsx {said}"):
            reading(path)
    old = (FILES / "birds.xls").read_bytes()
    for broken in (old[:600], old[:-2_000], old[:8] + bytes(1_000)):
        (tmp_path / "u.xls").write_bytes(broken)
        with pytest.raises(DataError, match=f"u.xls {said}"):
            reading(tmp_path / "u.xls")


def circle(path: Path) -> Path:
    """An old workbook whose list of parts goes on with itself: its reader takes memory without end."""
    content = bytearray((FILES / "birds.xls").read_bytes())
    parts, table = (int.from_bytes(content[at : at + 4], "little") for at in (48, 76))
    struct.pack_into("<I", content, 512 * (table + 1) + 4 * parts, parts)
    path.write_bytes(content)
    return path


def test_a_file_that_ends_its_reader_ends_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "ROOM", 400_000_000)
    with pytest.raises(DataError, match=r"t.xls is damaged, or no spreadsheet") as caught:
        reading(circle(tmp_path / "t.xls"))
    assert str(caught.value.__cause__) == "it ended its reader"


def test_a_reader_that_does_not_come_to_an_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "SECONDS", 0.0)
    with pytest.raises(DataError, match=r"t.xlsx is damaged, or no spreadsheet") as caught:
        reading(book(tmp_path / "t.xlsx", *BIRDS))
    assert str(caught.value.__cause__) == "it does not come to an end"


def test_a_workbook_can_be_cancelled_while_it_is_read(tmp_path):
    told = []

    def cancel(done: float, text: str) -> None:
        told.append(done)
        if done == 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        source_for(book(tmp_path / "t.xlsx", *BIRDS)).read(cancel)
    assert told == [0.0, 0.3, 0.4]
    assert not [process for process in multiprocessing.active_children() if process.name == "layerdeck-reader"]


def test_an_empty_workbook_is_said(tmp_path):
    with pytest.raises(DataError, match=r"t.xlsx is empty"):
        reading(book(tmp_path / "t.xlsx"))
    with pytest.raises(DataError, match="has a header but no rows"):
        cells(book(tmp_path / "t.xlsx", BIRDS[0]))


def test_a_part_that_unpacks_to_more_than_the_memory_holds_is_refused(tmp_path, monkeypatch):
    path = rewritten(book(tmp_path / "t.xlsx", *BIRDS), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 50_000_000)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(frames, "free_memory", lambda: 10_000_000)
    with pytest.raises(DataError, match=r"t.xlsx would take 50.0 MB of memory, and 10.0 MB are free"):
        reading(path)


def test_a_look_has_the_first_rows_and_the_number_of_all(tmp_path):
    path = book(tmp_path / "t.xlsx", ["x", "y"], *[[n, "a"] for n in range(500)])
    look = source_for(path).look(quiet)
    assert (look.columns, look.head.height, look.rows) == (("x", "y"), 100, 500)
