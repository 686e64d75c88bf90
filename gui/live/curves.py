"""Numbers that grow while a run goes on, and their outline for a screen of any width. No Qt here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 64  # steps behind one entry of the coarse level


class Growing:
    """float32 numbers that are only ever appended to; room is doubled, so each costs the same on average."""

    def __init__(self) -> None:
        self._room: Floats = np.empty(1024, np.float32)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> Floats:
        """All of them, (n,); a view that stays as it is when more are appended."""
        return self._room[: self._size]

    def extend(self, values: NDArray[Any]) -> None:
        """Appends numbers (m,)."""
        size = self._size + len(values)
        if size > len(self._room):
            room: Floats = np.empty(max(size, 2 * len(self._room)), np.float32)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : size] = values
        self._size = size


class Series:
    """A curve with a number at each step, kept whole, and beside it the low, high and sum of each 64 steps.

    So the outline of ten million steps costs as much as that of 160,000.
    """

    def __init__(self, values: NDArray[Any] | None = None) -> None:
        self._all, self._low, self._high, self._sum = Growing(), Growing(), Growing(), Growing()
        if values is not None:
            self.extend(values)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def values(self) -> Floats:
        """All of them, (n,)."""
        return self._all.values

    def extend(self, values: NDArray[Any]) -> None:
        """Appends numbers (m,)."""
        self._all.extend(values)
        done = len(self._low)
        whole = len(self._all) // BLOCK
        if whole > done:
            blocks = self.values[done * BLOCK : whole * BLOCK].reshape(-1, BLOCK)
            self._low.extend(blocks.min(axis=1))
            self._high.extend(blocks.max(axis=1))
            self._sum.extend(blocks.sum(axis=1))

    def outline(self, first: int, last: int, columns: int) -> tuple[NDArray[np.float64], Floats]:
        """Points (x, y) that draw steps first..last: all of them where few, else low and high of each pixel column.

        Returns at most 4 points for each of `columns`.
        """
        first, last, columns = max(0, first), min(last, len(self)), max(1, columns)
        if last - first <= 2 * columns:
            return np.arange(first, max(first, last), dtype=np.float64), self.values[first:last]
        edges, (low, high) = self._binned(first, last, columns, (np.minimum, np.maximum), (self._low, self._high))
        middle = (edges[:-1] + edges[1:] - 1) / 2
        points: Floats = np.stack([low, high], axis=1).ravel()
        return np.repeat(middle, 2), points

    def means(self, first: int, last: int, columns: int) -> tuple[NDArray[np.float64], Floats]:
        """Points (x, mean y), at most one for each column."""
        first, last, columns = max(0, first), min(last, len(self)), max(1, columns)
        if last - first <= columns:
            return np.arange(first, max(first, last), dtype=np.float64), self.values[first:last]
        edges, (sums,) = self._binned(first, last, columns, (np.add,), (self._sum,))
        means: Floats = (sums / np.diff(edges)).astype(np.float32)
        return (edges[:-1] + edges[1:] - 1) / 2, means

    def _binned(
        self, first: int, last: int, columns: int, reduce: tuple[np.ufunc, ...], coarse: tuple[Growing, ...]
    ) -> tuple[NDArray[np.int64], list[Floats]]:
        """Steps at which the columns begin (and the last ends), and for each ufunc its result in each column."""
        edges = np.linspace(first, last, columns + 1).astype(np.int64)
        if last - first <= 8 * BLOCK * columns:
            values = self.values[:last]
            return edges, [np.asarray(ufunc.reduceat(values, edges[:-1])) for ufunc in reduce]
        edges = np.unique(edges // BLOCK)
        whole = min(int(edges[-1]), len(self._low))
        edges = edges[edges <= whole]
        result = [
            np.asarray(ufunc.reduceat(level.values[:whole], edges[:-1]))
            for ufunc, level in zip(reduce, coarse, strict=True)
        ]
        return edges * BLOCK, result


def smoothed(values: NDArray[Any], weight: float) -> Floats:
    """Running mean (n,) in which each number counts `weight` times as much as the next; 0 leaves them as they are.

    The beginning is not pulled to zero: divided by the sum of the weights so far, as in Adam (Kingma & Ba 2014, eq. 4).
    """
    result: Floats = np.empty(len(values), np.float32)
    mean, total = 0.0, 0.0
    for index, value in enumerate(values.tolist()):
        if math.isfinite(value):
            mean = weight * mean + (1 - weight) * value
            total = weight * total + (1 - weight)
        result[index] = mean / total if total else np.nan
    return result
