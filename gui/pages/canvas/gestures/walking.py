"""Walking from card to card by keys, into blocks and out of them."""

from __future__ import annotations

from typing import Literal

from engine.layers import Block
from engine.paths import joined, parent
from engine.rewiring import find
from gui.pages.canvas.gestures.canvas import Canvas


class Walker:
    """Goes along the wires and to the columns beside; the right arrow opens a block, the left one closes it."""

    def __init__(self, view: Canvas) -> None:
        self._view = view

    def go(self, direction: Literal["up", "down", "left", "right"]) -> bool:
        """To the card there; False where there is none."""
        chosen, plan = self._view.selection, self._view.sheet.arrangement
        if chosen.current not in plan.cards:
            chosen.step(1 if direction == "down" else -1)
            return True
        goal = plan.neighbour(chosen.current, direction)
        if goal:
            chosen.choose(goal)
        return bool(goal)

    def right(self) -> None:
        """Opens a closed block; from an opened one into it; else to the column at the right."""
        path = self._view.selection.current
        if not path:
            return
        block = self._block(path)
        if block is not None and path not in self._view.looking.opened:
            self._view.looking.toggle_open(path)
        elif block is not None and block.layers:
            self._view.selection.choose(joined(path, block.layers[0].id))
        else:
            self.go("right")

    def left(self) -> None:
        """Closes an opened block; else to the column at the left; else out of the block."""
        path = self._view.selection.current
        if path in self._view.looking.opened:
            self._view.looking.toggle_open(path)
        elif path and not self.go("left"):
            outer = parent(path)
            if outer:
                self._view.selection.choose(outer)

    def toggle(self) -> None:
        """Opens or closes the chosen block."""
        path = self._view.selection.current
        if path and self._block(path) is not None:
            self._view.looking.toggle_open(path)

    def _block(self, path: str) -> Block | None:
        layer = find(self._view.edits.network, path)
        return layer if isinstance(layer, Block) else None
