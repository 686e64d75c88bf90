"""Layers on their way from one place to another: as text on the clipboard, and back into any network."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from engine.errors import EngineError
from engine.layers import AnyLayer, Block
from engine.layers.base import Layer, Settings
from engine.layers.older import begun_as_torch
from engine.layers.wiring import ENTRY, sources
from engine.network import Network, free_id, standing

FORMAT = 4
MOST_TEXT = 4_000_000  # characters of a text that is read


class Clip(Settings):
    """Layers as text. One that reads "entry" reads what stands above the place where they go."""

    layerdeck: Literal["layers"] = "layers"
    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT
    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1)]


def cut_out(network: Network, layer_ids: Collection[str]) -> tuple[AnyLayer, ...]:
    """These layers by themselves, without Input and Output: who reads one that is not among them reads "entry"."""
    chosen = [layer for layer in network.layers if layer.id in layer_ids and layer.kind not in ("input", "output")]
    taken: list[AnyLayer] = []
    for layer in chosen:
        known = {other.id for other in taken}
        names = tuple(dict.fromkeys(name if name in known else ENTRY for name in network.reads(layer.id)))
        plain = names == ((taken[-1].id if taken else ENTRY),)
        shares = layer.shares if layer.shares in known else ""
        taken.append(layer.changed(inputs=() if plain else names, shares=shares))
    return tuple(taken)


def to_text(layers: Sequence[AnyLayer]) -> str:
    """Layers as JSON text for the clipboard."""
    return Clip(layers=tuple(layers)).model_dump_json(exclude_defaults=False)


def from_text(text: str) -> tuple[AnyLayer, ...]:
    """The layers in such a text. EngineError where it holds none."""
    if len(text) > MOST_TEXT:
        raise EngineError("The clipboard holds too much text to be layers", hint="Copy the layers again")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("layerdeck") != "layers":
        raise EngineError("The clipboard holds no layers", hint="Copy layers first, with Ctrl+C")
    version = found.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise EngineError("These layers come from a newer Layerdeck", hint="Update Layerdeck to paste them")
    try:
        if isinstance(version, int) and version < FORMAT:
            found["layers"] = begun_as_torch(found.get("layers"))
        return checked(Clip.model_validate(found).layers)
    except (ValidationError, RecursionError) as error:
        raise EngineError(
            "The layers on the clipboard are damaged", hint="Copy them again in the window they come from"
        ) from error


def checked(layers: Sequence[AnyLayer]) -> tuple[AnyLayer, ...]:
    """The layers, each with an id of its own and reading only what stands above it. EngineError where one does not."""
    try:
        held = Block(layers=tuple(layers)).layers
    except ValidationError as error:
        raise EngineError(f"These layers cannot stand together: {error.errors()[0]['msg'].lower()}") from error
    known = {ENTRY}
    for index, layer in enumerate(held):
        late = [name for name in sources(held, index) if name not in known]
        if late:
            raise EngineError(f"{layer.label} reads {late[0]}, which is not above it", hint="Copy both layers")
        known.add(layer.id)
    return held


def put_in(
    network: Network, layers: Sequence[Layer], index: int, *, reads: str = "", feeds: str = ""
) -> tuple[Network, tuple[str, ...]]:
    """The network with such layers from `index` on, under ids of their own, and these ids, top to bottom.

    Their "entry" is `reads`, else the layer above. The layer called `feeds` reads the last of them where it read their
    entry; without one the layer below does, where it named the layer above.
    """
    above = network.layers[index - 1].id
    source = reads or above
    names = {ENTRY: source}
    owners: dict[str, str] = {}  # whose weights may be shared, under their names here
    stack: list[Layer] = list(network.layers)
    taken = {ENTRY, *(layer.id for layer in stack)}
    earlier = {layer.id for layer in stack[:index]}
    weighted = earlier - {layer.id for layer in network.inputs}
    for place, layer in enumerate(layers, index):
        name = free_id(layer.id or layer.kind, taken)
        wished = layer.inputs or ((ENTRY,) if place == index else (layers[place - index - 1].id,))
        read = tuple(dict.fromkeys(names.get(one, one if one in earlier else source) for one in wished))
        plain = read == (stack[place - 1].id,)
        shares = owners.get(layer.shares, layer.shares if layer.shares in weighted else "")
        stack.insert(place, layer.changed(id=name, inputs=() if plain else read, shares=shares))
        taken.add(name)
        names[layer.id] = owners[layer.id] = name
    added = tuple(layer.id for layer in stack[index : index + len(layers)])
    if added:
        below = index + len(layers)
        fed = [n for n, layer in enumerate(stack) if layer.id == feeds]
        ends = range(below, len(stack)) if stack[below].kind == "output" else [below]
        for place in (n for n in {below, *ends} if fed and n not in fed and not stack[n].inputs):
            stack[place] = stack[place].changed(inputs=network.reads(stack[place].id))  # it keeps what it read
        for place in fed or ends:
            stack[place] = _spliced(network, stack, place, source if fed else above, added[-1])
    return standing(stack), added


def _spliced(network: Network, stack: Sequence[Layer], place: int, source: str, last: str) -> Layer:
    """The layer at `place` reads the last new one where it read `source`: the new ones stand on that wire."""
    layer = stack[place]
    if not layer.inputs and stack[place - 1].id == last:
        return layer
    read = tuple(last if name == source else name for name in network.reads(layer.id))
    plain = read == (stack[place - 1].id,)
    return layer if read == layer.inputs else layer.changed(inputs=() if plain else read)
