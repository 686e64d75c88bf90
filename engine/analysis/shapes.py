"""The shape after each layer of a network, and where it stops fitting."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import ShapeError
from engine.facts import DataFacts
from engine.network import Network
from engine.shapes import Shape


@dataclass(frozen=True)
class Shapes:
    """By layer id: shapes read, shape given, or the error in its place. A layer below an error is in none of them."""

    inputs: dict[str, tuple[Shape, ...]] = field(default_factory=dict)
    outputs: dict[str, Shape] = field(default_factory=dict)
    errors: dict[str, ShapeError] = field(default_factory=dict)


def shapes(network: Network, facts: DataFacts | None) -> Shapes:
    """Shapes of every layer that can be known; without facts, none."""
    found = Shapes()
    if facts is None:
        return found
    found.inputs[network.layers[0].id] = (facts.input,)
    found.outputs[network.layers[0].id] = facts.input
    above = network.layers[0].id
    for layer in network.layers[1:]:
        names = layer.inputs or (above,)
        above = layer.id
        if any(name not in found.outputs for name in names):
            continue
        found.inputs[layer.id] = tuple(found.outputs[name] for name in names)
        try:
            found.outputs[layer.id] = layer.output(found.inputs[layer.id])
        except ShapeError as error:
            found.errors[layer.id] = error
    return found
