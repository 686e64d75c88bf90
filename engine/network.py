"""A network as a value: layers in order, top to bottom.

Every edit gives a new network; nothing here knows data or torch.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import is_
from typing import Any, cast

from pydantic import PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from engine.errors import EngineError
from engine.layers import AnyLayer, Block
from engine.layers.base import Layer, Settings
from engine.layers.catalogue import check_built
from engine.layers.core.basics import Input, Output
from engine.layers.wiring import sources
from engine.paths import joined


class Network(Settings):
    """One or more Inputs, the layers between, one or more Outputs.

    A layer reads the one above it unless its `inputs` name earlier ones. An Input reads nothing, and nobody reads an
    Output; one that names nothing reads the last layer between.
    """

    layers: tuple[AnyLayer, ...] = (Input(id="input"), Output(id="output"))
    _places: dict[str, int] = PrivateAttr(default_factory=dict)  # id -> index
    _ends: tuple[int, int] = PrivateAttr(default=(1, 1))  # how many Inputs, how many Outputs

    @model_validator(mode="after")
    def _well_formed(self) -> "Network":
        return self._checked()

    def _checked(self) -> "Network":
        """The network, with its places known. ValueError where the layers cannot stand together so."""
        self._ends = _ends(self.layers)
        self._places = {layer.id: index for index, layer in enumerate(self.layers)}
        if "" in self._places or len(self._places) < len(self.layers):
            raise ValueError("every layer needs an id of its own")
        _check_names(self.layers, self._places, self._ends)
        check_built(self.layers)
        return self

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Where data enters, top to bottom; at least one."""
        return tuple(layer for layer in self.layers[: self._ends[0]] if isinstance(layer, Input))

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the network answers, top to bottom; at least one."""
        return tuple(layer for layer in self.layers[-self._ends[1] :] if isinstance(layer, Output))

    @property
    def middle(self) -> tuple[AnyLayer, ...]:
        """The layers between Inputs and Outputs."""
        return self.layers[self._ends[0] : len(self.layers) - self._ends[1]]

    @classmethod
    def stack(cls, *middle: Layer) -> "Network":
        """Input, these layers, Output; layers without an id get one."""
        network = cls()
        for layer in middle:
            network, _ = network.insert(layer)
        return network

    def layer(self, layer_id: str) -> AnyLayer:
        """The layer called `layer_id`; KeyError where there is none."""
        return self.layers[self.index(layer_id)]

    def index(self, layer_id: str) -> int:
        """Place of a layer, from 0; KeyError where there is none."""
        return self._places[layer_id]

    def reads(self, layer_id: str) -> tuple[str, ...]:
        """Ids of the layers that `layer_id` reads; none for an Input."""
        return sources(self.layers, self.index(layer_id))

    def above(self, layer_id: str) -> str:
        """Id of the layer that `layer_id` reads where it names none; "" for an Input."""
        index = min(self.index(layer_id), len(self.layers) - self._ends[1])
        return self.layers[index - 1].id if index >= self._ends[0] else ""

    def insert(self, layer: Layer, index: int | None = None) -> tuple["Network", str]:
        """The network with `layer` at `index` (just above the Outputs by default) and the id it got."""
        place = self._between(len(self.layers) if index is None else index, len(self.layers))
        named = layer.changed(id=self.free_id(layer.id or layer.kind))
        return self._with([*self.layers[:place], named, *self.layers[place:]]), named.id

    def remove(self, layer_ids: Collection[str]) -> "Network":
        """The network without these layers; one Input and one Output stay.

        Who read a removed layer reads what that one read; who shared its weights has its own.
        """
        chosen = {name for name in layer_ids if self.index(name) >= 0}
        for ends in (self.inputs, self.outputs):
            if all(layer.id in chosen for layer in ends):
                chosen.discard(ends[0].id)
        return self._with(_rewired(self, chosen)) if chosen else self

    def move(self, layer_id: str, index: int) -> "Network":
        """The network with the layer at `index`.

        EngineError where it would stand above a layer it names, or below one that names it.
        """
        layer = self.layer(layer_id)
        if layer.kind in ("input", "output"):
            return self
        rest = [other for other in self.layers if other.id != layer_id]
        place = self._between(index, len(rest))
        moved = [*rest[:place], layer, *rest[place:]]
        seen: set[str] = set()
        for other in moved:
            named = (*other.inputs, other.shares) if other.shares else other.inputs
            late = [name for name in named if name not in seen]
            if late:
                does = "reads" if late[0] in other.inputs else "shares the weights of"
                raise EngineError(
                    f"{other.label} {does} {self.layer(late[0]).label}, so it has to stay below it",
                    layer=layer_id,
                    hint="Change what it reads first" if does == "reads" else "Give it weights of its own first",
                )
            seen.add(other.id)
        return self._with(moved)

    def duplicate(self, layer_id: str) -> tuple["Network", str]:
        """The network with a copy right below the layer, and the copy's id. The copy reads the original."""
        copy = self.layer(layer_id)
        if copy.kind in ("input", "output"):
            return self, layer_id
        inputs = copy.inputs if len(copy.inputs) > 1 else ()
        return self.insert(copy.changed(inputs=inputs), self.index(layer_id) + 1)

    def connect(self, layer_id: str, inputs: Iterable[str]) -> "Network":
        """The network in which the layer reads these earlier layers; none given: the one above it."""
        names = tuple(inputs)
        below = min(self.index(layer_id), len(self.layers) - self._ends[1])
        for name in names:
            if self._places.get(name, below) >= below:
                raise EngineError(f"{layer_id} can only read a layer above it, not {name}", layer=layer_id)
        return self.with_values(layer_id, inputs=names)

    def with_values(self, layer_id: str, **values: Any) -> "Network":
        """The network with some settings of one layer changed.

        EngineError, with the field, where a value is refused.
        """
        layer = self.layer(layer_id)
        try:
            changed = layer.changed(**values)
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0]) if first["loc"] else ""
            raise EngineError(f"{layer.label}: {first['msg'].lower()}", layer=layer_id, field=field) from error
        try:
            return self._with([changed if other.id == layer_id else other for other in self.layers])
        except EngineError as error:
            raise EngineError(error.message, layer=layer_id, field=next(iter(values), "")) from error

    def free_id(self, wish: str) -> str:
        """`wish`, or `wish_2`, `wish_3`, ... whichever is not taken."""
        return free_id(wish, self._places)

    @property
    def fingerprint(self) -> str:
        """The same for networks that compute the same thing: 12 hex digits over everything but names and notes."""
        unnamed = self._with(unnamed_layer(layer) for layer in self.layers)
        return hashlib.sha256(unnamed.model_dump_json().encode()).hexdigest()[:12]

    def renamed(self, name: Callable[[str, Layer], str]) -> "Network":
        """The network in which each layer has the name that is given for its path; itself where no name differs."""
        layers = _renamed(self.layers, name, "")
        return self if all(map(is_, layers, self.layers)) else self._with(layers)

    def _with(self, layers: Iterable[Layer]) -> "Network":
        """A network of layers that have been checked one by one: only how they stand together is checked again."""
        network = Network.model_construct(layers=cast("tuple[AnyLayer, ...]", tuple(layers)))
        try:
            return network._checked()
        except (ValueError, PydanticCustomError):
            return standing(network.layers)

    def _between(self, index: int, length: int) -> int:
        """The nearest place for a layer between Inputs and Outputs, where `length` layers stand without it."""
        return min(max(self._ends[0], index), length - self._ends[1])


