"""Data that cannot be used gets one clear sentence; data that can be used in part says what was left out."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image

from engine.data.settings import DataSettings
from engine.data.sources import columns, propose
from engine.errors import DataError, EngineError
from tests.data_settings import picture_data, text_data
from tests.engine.data.helpers import image_data, pictures, prepared, table, texts, write

Make = Callable[[Path], DataSettings]


def csv(content: str, target: str = "y", **values: object) -> Make:
    return lambda folder: table(write(folder / "t.csv", content), target, **values)


def raw(content: bytes, name: str = "t.csv") -> Make:
    def make(folder: Path) -> DataSettings:
        (folder / name).write_bytes(content)
        return table(folder / name, "y")

    return make


def zipped(files: int = 1) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(files):
            archive.writestr(f"t{number}.csv", "x,y\n1,2\n")
    return buffer.getvalue()


def tarred(mode: Literal["w", "w:gz"]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        archive.addfile(tarfile.TarInfo("t.csv"))
    return buffer.getvalue()


def picture(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((50, 50), 90).save(buffer, form)
    return buffer.getvalue()


ROWS = "\n".join(f"{row},{row * 0.3:.1f},{'ab'[row % 2]}" for row in range(30))

TABLES: dict[str, tuple[Make, str]] = {
    "empty": (csv(""), "t.csv is empty. Choose a file with a header and rows."),
    "blank lines": (csv("\n\n\n"), "t.csv is empty. Choose a file with a header and rows."),
    "header only": (csv("x,y\n"), "t.csv has a header but no rows. Choose a file with rows below it."),
    "a short row": (
        csv("x,z,y\n1,2,a\n\n1,2\n"),
        "t.csv line 4 has 2 cells where the header has 3. "
        "Correct that line; a cell with a separator or a line break inside needs quotation marks.",
    ),
    "a long row after a cell of two lines": (
        csv('x,y\n"one\ntwo",a\n1,2,3\n'),
        "t.csv line 4 has 3 cells where the header has 2. "
        "Correct that line; a cell with a separator or a line break inside needs quotation marks.",
    ),
    "a short row of two lines": (
        csv('x,z,y\n1,2,a\n"one\ntwo",a\n'),
        "t.csv line 3 has 2 cells where the header has 3. "
        "Correct that line; a cell with a separator or a line break inside needs quotation marks.",
    ),
    "missing": (lambda folder: table(folder / "no.csv"), "There is no file FOLDER/no.csv. Check the name."),
    "a folder": (lambda folder: table(folder, "y"), "FOLDER is a folder, not a table. Choose a CSV or TSV file."),
    "a picture": (
        raw(picture("PNG")),
        "t.csv is a picture, not a text table. Pictures are opened as folders, one for each class.",
    ),
    "noughts": (raw(b"x,y\n1\0,2\n"), "t.csv is not a text table. Choose a CSV or TSV file."),
    "zip": (raw(zipped(2)), "t.csv is a ZIP archive of 2 files. Unpack it first, then open what was inside."),
    "spreadsheet": (
        raw(zipped(), "t.xlsx"),
        "t.xlsx is damaged, or no spreadsheet. Open it in your spreadsheet app and save it as .xlsx or CSV.",
    ),
    "tar": (raw(tarred("w"), "t.tar"), "t.tar is a tar archive. Unpack it first, then open what was inside."),
    "tar.gz": (raw(tarred("w:gz")), "t.csv is a tar archive. Unpack it first, then open what was inside."),
    "gz cut short": (raw(gzip.compress(b"x,y\n1,2\n" * 900)[:-9]), "t.csv cannot be read: * Check the file."),
    "no such target": (csv(f"x,z,kind\n{ROWS}", "knid"), "t.csv has no column knid. Did you mean kind."),
    "no target": (csv(f"x,z,kind\n{ROWS}", ""), "t.csv has no column without a name. Choose one of x, z, kind."),
    "one class": (
        csv("x,y\n" + "\n".join(f"{row},only" for row in range(20))),
        "The target y has one class only, only. Choose another column to predict.",
    ),
    "one number": (
        csv("x,y\n" + "\n".join(f"{row},{'1.5' if row else ''}" for row in range(20))),
        "The target y has the same value, 1.5, in every row. Choose another column to predict.",
    ),
    "a target of holes": (
        csv("x,y\n" + "\n".join(f"{row},{'NA' if row % 2 else ''}" for row in range(20))),
        "The target y is empty in every row. Choose another column to predict.",
    ),
    "a target of names": (
        csv("x,y\n" + "\n".join(f"{row},name{row}" for row in range(20))),
        "The target y has 20 different texts, too many to be classes. Choose another column to predict.",
    ),
    "a target that is no number": (
        csv(f"x,z,y\n{ROWS}", roles={"y": "number"}),
        "The target y has no numbers. Choose another column to predict.",
    ),
    "nothing to learn from": (
        csv("x,y\n" + "\n".join(f"code{row},{row % 2}" for row in range(20))),
        "No column is left to learn from. Use at least one number or category.",
    ),
    "nothing to train on": (
        csv(f"x,z,y\n{ROWS}", split={"validation": 0.5, "test": 0.5}),
        "Validation and test take 100% of the examples. Give them less.",
    ),
}


def expect(make: Make, folder: Path, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        prepared(make(folder))
    pattern = re.escape(sentence.replace("FOLDER", str(folder))).replace(r"\*", ".*")
    assert re.fullmatch(pattern, str(caught.value)), str(caught.value)
    assert caught.value.field in ("path", "targets", "split", "ignored")


@pytest.mark.parametrize("name", TABLES)
def test_tables(tmp_path: Path, name: str) -> None:
    expect(*(TABLES[name][0], tmp_path, TABLES[name][1]))


@pytest.mark.parametrize("name", ["empty", "a short row", "missing", "a picture", "zip", "tar.gz", "header only"])
def test_the_first_look_says_the_same(tmp_path: Path, name: str) -> None:
    settings = TABLES[name][0](tmp_path)
    with pytest.raises(EngineError) as caught:
        columns(settings.path)
    assert str(caught.value) == TABLES[name][1].replace("FOLDER", str(tmp_path))
    with pytest.raises(EngineError):
        propose(Path(settings.path))


def test_a_row_in_the_middle_of_many_is_left_out_and_said(tmp_path: Path) -> None:
    lines = [f"{row},{row % 2}" for row in range(45_000)]
    lines[43_210] = "1"
    dataset = prepared(table(write(tmp_path / "t.csv", "x,y\n" + "\n".join(lines)), "y"))
    assert dataset.facts.notes == ("Line 43212 is left out: it has 1 cell where the header has 2",)
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 44_999


def test_header_with_spaces_and_twice_the_same_name(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", f" wing length ,wing length, the kind \n{ROWS}")
    facts = prepared(table(file, "the kind")).facts
    assert facts.features == ("wing length", "wing length (2)")
    assert facts.notes == ("The name wing length stands twice in the header; column 2 is called wing length (2)",)


def test_a_class_with_one_row_is_trained_on(tmp_path: Path) -> None:
    dataset = prepared(table(write(tmp_path / "t.csv", f"x,z,y\n{ROWS}\n99,9.9,rare\n"), "y"))
    assert dataset.facts.target.classes == ("a", "b", "rare")
    assert 30 in dataset.train.rows
    assert dataset.facts.notes == ("The class rare has only 1 example: none of them in validation or test",)


def test_a_column_of_holes_is_not_used(tmp_path: Path) -> None:
    rows = "\n".join(f"{row},,{'ab'[row % 2]}" for row in range(30))
    facts = prepared(table(write(tmp_path / "t.csv", f"x,z,y\n{rows}"), "y")).facts
    assert facts.features == ("x",)
    assert facts.notes == ("z is not used: it is empty in every row",)


def no_class_folders(folder: Path) -> DataSettings:
    Image.new("L", (5, 5)).save(folder / "loose.png")
    return image_data(folder)


def one_class_folder(folder: Path) -> DataSettings:
    pictures(folder)
    for file in (folder / "dark").iterdir():
        file.unlink()
    return image_data(folder)


def all_broken(folder: Path) -> DataSettings:
    for file in pictures(folder).rglob("*.png"):
        file.write_bytes(b"not a picture")
    return image_data(folder)


FOLDERS: dict[str, tuple[Make, str]] = {
    "no class folders": (
        no_class_folders,
        "NAME has no class folders with pictures in them. Make a folder for each class and put its pictures in it.",
    ),
    "empty": (
        lambda folder: text_data(path=str(folder)),
        "NAME has no class folders with texts in them. Make a folder for each class and put its texts in it.",
    ),
    "one class": (one_class_folder, "NAME has one class folder only, bright. Make a folder for each class."),
    "all broken": (all_broken, "None of the pictures can be read. Save them again as PNG or JPEG."),
    "missing": (
        lambda folder: picture_data(path=str(folder / "no")),
        "There is no folder FOLDER/no. Check the name.",
    ),
    "a file": (
        lambda folder: picture_data(path=str(write(folder / "pictures.zip", "x"))),
        "pictures.zip is a file, not a folder. Choose a folder, unpacked.",
    ),
    "no text column": (
        lambda folder: text_data(path=str(write(folder / "t.csv", f"x,z,y\n{ROWS}")), column="text", target="y"),
        "t.csv has no column text. Choose one of x, z, y.",
    ),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_folders(tmp_path: Path, name: str) -> None:
    make, sentence = FOLDERS[name]
    with pytest.raises(DataError) as caught:
        prepared(make(tmp_path))
    assert str(caught.value) == sentence.replace("NAME", tmp_path.name).replace("FOLDER", str(tmp_path))


def test_a_folder_of_nothing_is_not_proposed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(DataError, match=r"has no class folders with pictures or texts in them"):
        propose(tmp_path)
    with pytest.raises(DataError, match=r"^There is no file or folder "):
        propose(tmp_path / "no")
    with pytest.raises(DataError, match=r"^None of the pictures in .* can be read"):
        propose(Path(all_broken(tmp_path).path))


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, picture("PNG")[:200], b"%!PS-Adobe", picture("TIFF")],
)
def test_a_picture_that_does_not_decode_is_left_out_by_name(tmp_path: Path, content: bytes) -> None:
    pictures(tmp_path)
    (tmp_path / "bright" / "broken.png").write_bytes(content)
    dataset = prepared(image_data(tmp_path))
    assert dataset.facts.notes == ("1 picture that cannot be read left out: broken.png",)
    assert dataset.facts.class_counts == (10, 10)
    rows = {*dataset.train.rows, *dataset.validation.rows, *dataset.test.rows}
    assert rows == set(range(21)) - {10}


def test_many_broken_pictures_are_counted(tmp_path: Path) -> None:
    pictures(tmp_path)
    for number in range(5):
        (tmp_path / "dark" / f"z{number}.png").write_bytes(b"x")
    note = "5 pictures that cannot be read left out: z0.png, z1.png, z2.png and others"
    assert prepared(image_data(tmp_path)).facts.notes == (note,)


def test_grey_and_colour_and_latin_1_are_no_problem(tmp_path: Path) -> None:
    assert prepared(image_data(pictures(tmp_path / "p", modes=("L", "RGB", "RGBA", "P", "1")))).facts.train == 14
    texts(tmp_path / "t")
    (tmp_path / "t" / "pos" / "000.txt").write_bytes("schön".encode("latin-1"))
    assert prepared(text_data(path=str(tmp_path / "t"), length=5)).facts.train == 28
