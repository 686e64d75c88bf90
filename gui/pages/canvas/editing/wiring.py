"""Edits of who reads whom, and of the blocks that layers stand in."""

from __future__ import annotations

from collections.abc import Collection

from engine import rewiring
from engine.errors import EngineError
from engine.layers.wiring import ENTRY
from engine.network import Network
from gui.pages.canvas.editing.verbs import Verbs, split
from gui.pages.canvas.paths import found, stack_of


class WiringVerbs(Verbs):
    """Connects and disconnects, makes blocks and takes them apart."""

    def make_block(self, paths: Collection[str]) -> None:
        """Puts neighbours into one block and chooses it."""
        where = self.together(paths)
        parent, ids = where or ("", [])
        if where is not None or not paths:
            self.change(self.tr("Make block"), parent, lambda stack: _one(*rewiring.group(stack, ids)))

    def ungroup(self, path: str) -> None:
        """Puts what a block holds in its place and chooses it."""
        if path:
            parent, block = split(path)
            self.change(self.tr("Ungroup"), parent, lambda stack: rewiring.ungroup(stack, block))

    def toggle_read(self, path: str, name: str) -> None:
        """Lets a layer read another one above it (its id in the same stack), or no longer."""
        parent, layer_id = split(path)
        text = self.tr("Change what {0} reads").format(self.label(path))
        self.change(text, parent, lambda stack: (rewiring.toggle(stack, layer_id, name), ()), chosen=False)

    def connect(self, source: str, target: str) -> None:
        """Lets a layer read an earlier one too, through an Add where it cannot read several.

        Where their shapes differ the problem that follows shows on the card, with what cures it.
        """
        parent, target_id = split(target)
        outer, source_id = split(source)
        if source == parent:
            outer, source_id = parent, ENTRY
        if outer != parent:
            hint = self.tr("Connect layers of one block")
            self.refused.emit(EngineError(self.tr("A wire cannot cross the edge of a block"), hint=hint))
            return
        text = self.tr("Connect {0} to {1}").format(self.label(source), self.label(target))
        self.change(text, parent, lambda stack: (rewiring.skip(stack, source_id, target_id), (target_id,)))

    def disconnect(self, source: str, target: str) -> None:
        """Takes away a wire; the layer's last one stays."""
        parent, target_id = split(target)
        source_id = ENTRY if source == parent else split(source)[1]
        stack = stack_of(self.network, parent)
        if source_id in stack.reads(target_id) and len(stack.reads(target_id)) > 1:
            text = self.tr("Disconnect {0} from {1}").format(self.label(source), self.label(target))
            self.change(text, parent, lambda stack: (rewiring.toggle(stack, target_id, source_id), (target_id,)))

    def branch(self, path: str) -> None:
        """Puts a copy of a layer beside it; both read the same and are joined again."""
        one = found(self.network, path)
        if one is None:
            return
        parent, layer_id = split(path)
        beside = one[1].changed(id="", name="", inputs=(), shares="")
        text = self.tr("Add branch beside {0}").format(one[1].label)
        self.change(text, parent, lambda stack: _one(*rewiring.branch(stack, layer_id, beside)))

    def add_end(self, kind: str) -> None:
        """One more "input" or "output", for the first part of the data that no other one stands for."""
        facts, network = self.document.facts, self.network
        if kind == "input":
            parts = [fact.name for fact in facts.inputs] if facts else []
            taken = {layer.source or parts[0] for layer in network.inputs} if parts else set()
            part = next((name for name in parts if name not in taken), "")
            self.change(self.tr("Add input"), "", lambda stack: _one(*rewiring.add_input(stack, part)))
        else:
            parts = [target.name for target in facts.targets] if facts else []
            taken = {layer.target or parts[0] for layer in network.outputs} if parts else set()
            part = next((name for name in parts if name not in taken), "")
            self.change(self.tr("Add output"), "", lambda stack: _one(*rewiring.add_output(stack, part)))


def _one(network: Network, layer_id: str) -> tuple[Network, tuple[str]]:
    return network, (layer_id,)
