"""Who reads whom in a list of layers, and the shapes that follow. Shared by networks and by blocks inside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.shapes import Shape

ENTRY = "entry"  # what a layer inside a block names to read what the block reads

Row = tuple[tuple[Shape, ...], Shape]  # the shapes that a layer reads and the one it gives


def sources(layers: Sequence[Layer], index: int) -> tuple[str, ...]:
    """Ids that the layer at `index` reads: those it names, else the one above it that is no Output.

    An Input reads nothing; the first layer inside a block reads ENTRY.
    """
    layer = layers[index]
    if layer.kind == "input":
        return ()
    if layer.inputs:
        return layer.inputs
    above = index - 1
    while above >= 0 and layers[above].kind == "output":
        above -= 1
    return (layers[above].id if above >= 0 else ENTRY,)


def shapes_through(layers: Sequence[Layer], entry: Shape) -> list[Row]:
    """For each layer the shapes it reads and the shape it gives; ShapeError at the first that does not fit."""
    return shapes_from(layers, {ENTRY: entry})


def shapes_from(layers: Sequence[Layer], entries: Mapping[str, Shape]) -> list[Row]:
    """As shapes_through, where several things come in: `entries` holds the shape of each, by the id it is read by.

    For a network these are its Inputs, by their ids.
    """
    known = dict(entries)
    rows: list[Row] = []
    for index, layer in enumerate(layers):
        if layer.kind == "input":
            rows.append(((known[layer.id],), known[layer.id]))
            continue
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
