"""The cards that are widgets now: those in the view and around it. All others are only places."""

from __future__ import annotations

from collections.abc import Callable, Collection

from gui.pages.canvas.drawing.card import Card


class LiveCards(dict[str, Card]):
    """Cards by path. One that is asked for by its path comes to life, wherever it stands; KeyError for unknown ones."""

    def __init__(self, make: Callable[[str], Card]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, path: str) -> Card:
        card = self[path] = self._make(path)
        return card

    def keep(self, wanted: Collection[str], spared: Collection[str]) -> None:
        """Makes the wanted ones, and lets go of the others that are not spared."""
        for path in [path for path in self if path not in spared and path not in wanted]:
            card = self.pop(path)
            card.hide()
            card.deleteLater()
        for path in wanted:
            if path not in self:
                self[path] = self._make(path)
