"""Which cards are chosen, hovered, lifted or offered now."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gui.pages.canvas.drawing.painting import Offered, State


class Marks:
    """What the person does with the cards, alive or not."""

    def __init__(self) -> None:
        self.chosen: tuple[str, ...] = ()
        self.has_keys = False
        self.hovered = ""
        self.held = ""  # pressed now: it gets the mouse until that is let go, so it has to stay alive
        self.lifted: Collection[str] = ()
        self.offered: Mapping[str, Offered] | None = None

    def state(self, path: str, *, opened: bool) -> State:
        """The state of one card."""
        chosen = path in self.chosen
        return State(
            chosen=chosen,
            has_keys=chosen and self.has_keys,
            hovered=path == self.hovered and self.offered is None,
            lifted=path in self.lifted,
            offered="" if self.offered is None else self.offered.get(path, "no"),
            opened=opened,
        )
