"""The shipped data."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import numpy as np
import pytest
from PIL import Image

from engine.data import samples
from engine.data.samples import SAMPLES
from engine.data.settings import DataSettings
from engine.data.shipped.reviews import reviews
from engine.errors import DataError
from tests.data_settings import table_data
from tests.engine.data.helpers import prepared

SIZES = {
    "circle": 600, "spirals": 1000, "moons": 600, "xor": 600, "surface": 1000,
    "iris": 150, "digits": 1797, "diabetes": 442, "sums": 1797, "waves": 1500, "reviews": 1000,
}  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
def test_each_sample_loads_the_same_way_twice(name: str) -> None:
    first, again = prepared(SAMPLES[name].settings()), prepared(SAMPLES[name].settings())
    facts = first.facts
    assert facts.train + facts.validation + facts.test == SIZES[name]
    assert facts.kind == SAMPLES[name].kind
    assert facts.notes == ()
    assert first.train.inputs.tobytes() == again.train.inputs.tobytes()
    assert first.preparation == again.preparation


def test_the_table_is_complete() -> None:
    assert list(SAMPLES) == list(SIZES)
    assert "generated" in SAMPLES["reviews"].about


@pytest.mark.parametrize("name", SIZES)
def test_each_sample_has_a_transparent_picture(name: str) -> None:
    file = resources.files("resources").joinpath(SAMPLES[name].picture)
    with file.open("rb") as stream, Image.open(stream) as picture:
        assert picture.size == (320, 200)
        low, high = picture.getchannel("A").getextrema()
    assert (low, high) == (0, 255)


@pytest.mark.parametrize("name", ["circle", "spirals", "moons", "xor"])
def test_toys_have_two_classes_of_points(name: str) -> None:
    settings = SAMPLES[name].settings()
    assert isinstance(settings, DataSettings)
    facts = prepared(settings).facts
    assert facts.features == ("x1", "x2")
    assert len(facts.target.classes) == 2
    assert min(facts.class_counts) >= 290


def test_no_line_parts_the_spirals() -> None:
    _, rows = samples.table("spirals")
    points = np.array([[float(x), float(y), 1.0] for x, y, _ in rows])
    sides = np.array([1.0 if label == "A" else -1.0 for *_, label in rows])
    weights = np.linalg.lstsq(points, sides, rcond=None)[0]
    assert ((points @ weights > 0) == (sides > 0)).mean() < 0.75


def test_digits_are_pictures_of_digits() -> None:
    pictures, labels = samples.pictures("digits")
    assert Counter(labels)["8"] == 174
    assert pictures[0].size == (8, 8)
    middle = {
        digit: np.mean(
            [np.asarray(one)[3:5, 3:5] for one, label in zip(pictures, labels, strict=True) if label == digit]
        )
        for digit in "01"
    }
    assert middle["0"] < middle["1"] / 2  # a nought is empty in the middle, a one is not


def test_known_values_of_the_real_sets() -> None:
    names, rows = samples.table("iris")
    assert rows[0] == ["5.1", "3.5", "1.4", "0.2", "setosa"]
    assert Counter(row[-1] for row in rows) == {"setosa": 50, "versicolor": 50, "virginica": 50}
    names, rows = samples.table("diabetes")
    assert names[-1] == "progression"
    assert round(np.mean([float(row[-1]) for row in rows]), 2) == 152.13  # Efron et al. 2004


def test_reviews_need_more_than_single_words() -> None:
    texts, labels = reviews()
    assert Counter(labels) == {"neg": 500, "pos": 500}
    assert len(set(texts)) > 990
    good = [sum(f" {word}" in text for word in ("good", "great", "superb", "clever")) for text in texts]
    praised = Counter(label for label, count in zip(labels, good, strict=True) if count)
    assert 0.1 < praised["neg"] / praised.total() < 0.45  # words of praise stand in blame too: "not good"


def test_sums_add_up_and_name_the_digits_they_show() -> None:
    names, rows = samples.table("sums")
    assert names == ["picture", "first", "second", "digit", "sum"]
    pictures, labels = samples.pictures("digits")
    attached = samples.attached("sums")
    assert len(attached) == len(rows) == len(labels)
    for place in (0, 7, 1796):
        name, first, second, digit, total = rows[place]
        assert (digit, attached[name].tobytes()) == (labels[place], pictures[place].tobytes())
        assert float(total) == pytest.approx(float(first) + float(second) + int(digit), abs=1e-6)
    data = prepared(SAMPLES["sums"].settings())
    assert [(fact.name, fact.shape.names) for fact in data.facts.inputs] == [
        ("table", ("feature",)),
        ("picture", ("channel", "height", "width")),
    ]
    assert [(target.name, target.kind) for target in data.facts.targets] == [("digit", "classes"), ("sum", "number")]


def test_no_wave_goes_on_in_another_row() -> None:
    names, rows = samples.table("waves")
    assert (names[0], names[-2], names[-1], len(names)) == ("t-24", "t-1", "next", 25)
    values = np.array(rows, dtype=np.float64)
    assert np.abs(values).max() < 2
    shifted = np.abs(values[None, :200, 1:] - values[:200, None, :-1]).max(axis=2)
    assert shifted.min() > 0.1  # no row is another one step later


def test_an_unknown_sample_is_named() -> None:
    with pytest.raises(DataError, match=r"^There is no sample iriss. Choose one of circle, "):
        samples.settings("iriss")
    with pytest.raises(DataError, match=r"^The sample digits is of another kind than table"):
        prepared(table_data(path="sample:digits", target="x"))
