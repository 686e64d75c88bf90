"""Where in the project a layer stands: in the network, or inside a block, or inside a block's block."""

from __future__ import annotations

from engine import rewiring
from engine.layers import AnyLayer, Block
from engine.network import Network
from engine.paths import joined
from gui.document import Document


class Place:
    """A path of layer ids from the network inwards, and the edits of the layer at its end."""

    def __init__(self, document: Document, path: tuple[str, ...]) -> None:
        """KeyError where the path leads nowhere."""
        self._document, self.path = document, path
        self._networks = [document.network]
        for name in path[:-1]:
            block = self._networks[-1].layer(name)
            if not isinstance(block, Block):
                raise KeyError(name)
            self._networks.append(rewiring.inside(block))
        self.layer: AnyLayer = self.network.layer(path[-1])

    @property
    def network(self) -> Network:
        """The stack that the layer stands in; inside a block its Input stands for what the block reads."""
        return self._networks[-1]

    @property
    def label(self) -> str:
        """What the layer is called, unlike all others."""
        return self._document.report.label(joined(*self.path))

    def label_of(self, layer_id: str) -> str:
        """The same of another one in its stack."""
        return self._document.report.label(joined(*self.path[:-1], layer_id))

    def label_within(self, layer_id: str) -> str:
        """The same of one that stands inside the layer."""
        return self._document.report.label(joined(*self.path, layer_id))

    @property
    def is_inside(self) -> bool:
        return len(self.path) > 1

    def edit(self, text: str, network: Network, *, merge: str = "") -> None:
        """Puts `network` in place of the one that the layer stands in. EngineError where it is refused."""
        whole = rewiring.put(self._document.network, joined(*self.path[:-1]), network)
        self._document.edit(text, whole, merge=merge)

    def set_value(self, field: str, title: str, value: object) -> None:
        """One setting of the layer; changes of one setting in a row are one step of undo. EngineError where refused."""
        changed = self.network.with_values(self.layer.id, **{field: value})
        self.edit(title, changed, merge=joined(*self.path, field))

    def set_inside(self, text: str, inner: Network, *, merge: str = "") -> None:
        """What the block here holds, as a network."""
        self.edit(text, self.network.with_values(self.layer.id, layers=inner.middle), merge=merge)
