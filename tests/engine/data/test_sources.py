"""The first look at a file or folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.feature.picture import Picture
from engine.data.samples import SAMPLES
from engine.data.settings import DataSettings
from engine.data.sources import columns, propose
from tests.data_settings import picture_of, table_data, text_data, text_of
from tests.engine.data.helpers import birds, pictures, texts, write


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("target,a,few,b", "target"),
        ("a,Species,few,b", "Species"),
        ("a,b,few,class", "class"),
        ("class,a,few,b", "class"),
        ("y,a,few,b", "y"),
        ("a,y,few,b", "few"),
        ("a,b,few,c", "few"),
    ],
)
def test_the_target_is_guessed(tmp_path: Path, header: str, target: str) -> None:
    """A telling name, else the column `few` of few whole numbers; the others have decimals."""
    names = header.split(",")
    rows = []
    for row in range(60):
        cells = dict.fromkeys(names, f"{row * 0.31 % 7:.2f}")
        cells["few"] = str(row % 5)
        rows.append(",".join(cells.values()))
    file = write(tmp_path / "t.csv", header + "\n" + "\n".join(rows))
    proposal = propose(file)
    assert isinstance(proposal, DataSettings)
    assert proposal.targets == (target,)


def test_numbers_only_takes_the_last(tmp_path: Path) -> None:
    rows = "\n".join(f"{row * 0.1:.1f},{row * 0.2:.1f},{row * row * 0.3:.1f}" for row in range(40))
    assert propose(write(tmp_path / "t.csv", f"a,b,c\n{rows}")) == table_data(path=str(tmp_path / "t.csv"), target="c")


def test_a_table_of_texts(tmp_path: Path) -> None:
    rows = "\n".join(
        f"the number {row} is a film of many long hours,{'pos' if row % 2 else 'neg'}" for row in range(40)
    )
    file = write(tmp_path / "t.csv", f"review,sentiment\n{rows}")
    assert propose(file) == text_data(path=str(file), column="review", target="sentiment", length=10, keep="last")


@pytest.mark.parametrize(
    ("modes", "size", "wanted"),
    [
        (("L",), (28, 20), (28, 20, "grey")),
        (("L", "RGB"), (28, 20), (28, 20, "colour")),
        (("RGB",), (320, 160), (64, 32, "colour")),
    ],
)
def test_a_folder_of_pictures(
    tmp_path: Path, modes: tuple[str, ...], size: tuple[int, int], wanted: tuple[int, int, str]
) -> None:
    proposal = propose(pictures(tmp_path, modes=modes, size=size))
    assert isinstance(proposal, DataSettings)
    assert picture_of(proposal) == Picture(width=wanted[0], height=wanted[1], colour=wanted[2])


def test_grey_saved_as_colour_is_grey(tmp_path: Path) -> None:
    pictures(tmp_path)
    from PIL import Image

    for file in tmp_path.rglob("*.png"):
        Image.open(file).convert("RGB").save(file)
    proposal = propose(tmp_path)
    assert isinstance(proposal, DataSettings)
    assert picture_of(proposal).colour == "grey"


def test_a_folder_of_texts_and_the_folder_around_it(tmp_path: Path) -> None:
    texts(tmp_path / "around" / "reviews")
    proposal = propose(tmp_path / "around")
    assert proposal == text_data(path=str(tmp_path / "around" / "reviews"), vocabulary=10_000, length=10, keep="last")
    long = "word " * 1000
    for file in (tmp_path / "around").rglob("*.txt"):
        file.write_text(long)
    assert text_of(propose(tmp_path / "around")).length == 400


def test_samples_are_proposed_by_name() -> None:
    assert propose(Path("sample:digits")) == SAMPLES["digits"].settings()


def test_columns_say_what_they_are(tmp_path: Path) -> None:
    described = {column.name: column for column in columns(str(birds(tmp_path)))}
    assert [(column.name, column.role) for column in described.values()] == [
        ("kind", "category"), ("island", "category"), ("bill", "number"), ("mass", "number"), ("sex", "category"),
    ]  # fmt: skip
    assert described["kind"].examples == ("A", "B", "C")
    assert described["kind"].missing == 0
    assert (described["sex"].missing, described["sex"].distinct) == (9, 2)
    assert described["bill"].missing == 5
    assert described["mass"].whole
    assert not described["bill"].whole


def test_columns_of_samples_and_folders(tmp_path: Path) -> None:
    assert [column.role for column in columns("sample:iris")] == ["number"] * 4 + ["category"]
    assert columns("sample:digits") == ()
    assert columns(str(tmp_path)) == ()


@pytest.mark.parametrize(
    ("values", "role"),
    [
        ([str(row) for row in range(50)], "identifier"),
        ([f"P-{row}" for row in range(50)], "identifier"),
        ([f"{'abcde'[row % 5]}" for row in range(50)], "category"),
        ([f"model {row % 30} of the maker" for row in range(50)], "text"),
        (["yes"] * 50, "constant"),
        ([""] * 50, "constant"),
        (["yes", ""] * 25, "category"),
        (["True", "False"] * 25, "category"),
        ([str(row * 2) for row in range(50)], "number"),
    ],
)
def test_roles(tmp_path: Path, values: list[str], role: str) -> None:
    file = write(tmp_path / "t.csv", ",x\n" + "\n".join(f"{value},{row}" for row, value in enumerate(values)))
    assert columns(str(file))[0].role == role


def test_a_number_called_id_is_an_identifier_where_it_is_unique(tmp_path: Path) -> None:
    rows = "\n".join(f"{row * 7 % 50},{row * 7 % 50},{row % 5},{row % 2}" for row in range(50))
    described = columns(str(write(tmp_path / "t.csv", f"PassengerId,count,group id,y\n{rows}")))
    assert [column.role for column in described] == ["identifier", "number", "number", "number"]
