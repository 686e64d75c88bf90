"""Texts as blocks of words of which each next one is wanted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data import prepare, samples
from engine.data.dataset import NO_WORD
from engine.data.feature.words import blocks
from engine.data.samples import SAMPLES
from engine.errors import DataError
from engine.export.predicting import next_words
from tests.data_settings import text_data, with_text
from tests.engine.data.helpers import prepared, texts, write

WORDS = ["[PAD]", "[UNK]", "a", "b", "c", "d", "e"]


def quiet(done: float, text: str) -> None:
    """Says nothing."""


def test_blocks_by_hand() -> None:
    inputs, following, places = blocks(["a b c d e", "e", "", "a z"], {"words": WORDS}, 3, quiet)
    assert inputs.tolist() == [[2, 3, 4], [5, 0, 0], [2, 0, 0]]
    assert following.tolist() == [[3, 4, 5], [6, NO_WORD, NO_WORD], [1, NO_WORD, NO_WORD]]
    assert places.tolist() == [0, 0, 3]


def test_a_text_that_just_fills_its_blocks_loses_and_repeats_nothing() -> None:
    inputs, following, _ = blocks(["a b c d e a b"], {"words": WORDS}, 3, quiet)
    assert inputs.tolist() == [[2, 3, 4], [5, 6, 2]]
    assert following.tolist() == [[3, 4, 5], [6, 2, 3]]
    with pytest.raises(DataError, match="No text has two words or more"):
        blocks(["a", ""], {"words": WORDS}, 3, quiet)


def test_the_reviews_as_blocks() -> None:
    settings = with_text(SAMPLES["reviews"].settings().without_targets(), length=20)
    data = prepared(settings)
    facts, words = data.facts, data.preparation["words"]
    assert (facts.target.kind, facts.target.name) == ("tokens", "next word")
    assert facts.input.vocabulary == facts.target.size == len(words)
    assert str(facts.target.output) == f"time 20 × feature {len(words):,}"
    part = data.train
    assert part.inputs.shape == part.targets.shape == (len(part), 20)
    assert ((part.targets != NO_WORD) == (part.inputs != 0)).all()
    assert (part.targets != NO_WORD).any(axis=1).all()  # every block teaches something
    both = part.targets[:, :-1] != NO_WORD
    assert (part.inputs[:, 1:][both & (part.inputs[:, 1:] != 0)] >= 1).all()
    np.testing.assert_array_equal(part.inputs[0, 1:], part.targets[0, :-1])
    rows = [row for one in (data.train, data.validation, data.test) for row in set(one.rows.tolist())]
    assert len(rows) == len(set(rows))  # a text stands in one split


def test_a_new_text_begins_where_one_that_was_trained_on_does() -> None:
    data = prepared(SAMPLES["reviews"].settings().without_targets())
    source, _ = samples.texts("reviews")
    once = [place for place, row in enumerate(data.train.rows) if (data.train.rows == row).sum() == 1]
    short = next(place for place in once if (data.train.inputs[place] == 0).sum() > 2)
    (made,) = prepare.inputs_from_texts(data.preparation, [source[data.train.rows[short]]])
    count = int((data.train.inputs[short] != 0).sum())
    np.testing.assert_array_equal(made[:count], data.train.inputs[short, :count])
    assert (made[count], made[count + 1]) == (data.train.targets[short, count - 1], 0)  # its last word too


def test_words_of_other_splits_are_unknown(tmp_path: Path) -> None:
    folder = texts(tmp_path / "t")
    data = prepared(text_data(path=str(folder), length=5, answer="next word"))
    assert data.facts.target.size == len(data.preparation["words"]) <= 20
    assert data.test.targets.max() < data.facts.target.size


def test_new_texts_are_filled_up_at_their_end_and_begin_late_where_they_are_long() -> None:
    preparation = {"kind": "text", "words": WORDS, "length": 3, "keep": "last", "filled": "end"}
    inputs = prepare.inputs_from_texts(preparation, ["a b", "a b c d", ""])
    assert inputs.tolist() == [[2, 3, 0], [3, 4, 5], [0, 0, 0]]
    scores = np.zeros((3, 3, 7), np.float32)
    scores[0, 1, 4] = scores[1, 2, 6] = scores[2, 0, 2] = 1
    scores[:, :, :2] = 5  # no filling, no unknown word
    assert next_words(preparation, inputs, scores) == ["c", "e", "a"]


def test_one_file_or_a_folder_without_classes_is_enough(tmp_path: Path) -> None:
    story = "the cat sat on the mat and the dog sat on the cat . " * 40
    path = write(tmp_path / "books" / "book.txt", story)
    data = prepared(text_data(path=str(path), length=10, answer="next word"))
    assert len(data.train) > len(data.test) > 0
    assert data.facts.train + data.facts.validation + data.facts.test == 56  # 560 words
    assert (data.train.targets != NO_WORD).sum(axis=1).min() == 9  # of the last piece; no word is lost between pieces
    folder = prepared(text_data(path=str(path.parent), length=10, answer="next word"))
    assert folder.fingerprint == data.fingerprint
    path.write_bytes(b"\0\1\2" * 100)
    with pytest.raises(DataError, match=r"^book.txt is not text"):
        prepared(text_data(path=str(path), answer="next word"))
