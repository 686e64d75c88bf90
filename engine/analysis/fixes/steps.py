"""Where each step has to be answered: the last layer that still has these steps, and the answer given from there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.fixes.adapters import SEQUENCE, Chain, adapters, said
from engine.analysis.fixes.joins import Candidate
from engine.analysis.places import pinned
from engine.analysis.shapes import Shapes
from engine.layers.activations import Activation
from engine.layers.core.basics import Dense
from engine.layers.shape.shaping import Reshape
from engine.network import Network
from engine.shapes import Shape


def answered_above(
    network: Network, output: str, start: str, known: Shapes, wanted: Shape, activation: Activation
) -> Iterator[Candidate]:
    """The network whose Output `output` is answered step by step from the nearest layer at or above `start` that has
    the steps of `wanted`; what then leads nowhere is taken out.
    """
    name = start
    while (shape := known.outputs.get(name)) is None or not _has_steps(shape, wanted):
        if network.layer(name).kind == "input":
            return
        name = network.reads(name)[0]
    for chain in adapters(shape, wanted):
        if chain and not isinstance(chain[-1], Reshape):
            label = network.layer(name).label
            yield f"Answer from {label} with {said(chain)}", _led(network, output, name, chain, activation)
            return


def _has_steps(shape: Shape, wanted: Shape) -> bool:
    steps = shape.names == SEQUENCE or (shape.values == "ids" and shape.names == ("time",))
    return steps and shape.size("time") == wanted.size("time")


def _led(network: Network, output: str, name: str, chain: Chain, activation: Activation) -> Network:
    """The Output reads a chain of new layers below `name` instead of what it read."""
    before = _leading(network)
    made = pinned(network)
    for layer in chain:
        end = layer.changed(activation=activation) if layer is chain[-1] and isinstance(layer, Dense) else layer
        made, name = made.insert(end.changed(inputs=(name,)))
    made = made.with_values(output, inputs=(name,))
    return made.remove({layer.id for layer in made.middle if layer.id in before - _leading(made)})


def _leading(network: Network) -> set[str]:
    """Ids of all layers from which a way leads to an Output."""
    found: set[str] = set()
    for layer in reversed(network.layers):
        if layer.kind == "output" or layer.id in found:
            found |= {layer.id, *network.reads(layer.id)}
    return found
