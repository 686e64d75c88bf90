"""Who reads whom in a list of layers, and the shapes that follow. Shared by networks and by blocks inside them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.shapes import Shape

ENTRY = "entry"  # what a layer inside a block names to read what the block reads


def sources(layers: Sequence[Layer], index: int) -> tuple[str, ...]:
    """Ids that the layer at `index` reads: those it names, else the one above it (ENTRY for the first)."""
    return layers[index].inputs or (layers[index - 1].id if index else ENTRY,)


def shapes_through(layers: Sequence[Layer], entry: Shape) -> list[tuple[tuple[Shape, ...], Shape]]:
    """For each layer the shapes it reads and the shape it gives; ShapeError at the first that does not fit."""
    known = {ENTRY: entry}
    rows = []
    for index, layer in enumerate(layers):
        names = sources(layers, index)
        missing = [name for name in names if name not in known]
        if missing:
            raise ShapeError(
                f"{layer.label} reads {missing[0]}, which is not above it", layer=layer.id, hint="Choose a layer above"
            )
        read = tuple(known[name] for name in names)
        known[layer.id] = layer.output(read)
        rows.append((read, known[layer.id]))
    return rows
