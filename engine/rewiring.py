"""Edits that change who reads whom: ends, skips and branches, paths into blocks, making and undoing blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pydantic import ValidationError

from engine.errors import EngineError
from engine.layers import AnyLayer, Block
from engine.layers.base import RESERVED, Family, Layer
from engine.layers.core.basics import Input, Output
from engine.layers.join.joining import Add, Concatenate
from engine.layers.wiring import ENTRY
from engine.network import Network, free_id, standing
from engine.paths import parts, split, walk

EXIT = "exit"  # the Output of a block's inside, seen as a network


def reads_several(layer: Layer) -> bool:
    """Whether the layer can read more than one other."""
    return layer.arity[1] > 1


def inside(block: Block) -> Network:
    """What a block holds, as a network of its own: its Input, called "entry", stands for what the block reads.

    EngineError where a layer inside names one that does not stand above it.
    """
    leave = Output(id=free_id(EXIT, {layer.id for layer in block.layers}))
    try:
        return Network(layers=(Input(id=ENTRY), *block.layers, leave))
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise EngineError(f"{block.label}: {said}", layer=block.id, hint="Delete the layer and add it again") from error


def layer_at(network: Network, path: str) -> AnyLayer:
    """The layer that a path names: "block.conv2d" is conv2d inside block. KeyError where there is none."""
    layer = find(network, path)
    if layer is None:
        raise KeyError(path)
    return layer


def find(network: Network, path: str) -> AnyLayer | None:
    """The same; None where the path leads nowhere."""
    layers = network.layers
    layer: AnyLayer | None = None
    for name in parts(path):
        layer = next((other for other in layers if other.id == name), None)
        layers = layer.layers if isinstance(layer, Block) else ()
    return layer


def labels(network: Network) -> dict[str, str]:
    """What each layer is called, by its path, blocks before what they hold.

    No two are called alike: where several have the label Dense they are Dense 1, Dense 2, ... from the top, without the
    numbers that stand in a name already.
    """
    plain = {path: layer.label for path, layer in walk(network.layers)}
    many, seen = Counter(plain.values()), Counter[str]()
    named: dict[str, str] = {}
    for path, label in plain.items():
        named[path] = label
        while many[label] > 1 and (named[path] == label or named[path] in many):
            seen[label] += 1
            named[path] = f"{label} {seen[label]}"
    return named


def at(network: Network, path: str) -> tuple[Network, str]:
    """The network that a layer stands in (of a block its inside) and the layer's id there. KeyError for no layer."""
    layer_at(network, path)
    above, layer_id = split(path)
    return stack_at(network, above), layer_id


def stack_at(network: Network, path: str) -> Network:
    """The network that layers stand in: "" is the one itself, else what that block holds. KeyError for no block."""
    if not path:
        return network
    block = layer_at(network, path)
    if not isinstance(block, Block):
        raise KeyError(path)
    return inside(block)


def put(network: Network, path: str, inner: Network) -> Network:
    """The network in which `inner` is what the block at `path` holds; "" stands for the network itself.

    KeyError where there is no block, EngineError where it cannot hold that.
    """
    if not path:
        return inner
    above, name = split(path)
    outer = stack_at(network, above)
    if not isinstance(outer.layer(name), Block):
        raise KeyError(path)
    return put(network, above, outer.with_values(name, layers=inner.middle))


def add_input(network: Network, source: str = "") -> tuple[Network, str]:
    """The network with one more Input, for the part of the data called `source`, and its id. Nobody reads it yet."""
    new = Input(id=network.free_id(_slug(source, "input")), source=source)
    place = len(network.inputs)
    above = network.inputs[-1].id
    rest = [_pinned(network, layer, above) for layer in network.layers[place:]]
    return standing((*network.inputs, new, *rest)), new.id


def add_output(network: Network, target: str = "", reads: str = "") -> tuple[Network, str]:
    """The network with one more Output for a target, and its id. It reads the layer `reads`, else the last one."""
    new = Output(id=network.free_id(_slug(target, "output")), target=target)
    more = standing((*network.layers, new))
    return (read(more, new.id, {reads}) if reads else more), new.id


