"""Letters and parts of words as tokens, learned of the training texts or taken from a file of others."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from engine.data import prepare
from engine.data.feature.text import Text
from engine.data.feature.tokens import WAYS, fit_tokens
from engine.errors import DataError
from tests.data_settings import text_data, with_text
from tests.engine.data.helpers import prepared, texts, write

LEARNED = ["characters", "bpe", "wordpiece", "unigram"]
LINES = [
    "the unhappy painter was painting the oldest painting",
    "happiness is a painted boat, unhappiness a boat unpainted",
    "Older boats are happier boats!",
]


def quiet(_share: float, _text: str) -> None:
    """A tell that nobody hears."""


def fitted(tokens: str, lines: list[str], vocabulary: int = 60) -> dict[str, object]:
    return fit_tokens(Text.model_validate({"tokens": tokens, "vocabulary": vocabulary}), lines, quiet)


def told(document: dict[str, object], text: str) -> list[str]:
    """The tokens of a text, in words."""
    (ids,) = prepare.numbered(document, [text])
    words = document["words"]
    assert isinstance(words, list)
    return [words[number] for number in ids]


def test_every_way_that_can_be_set_is_there() -> None:
    assert [*WAYS] == ["words", *LEARNED, "file"]
    for tokens in WAYS:
        assert Text.model_validate({"tokens": tokens}).tokens == tokens


@pytest.mark.parametrize("tokens", LEARNED)
def test_a_text_is_cut_into_known_parts_from_which_it_can_be_read_again(tokens: str) -> None:
    document = fitted(tokens, LINES)
    assert document["words"][:2] == ["[PAD]", "[UNK]"]
    assert len(document["words"]) <= 60
    assert len(set(document["words"])) == len(document["words"])
    parts = told(document, "unpainted boats")
    joined = "".join(part.removeprefix("##") for part in parts)
    assert joined.replace("▁", "").replace(" ", "") == "unpaintedboats"
    assert told(document, "ж")[-1] == "[UNK]"
    assert json.loads(json.dumps(document)) == document


def test_what_is_frequent_becomes_one_part() -> None:
    for tokens, part in (("bpe", "paint"), ("wordpiece", "paint"), ("unigram", "paint")):
        document = fitted(tokens, LINES, 90)
        assert any(part in word for word in document["words"]), tokens
        assert len(told(document, "painting")) <= 4, tokens
    assert told(fitted("characters", LINES), "Old boa") == ["O", "l", "d", " ", "b", "o", "a"]


@pytest.mark.parametrize("tokens", LEARNED)
def test_the_same_texts_in_any_order_teach_the_same(tokens: str) -> None:
    dice = random.Random(1)
    stems = ["".join(dice.choices("abcdefghij", k=4)) for _ in range(300)]
    lines = [" ".join(dice.choice(stems) + dice.choice(stems) for _ in range(30)) for _ in range(60)]
    first = fitted(tokens, lines, 400)
    for _ in range(4):
        dice.shuffle(lines)
        assert fitted(tokens, lines, 400) == first


@pytest.mark.parametrize("tokens", LEARNED)
def test_only_the_training_texts_teach_and_new_texts_are_cut_alike(tmp_path: Path, tokens: str) -> None:
    data = with_text(text_data(texts(tmp_path), vocabulary=40, length=12), tokens=tokens)
    before = prepared(data)
    files = sorted(tmp_path.rglob("*.txt"))
    again = prepare.inputs_from_texts(before.preparation, [files[row].read_text() for row in before.test.rows])
    np.testing.assert_array_equal(again, before.test.inputs)
    assert before.facts.input.vocabulary == len(before.preparation["words"])
    for row in [*before.test.rows, *before.validation.rows]:
        write(files[row], "zebra zebra zebra")
    assert prepared(data).preparation == before.preparation


def test_the_next_letter_can_be_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "book.txt", "the cat sat on the mat. " * 60)
    data = prepared(with_text(text_data(path, answer="next word", length=10), tokens="characters"))
    assert set("the casonm.") == set(data.preparation["words"][2:])
    assert data.facts.target.size == len(data.preparation["words"])


def others(path: Path, vocabulary: dict[str, int], **also: object) -> str:
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(length=9)
    path.write_text(tokenizer.to_str(), encoding="utf-8")
    return str(path)


def test_the_tokenizer_of_others_keeps_its_numbers_where_its_first_token_fills_up(tmp_path: Path) -> None:
    name = others(tmp_path / "tokenizer.json", {"[PAD]": 0, "?": 1, "a": 2, "b": 3})
    document = fit_tokens(Text(tokens="file", tokenizer=name), LINES, quiet)
    assert document["words"] == ["[PAD]", "?", "a", "b"]
    assert prepare.numbered(document, ["a b c b"]) == [[2, 3, 1, 3]]


def test_the_tokenizer_of_others_is_one_higher_where_its_first_token_is_a_word(tmp_path: Path) -> None:
    name = others(tmp_path / "tokenizer.json", {"a": 0, "b": 1, "?": 2})
    data = with_text(text_data(texts(tmp_path / "t"), length=5), tokens="file", tokenizer=name)
    document = prepared(data).preparation
    assert document["words"] == ["[PAD]", "a", "b", "?"]
    (row,) = prepare.inputs_from_texts(document, ["a b c"])
    assert row.tolist() == [0, 0, 1, 2, 3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"^There is no file .*none.json. Name a tokenizer.json.$"),
        (b"{}", r"^none.json is not a tokenizer that can be read. Name the tokenizer.json of a model"),
        (b"\xff\xfe\x00", r"^none.json is not a tokenizer that can be read"),
    ],
)
def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "none.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        fit_tokens(Text(tokens="file", tokenizer=str(path)), LINES, quiet)
    with pytest.raises(DataError, match=r"^No tokenizer is chosen. Name a tokenizer.json, or take other tokens.$"):
        fit_tokens(Text(tokens="file"), LINES, quiet)


@pytest.mark.parametrize("tokens", ["words", *LEARNED])
def test_texts_without_words_are_refused(tokens: str) -> None:
    with pytest.raises(DataError, match=r"^The texts have no words"):
        fitted(tokens, ["", ""])
