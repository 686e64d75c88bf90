"""Edits of who reads whom, and of the blocks that layers stand in."""

from __future__ import annotations

from collections.abc import Collection

from engine import rewiring
from engine.errors import EngineError
from engine.layers.wiring import ENTRY
from engine.network import Network
from engine.paths import split
from gui.pages.canvas.editing.bench import Bench, translated


class Wiring:
    """Connects, branches, makes blocks and takes them apart."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def make_block(self, paths: Collection[str]) -> None:
        """Puts neighbours into one block and chooses it."""
        where = self._bench.together(paths)
        parent, ids = where or ("", [])
        if where is not None or not paths:
            self._bench.change(translated("Make block"), parent, lambda stack: _one(*rewiring.group(stack, ids)))

    def ungroup(self, path: str) -> None:
        """Puts what a block holds in its place and chooses it."""
        if path:
            parent, block = split(path)
            self._bench.change(translated("Ungroup"), parent, lambda stack: rewiring.ungroup(stack, block))

    def toggle_read(self, path: str, name: str) -> None:
        """Lets a layer read another one above it (its id in the same stack), or no longer."""
        parent, layer_id = split(path)
        text = translated("Change what {0} reads").format(self._bench.label(path))
        self._bench.change(text, parent, lambda stack: (rewiring.toggle(stack, layer_id, name), ()), chosen=False)

    def connect(self, source: str, target: str) -> None:
        """Lets a layer read an earlier one too, through an Add where it cannot read several.

        Where their shapes differ the problem that follows shows on the card, with what cures it.
        """
        parent, target_id = split(target)
        outer, source_id = split(source)
        if source == parent:
            outer, source_id = parent, ENTRY
        if outer != parent:
            hint = translated("Connect layers of one block")
            self._bench.refused.emit(EngineError(translated("A wire cannot cross the edge of a block"), hint=hint))
            return
        text = translated("Connect {0} to {1}").format(self._bench.label(source), self._bench.label(target))
        self._bench.change(text, parent, lambda stack: (rewiring.skip(stack, source_id, target_id), (target_id,)))

    def branch(self, path: str) -> None:
        """Puts a copy of a layer beside it; both read the same and are joined again."""
        layer = rewiring.find(self._bench.network, path)
        if layer is None:
            return
        parent, layer_id = split(path)
        beside = layer.changed(id="", name="", inputs=(), shares="")
        text = translated("Add branch beside {0}").format(self._bench.label(path))
        self._bench.change(text, parent, lambda stack: _one(*rewiring.branch(stack, layer_id, beside)))

    def add_end(self, kind: str) -> None:
        """One more "input" or "output", for the first part of the data that no other one stands for."""
        facts, network = self._bench.document.facts, self._bench.network
        if kind == "input":
            parts = [fact.name for fact in facts.inputs] if facts else []
            taken = {layer.source or parts[0] for layer in network.inputs} if parts else set()
            part = next((name for name in parts if name not in taken), "")
            self._bench.change(translated("Add input"), "", lambda stack: _one(*rewiring.add_input(stack, part)))
        else:
            parts = [target.name for target in facts.targets] if facts else []
            taken = {layer.target or parts[0] for layer in network.outputs} if parts else set()
            part = next((name for name in parts if name not in taken), "")
            self._bench.change(translated("Add output"), "", lambda stack: _one(*rewiring.add_output(stack, part)))


def _one(network: Network, layer_id: str) -> tuple[Network, tuple[str]]:
    return network, (layer_id,)