def _pinned(network: Network, layer: AnyLayer, name: str) -> AnyLayer:
    """The layer naming what it reads, where that is `name` because it stands right above."""
    return layer if layer.inputs or network.reads(layer.id) != (name,) else layer.changed(inputs=(name,))


def _slug(text: str, otherwise: str) -> str:
    """An id that reminds of a name in the data."""
    made = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40]
    return made if re.match(r"[a-z]", made) and made not in RESERVED else otherwise


def read(network: Network, layer_id: str, names: Collection[str]) -> Network:
    """The network in which the layer reads these layers above it, in the order of the stack. None: the one above."""
    layers = network.layers[: network.index(layer_id)]
    return _reading(network, layer_id, [layer.id for layer in layers if layer.id in names])


def _reading(network: Network, layer_id: str, names: Iterable[str]) -> Network:
    ordered = tuple(names)
    return network.connect(layer_id, () if ordered == (network.above(layer_id),) else ordered)


def toggle(network: Network, layer_id: str, name: str) -> Network:
    """The network in which a layer that reads several reads `name` too, or no longer; any other reads it instead."""
    layer, names = network.layer(layer_id), network.reads(layer_id)
    if not reads_several(layer):
        return read(network, layer_id, {name})
    if name in names:
        others = [other for other in names if other != name]
        return _reading(network, layer_id, others or names)
    return _joined(network, layer, names[: layer.arity[1] - 1], name)


def _joined(network: Network, layer: AnyLayer, names: tuple[str, ...], name: str) -> Network:
    """The layer reading `name` too: a join in the order of the stack, any other last, after what it looks from."""
    if layer.family is Family.JOIN:
        return read(network, layer.id, {*names, name})
    return _reading(network, layer.id, (*names, name))


def skip(network: Network, source_id: str, target_id: str) -> Network:
    """The network in which `target` reads `source` too, through an Add right above it where it cannot read several.

    EngineError where source does not stand above target, or is read already.
    """
    source, target = network.layer(source_id), network.layer(target_id)
    if source.kind == "output" or target.kind == "input" or network.index(source_id) >= network.index(target_id):
        raise EngineError(
            f"{target.label} can only read a layer above it, and {source.label} is not",
            layer=target_id,
            hint="Draw from the upper layer to the lower one",
        )
    names = network.reads(target_id)
    if source_id in names:
        raise EngineError(f"{target.label} reads {source.label} already", layer=target_id)
    if not reads_several(target):
        return _added(network, source_id, target)
    if len(names) >= target.arity[1]:
        raise EngineError(
            f"{target.label} reads {len(names)} layers already, and no more fit",
            layer=target_id,
            hint="Remove one first",
        )
    return _joined(network, target, names, source_id)


def _added(network: Network, source_id: str, target: AnyLayer) -> Network:
    """The network with an Add right above the target, which reads what that read and the source."""
    names = {*network.reads(target.id), source_id}
    above = network.above(target.id)
    pinned = {
        layer.id: _pinned(network, layer, above)
        for layer in (network.outputs if target.kind == "output" else ())
        if layer.id != target.id
    }
    layers = [pinned.get(layer.id, layer) for layer in network.layers]
    made, new = standing(layers).insert(Add(), network.index(target.id))
    return _reading(read(made, new, names), target.id, (new,))


def branch(network: Network, layer_id: str, layer: Layer) -> tuple[Network, str]:
    """The network with `layer` beside another: it reads what that one reads, and both join again. Gives its id.

    They join where the other one's way meets a join, if nothing else leaves that way, else in a new Concatenate right
    below. EngineError for an Input or an Output.
    """
    beside = network.layer(layer_id)
    if beside.kind in ("input", "output"):
        raise EngineError(f"Nothing can stand beside {beside.label}", layer=layer_id, hint="Choose a layer between")
    names = network.reads(layer_id)
    names = names[: layer.arity[1]]
    join = _join_below(network, layer_id)
    place = network.index(join) if join else network.index(layer_id) + 1
    joined = network.reads(join) if join else (layer_id,)
    made, new = network.insert(layer.changed(inputs=names), place)
    if not join:
        made, join = made.insert(Concatenate(), place + 1)
        made = _handed(made, layer_id, join)
    return read(made, join, {*joined, new}), new


