"""How well a typed word fits a title: the measure behind every search field that finds as one types."""

from __future__ import annotations

import re
from functools import cache

TYPO_FROM = 4  # letters from which one wrong letter is forgiven


def score(wanted: str, title: str, more: str = "") -> float:
    """How well `wanted` fits: 0 where it does not, more where it fits better. `more`: other words that find it."""
    wish, name = " ".join(wanted.lower().split()), title.lower()
    if not wish:
        return 1.0
    short = len(name) / 1000  # of two that fit alike the shorter one
    found = _in_title(wish, name) or _loosely(wish, name, f"{name} {more.lower()}")
    return found - short if found else 0.0


def _in_title(wish: str, name: str) -> float:
    """The title itself, its beginning, the beginning of a word, or a part of it."""
    tight, close = _tight(name), _tight(wish) or wish
    if wish == name or close == tight:
        return 10.0
    if name.startswith(wish) or tight.startswith(close):
        return 9.0
    if any(word.startswith(wish) for word in re.findall(r"\w+", name)):
        return 8.0
    return 7.0 if wish in name or close in tight else 0.0


def _loosely(wish: str, name: str, everything: str) -> float:
    """Beginnings of other words, some letters of the title in order, one wrong letter, or parts of other words."""
    if all(re.search(rf"\b{re.escape(part)}", everything) for part in wish.split()):
        return 6.0
    if len(wish) > 1 and (spread := _spread(_tight(wish), name)) is not None:
        return 5.0 - min(spread, 90) / 100
    words = (*re.findall(r"\w+", name), _tight(name))
    if len(wish) >= TYPO_FROM and any(_nearly(wish, word) for word in words):
        return 4.0
    return 3.0 if all(part in everything for part in wish.split()) else 0.0


def _tight(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _spread(wish: str, name: str) -> int | None:
    """Letters skipped while the letters of `wish` are met in order, beginning where a word does; None: they are not."""
    starts = [found.start() for found in re.finditer(r"\b\w", name) if wish and name[found.start()] == wish[0]]
    return min((gap for start in starts if (gap := _gaps(wish, name[start:])) is not None), default=None)


def _gaps(wish: str, text: str) -> int | None:
    place = skipped = 0
    for letter in wish:
        found = text.find(letter, place)
        if found < 0:
            return None
        skipped += found - place
        place = found + 1
    return skipped


@cache
def _nearly(wish: str, word: str) -> bool:
    """One letter wrong, missing, too much, or two swapped, against the word or its beginning."""
    ends = {len(wish) - 1, len(wish), len(wish) + 1, len(word)}
    return any(_one_apart(wish, word[:end]) for end in ends)


def _one_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    a, b = one[same:], other[same:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
