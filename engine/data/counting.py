"""Which numbers a column has and how often, and the most frequent as they are written: sorted, not made text."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.data.feature.vectors import as_bits
from engine.data.source.cells import as_text

FEW = 2_000  # different numbers that are all written out
SMALLEST, LARGEST = 1e-4, 1e15  # numbers between them are written without a power of ten


Values = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.uint64]


class Counted(NamedTuple):
    """The different numbers of a column, and how often; those below zero first, from zero outwards."""

    values: Values
    counts: NDArray[np.int64]


def counted(cells: pl.Series) -> Counted:
    """Of a column that holds numbers; cells without one are not counted."""
    bits = np.sort(as_bits(cells))
    starts = np.append(np.zeros(min(1, len(bits)), dtype=np.int64), np.flatnonzero(bits[1:] != bits[:-1]) + 1)
    counts = np.diff(starts, append=len(bits))
    different = bits if len(starts) == len(bits) else bits[starts]
    if cells.dtype == pl.Float64:
        return Counted(different.view(np.float64), counts)
    below, places = int(np.searchsorted(different, 0)), np.arange(len(different))
    if cells.dtype == pl.UInt64:  # the largest look negative
        order = np.roll(places, -below)
        return Counted(different.view(np.uint64)[order], counts[order])
    order = np.concatenate([places[:below][::-1], places[below:]])
    return Counted(different[order], counts[order])


def most_frequent(found: Counted, most: int) -> list[str]:
    """The text of the most frequent numbers; of those that are equally frequent, of the first by letters."""
    values, counts = found
    if len(values) > FEW:
        least = int(np.partition(counts, -most)[-most]) if counts.max() > 1 else 1
        often, tied = np.flatnonzero(counts > least), np.flatnonzero(counts == least)
        kept = np.concatenate([often, tied[_first_by_letters(values[tied], most)]])
        values, counts = values[kept], counts[kept]
    frame = pl.DataFrame({"value": as_text(pl.Series(values)), "count": counts})
    return frame.top_k(most, by=["count", "value"], reverse=[False, True])["value"].to_list()


def _first_by_letters(values: Values, most: int) -> NDArray[np.int64]:
    """Places among which the first `most` by letters are.

    Of two numbers with as many digits before the point the smaller one is written before the other, so that of each
    decade, below and above zero, only the first ones come into question.
    """
    sizes = np.abs(values)
    below = int(np.count_nonzero(values.view(np.int64) < 0)) if values.dtype.kind != "u" else 0
    if values.dtype.kind == "f":
        edges = np.array([0.0, SMALLEST, *(10.0**power for power in range(16))])
        found = [np.flatnonzero((sizes >= LARGEST) | ((sizes < SMALLEST) & (sizes > 0)))]
    else:
        sizes = sizes.view(np.uint64)
        edges = np.array([0, *(10**power for power in range(1, 20))], dtype=np.uint64)
        found = []
    for start, stop in ((0, below), (below, len(values))):
        cuts = start + np.append(np.searchsorted(sizes[start:stop], edges), stop - start)
        found += [np.arange(first, min(first + most, last)) for first, last in pairwise(cuts.tolist())]
    return np.unique(np.concatenate(found))
