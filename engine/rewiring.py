"""Edits that change who reads whom: making and undoing blocks, splitting a wire, choosing what a layer reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.errors import EngineError
from engine.layers import AnyLayer, Block
from engine.layers.base import Family, Layer
from engine.layers.core import Input, Output
from engine.layers.wiring import ENTRY
from engine.network import Network, free_id

EXIT = "exit"  # the Output of a block's inside, seen as a network


def reads_several(layer: Layer) -> bool:
    """Whether the layer joins others; all the rest read one."""
    return layer.family is Family.JOIN


def inside(block: Block) -> Network:
    """What a block holds, as a network of its own: its Input, called "entry", stands for what the block reads."""
    return Network(layers=(Input(id=ENTRY), *block.layers, Output(id=EXIT)))


def held(network: Network) -> tuple[AnyLayer, ...]:
    """The way back from `inside`: the layers between the ends."""
    return network.layers[1:-1]


def read(network: Network, layer_id: str, names: Collection[str]) -> Network:
    """The network in which the layer reads these layers above it, in the order of the stack. None: the one above."""
    above = network.layers[: network.index(layer_id)]
    ordered = tuple(layer.id for layer in above if layer.id in names)
    return network.connect(layer_id, () if ordered == (above[-1].id,) else ordered)


def toggle(network: Network, layer_id: str, name: str) -> Network:
    """The network in which a joining layer reads `name` too, or no longer; any other layer reads `name` instead."""
    names = set(network.reads(layer_id))
    if not reads_several(network.layer(layer_id)):
        return read(network, layer_id, {name})
    return read(network, layer_id, names ^ {name} or names)


def splice(network: Network, layer_id: str) -> Network:
    """The network in which the layer below reads this one where it named the one above: it splits that wire."""
    index = network.index(layer_id)
    above, below = network.layers[index - 1], network.layers[index + 1]
    if above.id not in below.inputs:
        return network
    names = [layer_id if name == above.id else name for name in below.inputs]
    return network.with_values(below.id, inputs=() if names == [layer_id] else tuple(names))


def group(network: Network, layer_ids: Collection[str]) -> tuple[Network, str]:
    """The network with these neighbours in one block, and the block's id.

    EngineError where they do not stand together, or where a wire crosses the edge of the block.
    """
    chosen = [layer for layer in network.layers[1:-1] if layer.id in layer_ids]
    if not chosen:
        raise EngineError("A block needs layers to hold", hint="Choose one or more layers between Input and Output")
    first, last = network.index(chosen[0].id), network.index(chosen[-1].id)
    if last - first + 1 != len(chosen):
        raise EngineError("A block holds layers that stand together", hint="Choose neighbours")
    _check_edges(network, chosen)
    renamed = {network.reads(chosen[0].id)[0]: ENTRY}
    head, *tail = chosen
    block = Block(
        id=network.free_id("block"),
        inputs=head.inputs,
        layers=(head.changed(inputs=()), *(_renamed(layer, renamed) for layer in tail)),
    )
    after = (_renamed(layer, {chosen[-1].id: block.id}) for layer in network.layers[last + 1 :])
    return Network(layers=(*network.layers[:first], block, *after)), block.id


def ungroup(network: Network, block_id: str) -> tuple[Network, tuple[str, ...]]:
    """The network with a block's layers in its place, once for each repeat, and their ids. It computes the same."""
    block = network.layer(block_id)
    if not isinstance(block, Block):
        raise EngineError(f"{block.label} is not a block", layer=block_id, hint="Choose a block")
    place = network.index(block_id)
    source = network.reads(block_id)[0]
    stack: list[Layer] = [layer for layer in network.layers if layer.id != block_id]
    added: list[str] = []
    for number in range(block.repeat):
        names = {ENTRY: source}
        for layer in block.layers:
            new = _renamed(layer, names).changed(id=free_id(layer.id, {other.id for other in stack}))
            if not added and number == 0 and not layer.inputs:
                new = new.changed(inputs=block.inputs)
            names[layer.id] = new.id
            stack.insert(place + len(added), new)
            added.append(new.id)
        source = added[-1] if added else source
    after = place + len(added)
    rest = [_renamed(layer, {block_id: source}) for layer in stack[after:]]
    return Network.model_validate({"layers": (*stack[:after], *rest)}), tuple(added)


def _check_edges(network: Network, chosen: Iterable[AnyLayer]) -> None:
    head, *tail = chosen
    within = {head.id, *(layer.id for layer in tail)}
    entry = network.reads(head.id)
    if len(entry) != 1:
        raise EngineError(
            f"{head.label} reads several layers, and a block reads one", layer=head.id, hint="Begin the block below it"
        )
    for layer in tail:
        for name in set(layer.inputs) - within - set(entry):
            raise EngineError(
                f"{layer.label} reads {network.layer(name).label}, which is outside the block",
                layer=layer.id,
                hint="Leave it out of the block or take the other in",
            )
    hidden = within - {(tail or [head])[-1].id}
    for layer in network.layers:
        for name in set(layer.inputs) & hidden if layer.id not in within else ():
            raise EngineError(
                f"{layer.label} reads {network.layer(name).label}, which would be inside the block",
                layer=layer.id,
                hint="Leave it out of the block or take the other in",
            )


def _renamed(layer: Layer, names: Mapping[str, str]) -> Layer:
    new = tuple(names.get(name, name) for name in layer.inputs)
    return layer if new == layer.inputs else layer.changed(inputs=new)
