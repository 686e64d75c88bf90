"""Files of text, whatever letters they are written in, and what of them a network of words will know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Tell
from engine.data.prepare import decoded
from engine.data.rows import OLD, unicode_of, unreadable
from engine.data.source.encoding import encoding_of, is_utf8

LOOKED_AT = 1 << 18  # bytes of texts that are not Unicode, by which their letters are known
STRANGE = 0.5  # share of words that were not learned, from which on a split is as good as unread


def read_files(paths: Sequence[Path], tell: Tell) -> tuple[list[str], str, list[str]]:
    """The texts, the encoding of those that are not Unicode, and a note on it. UnreadableError where one is shut."""
    contents = []
    for done, path in enumerate(paths):
        if done % 50 == 0:
            tell(done / len(paths), f"Reading texts: {done:,} of {len(paths):,}")
        try:
            contents.append(path.read_bytes())
        except OSError as error:
            raise unreadable(path, error) from error
    others = [content for content in contents if not unicode_of(content) and not is_utf8(content, whole=True)]
    if not others:
        return [decoded(content) for content in contents], OLD, []
    guess = encoding_of(b"\n".join(others)[:LOOKED_AT], whole=False, rest_is_utf8=False)
    encoding = OLD if guess.value == "utf8" else str(guess.value)
    count = "1 text is" if len(others) == 1 else f"{len(others):,} texts are"
    reason = "it is not UTF-8" if encoding == OLD else guess.reason
    note = f"{count} read as {encoding}: {reason}"
    return [decoded(content, encoding) for content in contents], encoding, [note]


def strangers(inputs: NDArray[np.int64], held_out: NDArray[np.int64]) -> list[str]:
    """A note where most words of the texts that are held out were never learned.

    Args:
        inputs: (texts, time), 0 filling, 1 a word that was not learned.
        held_out: rows of validation and test.
    """
    words = inputs[held_out]
    count, unknown = int((words > 0).sum()), int((words == 1).sum())
    if count < 10 or unknown < STRANGE * count:
        return []
    return [
        f"{unknown / count:.0%} of the words in validation and test never stand in the texts to train on: nothing is "
        "learned from words that do not come again, as where no spaces part them"
    ]