def _handed(network: Network, layer_id: str, join: str) -> Network:
    """The network in which somebody reads the new join: who stands right below it, else who names the layer first."""
    rest = network.layers[network.index(join) + 1 :]
    if any(join in network.reads(layer.id) for layer in rest):
        return network
    reader = next((layer for layer in rest if layer_id in layer.inputs), None)
    if reader is None:
        return network
    return _reading(network, reader.id, [join if name == layer_id else name for name in reader.inputs])


def _join_below(network: Network, layer_id: str) -> str:
    """The join to which a layer's way leads with nothing else leaving it; "" where there is none."""
    readers: dict[str, list[str]] = {}
    for layer in network.layers:
        for name in network.reads(layer.id):
            readers.setdefault(name, []).append(layer.id)
    while len(found := readers.get(layer_id, [])) == 1:
        layer_id = found[0]
        if network.layer(layer_id).family is Family.JOIN:
            return layer_id
    return ""


def group(network: Network, layer_ids: Collection[str]) -> tuple[Network, str]:
    """The network with these neighbours in one block, and the block's id.

    EngineError where they do not stand together, or where a wire or shared weights cross the edge of the block.
    """
    chosen = [layer for layer in network.middle if layer.id in layer_ids]
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
    return standing((*network.layers[:first], block, *after)), block.id


def ungroup(network: Network, block_id: str) -> tuple[Network, tuple[str, ...]]:
    """The network with a block's layers in its place, once for each repeat, and their ids. It computes the same.

    EngineError where it is no block, or shares its weights with another.
    """
    block = network.layer(block_id)
    if not isinstance(block, Block):
        raise EngineError(f"{block.label} is not a block", layer=block_id, hint="Choose a block")
    if not block.layers:
        return network.remove({block_id}), ()
    for layer in network.layers:
        if layer.shares == block_id or (layer.shares and layer.id == block_id):
            hint = "Give it weights of its own first"
            raise EngineError(f"{layer.label} shares the weights of a whole block", layer=layer.id, hint=hint)
    place = network.index(block_id)
    source = network.reads(block_id)[0]
    taken = {layer.id for layer in network.layers} - {block_id}
    added: list[Layer] = []
    for number in range(block.repeat):
        names = {ENTRY: source}
        for layer in block.layers:
            new = _renamed(layer, names).changed(id=free_id(layer.id, taken))
            if not added and number == 0 and not layer.inputs:
                new = new.changed(inputs=block.inputs)
            names[layer.id] = new.id
            taken.add(new.id)
            added.append(new)
        source = added[-1].id if added else source
    rest = [_renamed(layer, {block_id: source}) for layer in network.layers[place + 1 :]]
    ids = tuple(layer.id for layer in added)
    return standing((*network.layers[:place], *added, *rest)), ids


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
            raise _crossing(network, layer, "reads", name, "is outside the block")
    hidden = within - {(tail or [head])[-1].id}
    for layer in network.layers:
        for name in set(layer.inputs) & hidden if layer.id not in within else ():
            raise _crossing(network, layer, "reads", name, "would be inside the block")
        if layer.shares and (layer.id in within) != (layer.shares in within):
            where = "is outside the block" if layer.id in within else "would be inside the block"
            raise _crossing(network, layer, "shares the weights of", layer.shares, where)


def _crossing(network: Network, layer: AnyLayer, does: str, name: str, where: str) -> EngineError:
    return EngineError(
        f"{layer.label} {does} {network.layer(name).label}, which {where}",
        layer=layer.id,
        hint="Leave it out of the block or take the other in",
    )


def _renamed(layer: Layer, names: Mapping[str, str]) -> Layer:
    new = tuple(names.get(name, name) for name in layer.inputs)
    shares = names.get(layer.shares, layer.shares)
    return layer if (new, shares) == (layer.inputs, layer.shares) else layer.changed(inputs=new, shares=shares)
