"""A network as a value: layers in order, top to bottom.

Every edit gives a new network; nothing here knows data or torch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from pydantic import ValidationError, model_validator

from engine.errors import EngineError
from engine.layers import AnyLayer
from engine.layers.base import Layer, Settings
from engine.layers.catalogue import check_built
from engine.layers.core import Input, Output
from engine.layers.wiring import sources


class Network(Settings):
    """Layers between an Input and an Output. A layer reads the one above it unless its `inputs` name earlier ones."""

    layers: tuple[AnyLayer, ...] = (Input(id="input"), Output(id="output"))

    @model_validator(mode="after")
    def _well_formed(self) -> Network:
        ids = [layer.id for layer in self.layers]
        if len(ids) < 2 or self.layers[0].kind != "input" or self.layers[-1].kind != "output":
            raise ValueError("a network begins with Input and ends with Output")
        if any(layer.kind in ("input", "output") for layer in self.layers[1:-1]):
            raise ValueError("Input and Output stand only at the ends")
        if "" in ids or len(set(ids)) < len(ids):
            raise ValueError("every layer needs an id of its own")
        earlier: set[str] = set()
        for layer in self.layers:
            for name in layer.inputs:
                if name not in earlier:
                    raise ValueError(f"{layer.id} can only read a layer above it, not {name}")
            earlier.add(layer.id)
        check_built(self.layers)
        return self

    @classmethod
    def stack(cls, *middle: Layer) -> Network:
        """Input, these layers, Output; layers without an id get one."""
        network = cls()
        for layer in middle:
            network, _ = network.insert(layer)
        return network

    def layer(self, layer_id: str) -> AnyLayer:
        """The layer called `layer_id`; KeyError where there is none."""
        return self.layers[self.index(layer_id)]

    def index(self, layer_id: str) -> int:
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise KeyError(layer_id)

    def reads(self, layer_id: str) -> tuple[str, ...]:
        """Ids of the layers that `layer_id` reads; none for the input."""
        index = self.index(layer_id)
        return sources(self.layers, index) if index else ()

    def insert(self, layer: Layer, index: int | None = None) -> tuple[Network, str]:
        """The network with `layer` at `index` (just above Output by default) and the id it got."""
        place = min(max(1, len(self.layers) - 1 if index is None else index), len(self.layers) - 1)
        named = layer.changed(id=self.free_id(layer.id or layer.kind))
        return self._with([*self.layers[:place], named, *self.layers[place:]]), named.id

    def remove(self, layer_ids: Collection[str]) -> Network:
        """The network without these layers.

        Input and Output stay. Who named a removed layer reads what that one read.
        """
        gone = {name for name in layer_ids if self.layer(name).kind not in ("input", "output")}
        kept = [self._rewired(layer, gone) for layer in self.layers if layer.id not in gone]
        return self._with(kept)

    def move(self, layer_id: str, index: int) -> Network:
        """The network with the layer at `index`.

        EngineError where it would stand above a layer it names, or below one that names it.
        """
        layer = self.layer(layer_id)
        if layer.kind in ("input", "output"):
            return self
        rest = [other for other in self.layers if other.id != layer_id]
        place = min(max(1, index), len(rest) - 1)
        moved = [*rest[:place], layer, *rest[place:]]
        seen: set[str] = set()
        for other in moved:
            late = [name for name in other.inputs if name not in seen]
            if late:
                raise EngineError(
                    f"{other.label} reads {self.layer(late[0]).label}, so it has to stay below it",
                    layer=layer_id,
                    hint="Change what it reads first",
                )
            seen.add(other.id)
        return self._with(moved)

    def duplicate(self, layer_id: str) -> tuple[Network, str]:
        """The network with a copy right below the layer, and the copy's id. The copy reads the original."""
        copy = self.layer(layer_id)
        if copy.kind in ("input", "output"):
            return self, layer_id
        inputs = copy.inputs if len(copy.inputs) > 1 else ()
        return self.insert(copy.changed(inputs=inputs), self.index(layer_id) + 1)

    def connect(self, layer_id: str, inputs: Iterable[str]) -> Network:
        """The network in which the layer reads these earlier layers; none given: the one above it."""
        names = tuple(inputs)
        earlier = {layer.id for layer in self.layers[: self.index(layer_id)]}
        for name in names:
            if name not in earlier:
                raise EngineError(f"{layer_id} can only read a layer above it, not {name}", layer=layer_id)
        return self.with_values(layer_id, inputs=names)

    def with_values(self, layer_id: str, **values: Any) -> Network:
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
        return self._with([changed if other.id == layer_id else other for other in self.layers])

    def free_id(self, wish: str) -> str:
        """`wish`, or `wish_2`, `wish_3`, ... whichever is not taken."""
        return free_id(wish, {layer.id for layer in self.layers})

    @property
    def fingerprint(self) -> str:
        """The same for networks that compute the same thing: 12 hex digits over everything but names on cards."""
        layers = [layer.changed(name="") for layer in self.layers]
        return hashlib.sha256(Network(layers=tuple(layers)).model_dump_json().encode()).hexdigest()[:12]

    def _with(self, layers: Iterable[Layer]) -> Network:
        return Network.model_validate({"layers": tuple(layers)})

    def _rewired(self, layer: AnyLayer, gone: Collection[str]) -> Layer:
        names: list[str] = []
        for name in layer.inputs:
            kept = name
            while kept in gone:
                kept = self.reads(kept)[0]
            if kept not in names:
                names.append(kept)
        return layer if tuple(names) == layer.inputs else layer.changed(inputs=tuple(names))


def free_id(wish: str, taken: Collection[str]) -> str:
    """`wish`, or `wish_2`, `wish_3`, ... whichever is not taken."""
    stem = wish.rstrip("0123456789").rstrip("_") or wish
    number = 1
    while (name := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return name
