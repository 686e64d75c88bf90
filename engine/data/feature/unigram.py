"""Parts of words by how likely they are (Kudo 2018), counted in whole numbers, so that the same texts teach the same.

Expectations over all ways to cut a word are replaced by the likeliest way, which `tokenizers` finds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models

from engine.data.dataset import Tell
from engine.data.feature.words import BATCH, fit_words
from engine.data.prepare import PADDING, UNKNOWN, numbered
from engine.data.progress import between

MARK = "\N{LOWER ONE EIGHTH BLOCK}"  # begins a word
LONGEST = 16  # letters of a part
SEEDS = 4  # times the wanted parts: so many are begun with
LEFT = 0.7  # share of the parts that is left after each round
EVERY_WORD = 1_000_000

Piece = tuple[str, float]


def fit_pieces(texts: Sequence[str], vocabulary: int, tell: Tell) -> list[Piece]:
    """At most `vocabulary` - 2 parts of words with the logarithms of their shares, likeliest first.

    Single letters are always among them. DataError where the texts have no words.
    """
    words, counts = _counted(texts, between(tell, 0.0, 0.6))
    letters = sorted({letter for word in words for letter in word})
    wanted = max(vocabulary - 2, len(letters))
    pieces = _seeds(words, counts, letters, SEEDS * wanted)
    while True:
        tell(0.8, f"Choosing parts of words: {wanted:,} of {len(pieces):,}")
        uses = _uses(pieces, words, counts)
        ordered = sorted(uses, key=lambda piece: (-uses[piece], piece))
        if len(pieces) <= wanted:
            return _shares({piece: uses[piece] for piece in ordered})
        kept = [piece for piece in ordered if len(piece) > 1][: max(wanted, int(LEFT * len(pieces))) - len(letters)]
        pieces = _shares({piece: uses[piece] for piece in [*kept, *letters]})


def _counted(texts: Sequence[str], tell: Tell) -> tuple[list[str], NDArray[np.int64]]:
    """Every word, marked, and how often it stands in the texts."""
    words = fit_words(texts, EVERY_WORD, tell)
    total = np.zeros(len(words), dtype=np.int64)
    for start in range(0, len(texts), BATCH):
        for ids in numbered({"words": words}, texts[start : start + BATCH]):
            total += np.bincount(ids, minlength=len(words))
    return [MARK + word for word in words[2:]], total[2:]


def _seeds(words: Sequence[str], counts: NDArray[np.int64], letters: Sequence[str], most: int) -> list[Piece]:
    """The parts that cover most letters, and all letters."""
    found: Counter[str] = Counter()
    for word, count in zip(words, counts.tolist(), strict=True):
        for first in range(len(word)):
            for last in range(first + 1, min(len(word), first + LONGEST) + 1):
                found[word[first:last]] += count
    longer = [piece for piece in found if len(piece) > 1]
    longer.sort(key=lambda piece: (-found[piece] * len(piece), piece))
    return _shares({piece: found[piece] for piece in [*longer[:most], *letters]})


def _uses(pieces: Sequence[Piece], words: Sequence[str], counts: NDArray[np.int64]) -> dict[str, int]:
    """How often each part is needed where every word is cut in the likeliest way."""
    tokenizer = Tokenizer(models.Unigram([(PADDING, 0.0), (UNKNOWN, 0.0), *pieces], 1))
    uses = np.zeros(len(pieces) + 2, dtype=np.int64)
    for start in range(0, len(words), BATCH):
        encoded = tokenizer.encode_batch(list(words[start : start + BATCH]))
        for one, count in zip(encoded, counts[start : start + BATCH].tolist(), strict=True):
            np.add.at(uses, one.ids, count)
    return {piece: int(count) for (piece, _), count in zip(pieces, uses[2:].tolist(), strict=True)}


def _shares(counts: dict[str, int]) -> list[Piece]:
    total = sum(counts.values())
    return [(piece, math.log(max(count, 0.5) / total)) for piece, count in counts.items()]
