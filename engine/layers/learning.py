"""How a weight learns: what its layer says, and the blocks that hold the layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.layers.base import Layer, Learning
from engine.layers.catalogue import Block

PLAIN = Learning()


def merged(chain: Iterable[Learning]) -> Learning:
    """What holds for all of them together: frozen by any, rates multiplied, prices added."""
    frozen, rate, l1, l2 = False, 1.0, 0.0, 0.0
    for one in chain:
        frozen, rate, l1, l2 = frozen or one.frozen, rate * one.rate, l1 + one.l1, l2 + one.l2
    return Learning.model_construct(frozen=frozen, rate=rate, l1=l1, l2=l2)  # sums may pass what one field takes


def path_of(layers: Sequence[Layer], name: str) -> str:
    """Path of the layer that owns a parameter or module: "block.0.dense.weight" -> "block.dense"."""
    return ".".join(layer.id for layer in _owners(layers, name))


def learning_of(layers: Sequence[Layer], name: str) -> Learning:
    """How a parameter learns, by its name in the state_dict, such as "dense.weight" or "block.0.dense.weight".

    Weights that layers share are named, and learn, as those of the layer that owns them.
    """
    return merged(layer.learning for layer in _owners(layers, name))


def frozen_paths(layers: Sequence[Layer], above: str = "", frozen: bool = False) -> Iterator[str]:
    """Paths of all layers that are frozen, by themselves or by a block around them."""
    for layer in layers:
        still = frozen or layer.learning.frozen
        if still:
            yield above + layer.id
        if isinstance(layer, Block):
            yield from frozen_paths(layer.layers, f"{above}{layer.id}.", still)


def _owners(layers: Sequence[Layer], name: str) -> Iterator[Layer]:
    """The layer behind a name in the module, after the blocks that hold it; a block's repeats stand between them."""
    parts = name.split(".")
    while parts:
        layer = next((one for one in layers if one.id == parts[0]), None)
        if layer is None:
            return
        yield layer
        if not isinstance(layer, Block):
            return
        layers, parts = layer.layers, parts[2:]
