"""Shapes of one sample, with named axes and no batch axis. Plain arithmetic; knows nothing of layers or torch."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Values = Literal["real", "ids"]


@dataclass(frozen=True)
class Shape:
    """Sizes of one sample by axis, in the order of the tensor: (channel 3 × height 32 × width 32).

    Attributes:
        axes: (name, size) pairs, outermost first. Names are field's own: feature, time, channel, depth, height, width.
        values: "real" for float32, "ids" for int64 token numbers.
        vocabulary: for "ids", how many different ids there may be; 0 for "real".
    """

    axes: tuple[tuple[str, int], ...]
    values: Values = "real"
    vocabulary: int = 0

    @classmethod
    def of(cls, **sizes: int) -> Shape:
        """`Shape.of(channel=1, height=28, width=28)`."""
        return cls(tuple(sizes.items()))

    @classmethod
    def ids(cls, vocabulary: int, **sizes: int) -> Shape:
        """Token numbers below `vocabulary`: `Shape.ids(10_000, time=200)`."""
        return cls(tuple(sizes.items()), "ids", vocabulary)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.axes)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(size for _, size in self.axes)

    @property
    def count(self) -> int:
        """Numbers in one sample."""
        return math.prod(self.sizes)

    def size(self, name: str) -> int:
        """Size of the axis called `name`; KeyError where there is none."""
        return dict(self.axes)[name]

    def with_sizes(self, **sizes: int) -> Shape:
        """The same axes as real values, with some sizes replaced."""
        unknown = set(sizes) - set(self.names)
        if unknown:
            raise KeyError(f"no axis {', '.join(sorted(unknown))} in {self}")
        return Shape(tuple((name, sizes.get(name, size)) for name, size in self.axes))

    def without(self, names: Iterable[str]) -> Shape:
        dropped = set(names)
        return Shape(tuple(axis for axis in self.axes if axis[0] not in dropped))

    @property
    def short(self) -> str:
        """For a card: `200 × 128`."""
        return " × ".join(f"{size:,}" for size in self.sizes) or "1"

    def __str__(self) -> str:
        return " × ".join(f"{name} {size:,}" for name, size in self.axes) or "one number"
