"""Things that lie below each other, found by height without looking at all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from PySide6.QtCore import QRectF

T = TypeVar("T")

TALL = 400.0  # px: taller things are few, and all of them are looked at


class Shelf(Generic[T]):
    """Places by height; a look-up costs what it finds."""

    def __init__(self, things: Iterable[tuple[QRectF, T]]) -> None:
        low: list[tuple[QRectF, T]] = []
        self._tall: list[tuple[QRectF, T]] = []
        for rect, thing in things:
            (self._tall if rect.height() > TALL else low).append((rect, thing))
        self._low = sorted(low, key=lambda pair: pair[0].top())
        self._tops = [rect.top() for rect, _ in self._low]

    def between(self, top: float, bottom: float) -> Iterator[tuple[QRectF, T]]:
        """All that reach between two heights; tall ones first."""
        for rect, thing in self._tall:
            if rect.top() <= bottom and rect.bottom() >= top:
                yield rect, thing
        for place in range(bisect_left(self._tops, top - TALL), len(self._low)):
            rect, thing = self._low[place]
            if rect.top() > bottom:
                return
            if rect.bottom() >= top:
                yield rect, thing
