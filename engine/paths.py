"""Paths of layers: "block.conv2d" is conv2d inside block, "" the network itself. Text alone; knows no layer.

A path is written and taken apart here only. What it leads to: `engine.rewiring`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

SEPARATOR = "."


class Holder(Protocol):
    """What a layer is to its path: an id, and the layers inside it; none where it is no block."""

    @property
    def id(self) -> str: ...

    @property
    def inside(self) -> Sequence[Any]: ...


L = TypeVar("L", bound=Holder)


def joined(*parts: str) -> str:
    """The path of what stands at `parts`, from the network inwards; "" among them is the network itself."""
    return SEPARATOR.join(part for part in parts if part)


def parts(path: str) -> tuple[str, ...]:
    """Ids from the network inwards; none for the network itself."""
    return tuple(path.split(SEPARATOR)) if path else ()


def split(path: str) -> tuple[str, str]:
    """The path of the block that a layer stands in, and the layer's id there."""
    outer, _, layer_id = path.rpartition(SEPARATOR)
    return outer, layer_id


def parent(path: str) -> str:
    """The path of the block that a layer stands in; "" where it stands in the network itself."""
    return split(path)[0]


def outermost(path: str) -> str:
    """Id of the layer of the network that this one is or stands in."""
    return path.partition(SEPARATOR)[0]


def blocks_around(path: str) -> tuple[str, ...]:
    """Paths of the blocks that a layer stands in, outermost first."""
    ids = parts(path)
    return tuple(joined(*ids[:end]) for end in range(1, len(ids)))


def depth(path: str) -> int:
    """In how many blocks a layer stands."""
    return path.count(SEPARATOR)


def is_within(path: str, outer: str) -> bool:
    """Whether a layer is the other or stands inside it; everything is within the network."""
    return not outer or path == outer or is_inside(path, outer)


def is_inside(path: str, block: str) -> bool:
    """Whether a layer stands inside a block, however deep; a block does not stand inside itself."""
    return path.startswith(block + SEPARATOR)


def walk(layers: Iterable[L], above: str = "") -> Iterator[tuple[str, L]]:
    """Every layer with its path, top to bottom, what stands inside a block right after it.

    Args:
        above: path of the block that holds `layers`.
    """
    for layer in layers:
        path = joined(above, layer.id)
        yield path, layer
        yield from walk(layer.inside, path)
