"""Texts from folders and columns."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from engine.data.feature.words import fit_words
from engine.data.load import load
from engine.data.settings import DataSettings
from engine.errors import Cancelled, DataError
from engine.shapes import Shape
from tests import data_settings
from tests.engine.data.helpers import Counting, prepared, texts, write


def text_data(path: Path, **values: object) -> DataSettings:
    return data_settings.text_data(path, **{"vocabulary": 50, "length": 8, **values})


def quiet(_share: float, _text: str) -> None:
    """A tell that nobody hears."""


def test_a_folder_a_class(tmp_path: Path) -> None:
    dataset = prepared(text_data(texts(tmp_path)))
    assert dataset.facts.input == Shape.ids(50, time=8)
    assert dataset.facts.target.classes == ("neg", "pos")
    assert dataset.facts.class_counts == (20, 20)
    assert dataset.train.inputs.shape == (28, 8)
    assert dataset.train.inputs.dtype == np.int64
    assert dataset.preparation["words"][:2] == ["[PAD]", "[UNK]"]
    assert set(dataset.preparation["words"][2:]) >= {"the", "film", "good", "bad", "."}


def test_words_are_numbered_by_how_often_they_occur_then_by_alphabet() -> None:
    words = fit_words(["b a c c", "d D, c", "Über"], 10, quiet)
    assert words == ["[PAD]", "[UNK]", "c", "d", ",", "a", "b", "über"]
    assert fit_words(["b a c c", "d D, c", "Über"], 5, quiet) == ["[PAD]", "[UNK]", "c", "d", ","]


def test_ties_are_numbered_the_same_each_time_and_in_any_order() -> None:
    dice = random.Random(1)
    vocabulary = [f"w{number}" for number in range(3000)]
    lines = [" ".join(dice.sample(vocabulary, 40)) for _ in range(300)]
    first = fit_words(lines, 1000, quiet)
    for _ in range(3):
        dice.shuffle(lines)
        assert fit_words(lines, 1000, quiet) == first


def test_only_the_training_texts_make_the_vocabulary(tmp_path: Path) -> None:
    texts(tmp_path)
    before = prepared(text_data(tmp_path))
    files = sorted(tmp_path.rglob("*.txt"))
    for row in [*before.test.rows, *before.validation.rows]:
        write(files[row], "zebra zebra zebra")
    after = prepared(text_data(tmp_path))
    assert after.preparation == before.preparation
    assert np.isin(after.test.inputs, [0, 1]).all()


def test_a_text_column(tmp_path: Path) -> None:
    lines = [f'"good, number {row}",pos' if row % 2 else f"bad {row},neg" for row in range(40)]
    lines[5], lines[8] = ",pos", "bad,"
    file = write(tmp_path / "t.csv", "review,mood\n" + "\n".join(lines))
    dataset = prepared(text_data(file, column="review", target="mood"))
    assert dataset.facts.target.name == "mood"
    assert dataset.facts.notes[:2] == ("1 row without mood left out", "1 row without review left out")
    rows = np.concatenate([dataset.train.rows, dataset.validation.rows, dataset.test.rows])
    assert sorted(rows) == [row for row in range(40) if row not in (5, 8)]
    assert [row % 2 for row in dataset.train.rows] == dataset.train.targets.tolist()
    assert dataset.preparation["column"] == "review"


def test_a_number_may_be_the_answer_to_a_text(tmp_path: Path) -> None:
    lines = [f"{'very ' * (row % 9)}good,{row % 9 + 0.5}" for row in range(60)]
    dataset = prepared(
        text_data(write(tmp_path / "t.csv", "review,stars\n" + "\n".join(lines)), column="review", target="stars")
    )
    assert dataset.facts.target.kind == "number"
    assert dataset.facts.target.scaled
    assert dataset.preparation["target"]["deviation"] > 1


def test_the_division_of_acl_imdb_is_kept(tmp_path: Path) -> None:
    texts(tmp_path / "train", each=20)
    texts(tmp_path / "test", each=10)
    write(tmp_path / "train" / "unsup" / "0.txt", "no class")
    write(tmp_path / "README", "about")
    dataset = prepared(text_data(tmp_path))
    assert dataset.facts.target.classes == ("neg", "pos")
    assert (dataset.facts.train, dataset.facts.validation, dataset.facts.test) == (34, 6, 20)
    assert dataset.facts.notes[:2] == (
        f"{tmp_path.name} comes with its own test and train folders",
        "The folder unsup has examples without a class and is left out",
    )


def test_latin_1_is_read_as_such(tmp_path: Path) -> None:
    texts(tmp_path)
    for number in range(20):
        (tmp_path / "pos" / f"{number:03}.txt").write_bytes("größte Güte".encode("latin-1"))
    words = prepared(text_data(tmp_path)).preparation["words"]
    assert {"größte", "güte"} <= set(words)


def test_texts_without_words_are_refused(tmp_path: Path) -> None:
    for label in ("a", "b"):
        for number in range(5):
            write(tmp_path / label / f"{number}.txt", "  \n")
    with pytest.raises(DataError, match=r"^The texts have no words. Choose texts with words in them.$"):
        prepared(text_data(tmp_path))


@pytest.mark.parametrize("until", [3, 4, 5, 6])
def test_reading_and_counting_can_be_cancelled(tmp_path: Path, until: int) -> None:
    with pytest.raises(Cancelled):
        load(text_data(texts(tmp_path)), Counting(until=until))


@pytest.mark.parametrize(
    ("keep", "read"),
    [("first", "the first 4 are read"), ("last", "the last 4 are read"), ("both", "half of the 4 from either end")],
)
def test_how_much_is_cut_off_is_said(tmp_path: Path, keep: str, read: str) -> None:
    lines = [f"{'very ' * (8 if row % 4 else 1)}good,{'ab'[row % 2]}" for row in range(40)]
    file = write(tmp_path / "t.csv", "review,mood\n" + "\n".join(lines))
    notes = prepared(text_data(file, column="review", target="mood", length=4, keep=keep)).facts.notes
    said = f"30 of 40 texts (75%) are longer than the 4 words kept: {read}, 52% of all words are cut off"
    assert f"{said}, the longest text has 9" in notes


def test_what_is_mostly_filling_is_said(tmp_path: Path) -> None:
    lines = [f"{'very ' * (row % 5)}good,{'ab'[row % 2]}" for row in range(40)]
    file = write(tmp_path / "t.csv", "review,mood\n" + "\n".join(lines))
    assert prepared(text_data(file, column="review", target="mood", length=5)).facts.notes == ()
    (note,) = prepared(text_data(file, column="review", target="mood", length=9)).facts.notes
    assert note.startswith(
        "32 of 40 texts (80%) fill less than half of the 9 places: half of the texts have 3 words or"
    )
