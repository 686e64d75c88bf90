"""The words of texts: which are learned, and texts cut into blocks of which each word's next one is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, trainers

from engine.data.dataset import NO_WORD, Tell
from engine.data.prepare import PADDING, UNKNOWN, Preparation, numbered, splitter
from engine.errors import DataError

BATCH = 500  # texts split at a time


def fit_words(texts: Sequence[str], vocabulary: int, tell: Tell) -> list[str]:
    """The most frequent words of the texts, most frequent first, equally frequent ones by alphabet.

    Places 0 and 1 are padding and unknown, so at most `vocabulary` - 2 words. DataError where the texts have none.
    """

    def batches() -> Iterator[Sequence[str]]:
        for start in range(0, len(texts), BATCH):
            tell(start / len(texts), f"Counting words: {start:,} of {len(texts):,} texts")
            yield texts[start : start + BATCH]

    tokenizer = splitter(Tokenizer(models.WordLevel(unk_token=UNKNOWN)))
    trainer = trainers.WordLevelTrainer(vocab_size=vocabulary, special_tokens=[PADDING, UNKNOWN], show_progress=False)
    tokenizer.train_from_iterator(batches(), trainer)
    numbers: dict[str, int] = tokenizer.get_vocab()
    if len(numbers) <= 2:
        raise DataError("The texts have no words", field="path", hint="Choose texts with words in them")
    return sorted(numbers, key=numbers.__getitem__)


Ids = NDArray[np.int64]


def blocks(texts: Sequence[str], preparation: Preparation, length: int, tell: Tell) -> tuple[Ids, Ids, Ids]:
    """Texts cut into blocks of `length` words, the last one filled up at its end.

    Returns:
        int64 (blocks, length) words, the word that follows each, NO_WORD where there is none; (blocks,) place of the
        text. Texts of a single word, and blocks without a following word, are left out.
    """
    inputs: list[Ids] = []
    following: list[Ids] = []
    places: list[int] = []
    for start in range(0, len(texts), BATCH):
        tell(start / len(texts), f"Numbering words: {start:,} of {len(texts):,} texts")
        for offset, ids in enumerate(numbered(preparation, texts[start : start + BATCH])):
            for first in range(0, len(ids) - 1, length):
                block = ids[first : first + length + 1]
                inputs.append(_filled(block[:-1], length, 0))
                following.append(_filled(block[1:], length, NO_WORD))
                places.append(start + offset)
    if not inputs:
        raise DataError("No text has two words or more", field="path", hint="Choose longer texts")
    return np.stack(inputs), np.stack(following), np.array(places, dtype=np.int64)


def _filled(ids: Sequence[int], length: int, filler: int) -> Ids:
    row = np.full(length, filler, dtype=np.int64)
    row[: len(ids)] = ids
    return row
