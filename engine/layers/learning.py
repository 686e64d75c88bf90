"""How a weight learns: what its layer says, and the blocks that hold the layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.layers.base import Layer, Learning
from engine.layers.catalogue import Block
from engine.paths import joined, parent, parts, walk

PLAIN = Learning()


def merged(chain: Iterable[Learning]) -> Learning:
    """What holds for all of them together: frozen by any, rates multiplied, prices added."""
    frozen, rate, l1, l2 = False, 1.0, 0.0, 0.0
    for one in chain:
        frozen, rate, l1, l2 = frozen or one.frozen, rate * one.rate, l1 + one.l1, l2 + one.l2
    return Learning.model_construct(frozen=frozen, rate=rate, l1=l1, l2=l2)  # sums may pass what one field takes


def path_of(layers: Sequence[Layer], name: str) -> str:
    """Path of the layer that owns a parameter or module: "block.0.dense.weight" -> "block.dense"."""
    return joined(*(layer.id for layer in _owners(layers, name)))


def learning_of(layers: Sequence[Layer], name: str) -> Learning:
    """How a parameter learns, by its name in the state_dict, such as "dense.weight" or "block.0.dense.weight".

    Weights that layers share are named, and learn, as those of the layer that owns them.
    """
    return merged(layer.learning for layer in _owners(layers, name))


def frozen_paths(layers: Sequence[Layer]) -> Iterator[str]:
    """Paths of all layers that are frozen, by themselves or by a block around them."""
    frozen: set[str] = set()
    for path, layer in walk(layers):
        if layer.learning.frozen or parent(path) in frozen:
            frozen.add(path)
            yield path


def _owners(layers: Sequence[Layer], name: str) -> Iterator[Layer]:
    """The layer behind a name in the module, after the blocks that hold it; a block's repeats stand between them."""
    names = parts(name)
    while names:
        layer = next((other for other in layers if other.id == names[0]), None)
        if layer is None:
            return
        yield layer
        if not isinstance(layer, Block):
            return
        layers, names = layer.layers, names[2:]
