"""Walking from card to card by keys, into blocks and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.layers import Block
from gui.pages.canvas.editing.verbs import split
from gui.pages.canvas.paths import found

if TYPE_CHECKING:
    from gui.pages.canvas.view import CanvasView


class Walker:
    """Goes along the wires and to the columns beside; the right arrow opens a block, the left one closes it."""

    def __init__(self, view: CanvasView) -> None:
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
        if block is not None and path not in self._view.opened:
            self._view.toggle_open(path)
        elif block is not None and block.layers:
            self._view.selection.choose(f"{path}.{block.layers[0].id}")
        else:
            self.go("right")

    def left(self) -> None:
        """Closes an opened block; else to the column at the left; else out of the block."""
        path = self._view.selection.current
        if path in self._view.opened:
            self._view.toggle_open(path)
        elif path and not self.go("left"):
            parent = split(path)[0]
            if parent:
                self._view.selection.choose(parent)

    def toggle(self) -> None:
        """Opens or closes the chosen block."""
        path = self._view.selection.current
        if path and self._block(path) is not None:
            self._view.toggle_open(path)

    def _block(self, path: str) -> Block | None:
        one = found(self._view.edits.network, path)
        return one[1] if one is not None and isinstance(one[1], Block) else None