def standing(layers: Iterable[Layer]) -> Network:
    """The network of these layers. EngineError where they cannot stand together so, or are too many."""
    try:
        return Network.model_validate({"layers": tuple(layers)})
    except ValidationError as error:
        raise EngineError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def _ends(layers: tuple[AnyLayer, ...]) -> tuple[int, int]:
    """How many Inputs and how many Outputs there are. ValueError where they do not stand at the ends."""
    kinds = [layer.kind for layer in layers]
    first = next((index for index, kind in enumerate(kinds) if kind != "input"), len(kinds))
    last = next((index for index, kind in enumerate(reversed(kinds)) if kind != "output"), len(kinds))
    if not first or not last:
        raise ValueError("a network begins with Input and ends with Output")
    if "input" in kinds[first:] or "output" in kinds[: len(kinds) - last]:
        raise ValueError("Input and Output stand only at the ends")
    return first, last


def _check_names(layers: tuple[AnyLayer, ...], places: Mapping[str, int], ends: tuple[int, int]) -> None:
    """ValueError where a layer reads or shares the weights of one that does not stand above it."""
    first, after = ends[0], len(layers) - ends[1]
    for index, layer in enumerate(layers):
        if not (layer.inputs or layer.shares):
            continue
        if index < first:
            raise ValueError(f"{layer.id} is an Input, which reads no layer and shares no weights")
        below = min(index, after)
        for name in layer.inputs:
            if places.get(name, below) >= below:
                raise ValueError(f"{layer.id} can only read a layer above it, not {name}")
        if layer.shares and not first <= places.get(layer.shares, below) < below:
            raise ValueError(f"{layer.id} can only share the weights of a layer above it, not of {layer.shares}")


