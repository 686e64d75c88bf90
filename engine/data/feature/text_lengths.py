"""How long texts are, beside the length that is kept of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.feature.text import Text

LOST = 0.02  # share of all words that are cut off, from which on it is said
EMPTY = 0.5  # share of texts that fill less than half of their places, from which on it is said
KEPT = {"first": "the first {} are read", "last": "the last {} are read", "both": "half of the {} from either end"}


def length_notes(lengths: NDArray[np.int64], settings: Text) -> list[str]:
    """Sentences on texts that are cut off, and on those that are mostly filling.

    Args:
        lengths: (texts,) words of each.
    """
    count, length, notes = len(lengths), settings.length, []
    longer, short = int((lengths > length).sum()), int((2 * lengths < length).sum())
    lost = 1 - np.minimum(lengths, length).sum() / max(1, lengths.sum())
    if lost >= LOST:
        read = KEPT[settings.keep].format(f"{length:,}")
        notes.append(
            f"{longer:,} of {count:,} texts ({longer / count:.0%}) are longer than the {length:,} words kept: {read}, "
            f"{lost:.0%} of all words are cut off, the longest text has {int(lengths.max()):,}"
        )
    if short and short >= EMPTY * count:
        notes.append(
            f"{short:,} of {count:,} texts ({short / count:.0%}) fill less than half of the {length:,} places: half of "
            f"the texts have {int(np.median(lengths)):,} words or fewer, a smaller length trains faster"
        )
    return notes
