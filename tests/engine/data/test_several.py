"""Several inputs and targets of a table: columns of pictures and texts, and what is said where a row lacks one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import prepare
from engine.data import rows as table_rows
from engine.data.dataset import Ticket
from engine.data.examples import examples
from engine.data.feature.picture import Picture
from engine.data.settings import DataSettings
from engine.data.sources import columns, propose
from engine.errors import DataError
from tests.data_settings import kinds_of, picture_of, text_of
from tests.engine.data.helpers import prepared, table, write

ROWS = 40


def shelf(folder: Path, missing: str = "", rows: int = ROWS) -> Path:
    """A table whose rows name a picture, a number, a text, and two things to predict."""
    lines = ["photo,width,story,kind,price"]
    for row in range(rows):
        path = folder / "photos" / f"{row}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (10, 12), 5 * row).save(path)
        kind = "ab"[row % 2]
        story = f"this is a long story of number {row} about {kind} and what else there was to say"
        price = "" if row == 3 else f"{row * 1.5:.1f}"
        lines.append(f"photos/{row}.png,{row},{story},{'' if row == 5 else kind},{price}")
    text = "\n".join(lines).replace("photos/7.png", missing or "photos/7.png")
    return write(folder / "shelf.csv", text + "\n")


def shelves(path: Path, **values: object) -> DataSettings:
    return table(
        path,
        **{
            "more_targets": ("price",),
            "roles": {"photo": "picture", "story": "text"},
            "picture_width": 5,
            "picture_height": 6,
            "picture_colour": "grey",
            "length": 7,
            **values,
        },
    )


def test_every_column_of_pictures_or_texts_is_an_input_of_its_own(tmp_path: Path) -> None:
    data = prepared(shelves(shelf(tmp_path)))
    facts = data.facts
    assert [fact.name for fact in facts.inputs] == ["table", "photo", "story"]
    assert [fact.shape.short for fact in facts.inputs] == ["1", "1 × 6 × 5", "7"]
    assert facts.shape_of("") == facts.input == facts.shape_of("table")
    assert facts.shape_of("nothing") is None
    assert facts.features == ("width",)
    part = data.train
    assert [values.dtype for values in part.all_inputs] == [np.float32, np.float32, np.int64]
    assert [len(values) for values in (*part.all_inputs, *part.all_targets)] == [len(part)] * 5
    photos = part.more_inputs[0]
    mean, deviation = (data.preparation["inputs"][1][name][0] for name in ("mean", "deviation"))
    for place, row in enumerate(part.rows[:5]):
        np.testing.assert_allclose(photos[place], (5 * row / 255 - mean) / deviation, atol=1e-4)


def test_rows_have_to_have_all_targets(tmp_path: Path) -> None:
    data = prepared(shelves(shelf(tmp_path)))
    rows = np.concatenate([part.rows for part in (data.train, data.validation, data.test)])
    assert sorted(rows) == [row for row in range(ROWS) if row not in (3, 5)]
    assert "1 row without kind left out" in data.facts.notes
    assert "1 row without price left out" in data.facts.notes
    kinds, prices = data.train.all_targets
    np.testing.assert_array_equal(kinds, data.train.rows % 2)
    np.testing.assert_allclose(prices, data.train.rows * 1.5)
    assert [target.kind for target in data.facts.targets] == ["classes", "number"]
    document = data.preparation["more_targets"][0]
    assert document["mean"] == pytest.approx(float(prices.astype(np.float64).mean()))


@pytest.mark.parametrize("field", ["more_inputs", "more_targets"])
def test_the_fingerprint_knows_every_input_and_every_target(tmp_path: Path, field: str) -> None:
    data = prepared(shelves(shelf(tmp_path)))
    changed = [values.copy() for values in getattr(data.test, field)]
    changed[0].flat[0] += 1
    other = replace(data, test=replace(data.test, **{field: tuple(changed)}))
    assert other.preparation == data.preparation
    assert other.fingerprint != data.fingerprint
    assert prepared(shelves(tmp_path / "shelf.csv")).fingerprint == data.fingerprint


def test_pictures_are_normalised_by_those_of_the_training_rows(tmp_path: Path) -> None:
    data = prepared(shelves(shelf(tmp_path)))
    levels = 5 * data.train.rows / 255
    document = data.preparation["inputs"][1]
    assert document["mean"] == pytest.approx([levels.mean()])
    assert document["deviation"] == pytest.approx([levels.std()])


def test_raw_rows_become_the_same_inputs(tmp_path: Path) -> None:
    path = shelf(tmp_path)
    data = prepared(shelves(path))
    rows = table_rows.read_rows(path)
    inputs = prepare.all_inputs_from_rows(data.preparation, [rows[row] for row in data.test.rows], tmp_path)
    assert len(inputs) == 3
    for made, kept in zip(inputs, data.test.all_inputs, strict=True):
        np.testing.assert_array_equal(made, kept)


def test_pictures_alone_are_the_only_input(tmp_path: Path) -> None:
    path = shelf(tmp_path)
    data = prepared(shelves(path, ignored=("width", "story")))
    assert [fact.name for fact in data.facts.inputs] == ["photo"]
    assert data.preparation["column"] == "photo"
    (made,) = prepare.all_inputs_from_rows(data.preparation, table_rows.read_rows(path), tmp_path)
    np.testing.assert_array_equal(made[data.test.rows], data.test.inputs)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("photos/none.png", "1 row left out: row 8 names a picture that is not there, photos/none.png"),
        ("NA", "1 row left out: row 8 names no picture in photo"),
        ("shelf.csv", "1 row left out: row 8 names shelf.csv, which cannot be read"),
    ],
)
def test_a_row_without_its_picture_is_left_out_and_named(tmp_path: Path, cell: str, said: str) -> None:
    data = prepared(shelves(shelf(tmp_path, cell)))
    assert said in data.facts.notes
    assert sorted(np.concatenate([part.rows for part in (data.train, data.validation, data.test)]).tolist()) == [
        row for row in range(ROWS) if row not in (3, 5, 7)
    ]
    rows = table_rows.read_rows(tmp_path / "shelf.csv")
    whole = prepared(shelves(shelf(tmp_path)))
    with pytest.raises(table_rows.UnreadableError, match=r"^Row 8 names a picture|^shelf.csv is not a picture"):
        prepare.all_inputs_from_rows(whole.preparation, rows, tmp_path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"more_targets": ("kind",)}, "A column is named twice as a target. Name each target once."),
        ({"more_targets": ("prize",)}, "shelf.csv has no column prize. Did you mean price."),
        (
            {"answer": "itself", "roles": {"story": "text", "width": "text"}, "ignored": ("photo",)},
            "Only numbers, categories and pictures can be given back. Set a target.",
        ),
    ],
)
def test_targets_that_cannot_be(tmp_path: Path, values: dict[str, object], said: str) -> None:
    with pytest.raises(DataError) as caught:
        prepared(shelves(shelf(tmp_path), **values))
    assert str(caught.value) == said


def test_no_row_with_all_targets(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "x,a,b\n" + "1,p,\n2,q,\n3,,5\n4,,6\n")
    with pytest.raises(DataError, match=r"^No row has a and b\. Choose other columns"):
        prepared(table(path, "a", more_targets=("b",)))


def test_each_real_input_is_wanted_back(tmp_path: Path) -> None:
    data = prepared(shelves(shelf(tmp_path), answer="itself"))
    assert [(target.name, target.kind) for target in data.facts.targets] == [("table", "values"), ("photo", "values")]
    assert [target.output for target in data.facts.targets] == [fact.shape for fact in data.facts.inputs[:2]]
    for wanted, given in zip(data.train.all_targets, data.train.all_inputs[:2], strict=True):
        assert wanted is given or np.array_equal(wanted, given)
    assert len(data.train) + len(data.validation) + len(data.test) == ROWS  # also those without a kind or a price
    assert data.facts.class_counts == ()


def test_a_row_is_wanted_back_without_its_target(tmp_path: Path) -> None:
    data = prepared(shelves(shelf(tmp_path), answer="itself", roles={}, more_targets=()))
    assert data.facts.target.name == "itself"
    assert data.facts.features == ("width", "price")
    assert data.preparation["target"]["features"] == ["width", "price"]


def test_the_columns_say_what_they_are(tmp_path: Path) -> None:
    path = shelf(tmp_path)
    assert {column.name: column.role for column in columns(str(path))}["photo"] == "picture"
    proposed = propose(path)
    assert isinstance(proposed, DataSettings)
    assert kinds_of(proposed) == {"photo": "picture", "story": "text"}
    assert picture_of(proposed, "photo") == Picture(width=10, height=12, colour="grey")
    assert text_of(proposed, "story").length == 20
    assert len(prepared(proposed.with_targets("kind")).facts.inputs) == 3
    (tmp_path / "photos" / "0.png").unlink()
    (tmp_path / "photos" / "1.png").unlink()
    assert {column.name: column.role for column in columns(str(path))}["photo"] != "picture"


def test_the_picture_of_a_row_can_be_looked_at(tmp_path: Path) -> None:
    shown = examples(shelves(shelf(tmp_path)), Ticket())
    pixels = shown.picture(9, 12)
    assert pixels is not None
    assert pixels.shape == (12, 10, 3)
    assert abs(int(pixels[0, 0, 0]) - 45) <= 1
    assert examples(shelves(shelf(tmp_path), roles={}), Ticket()).picture(9, 12) is None