def _rewired(network: Network, gone: Collection[str]) -> list[Layer]:
    """The layers that stay, reading on past those that go."""
    kept: list[Layer] = []
    above = ""
    for layer in network.layers:
        if layer.id in gone:
            continue
        new = _past(network, layer, gone, above)
        kept.append(new)
        above = above if layer.kind == "output" else layer.id
    return kept


def _past(network: Network, layer: AnyLayer, gone: Collection[str], above: str) -> Layer:
    """The layer reading what the gone layers read; `above` is what it reads where it names nothing."""
    read = network.reads(layer.id)
    shares = "" if layer.shares in gone else layer.shares
    if any(name in gone for name in read):
        names = tuple(dict.fromkeys(found for name in read for found in _found(network, name, gone, above)))
        inputs = () if not layer.inputs and names == (above,) else names
    elif not layer.inputs and read and read != (above,):
        inputs = read
    else:
        inputs = layer.inputs
    return layer if (inputs, shares) == (layer.inputs, layer.shares) else layer.changed(inputs=inputs, shares=shares)


def _found(network: Network, name: str, gone: Collection[str], above: str) -> tuple[str, ...]:
    """The layer to read in place of `name`; none where an Input is gone."""
    while name in gone:
        read = network.reads(name)
        if not read:
            return ()
        name = above if above in read else read[0]
    return (name,)


def unnamed_layer(layer: Layer) -> Layer:
    """The layer without what changes nothing that it computes: names and notes, also of what it holds."""
    inside = {"layers": tuple(unnamed_layer(inner) for inner in layer.layers)} if isinstance(layer, Block) else {}
    return layer.model_copy(update={"name": "", "note": "", **inside})


def _renamed(layers: Sequence[Layer], name: Callable[[str, Layer], str], above: str) -> tuple[Layer, ...]:
    made: list[Layer] = []
    for layer in layers:
        path = joined(above, layer.id)
        inside = _renamed(layer.inside, name, path)
        new: dict[str, Any] = {"name": name(path, layer)}
        if not all(map(is_, inside, layer.inside)):
            new["layers"] = inside
        made.append(layer.model_copy(update=new) if len(new) > 1 or new["name"] != layer.name else layer)
    return tuple(made)


def free_id(wish: str, taken: Collection[str]) -> str:
    """`wish`, or `wish_2`, `wish_3`, ... whichever is not taken."""
    stem = wish.rstrip("0123456789").rstrip("_") or wish
    number = 1
    while (name := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return name
