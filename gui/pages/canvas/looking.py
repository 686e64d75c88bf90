"""How the person looks at the stack: which blocks are open, which cards are folded, what they are coloured by."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.document import Document
from gui.pages.canvas.drawing.heat import Clock, Heat, heat_of, time_heat
from gui.pages.canvas.drawing.sheet import Sheet
from gui.pages.canvas.zoom import ZoomArea


class LookingArea(ZoomArea):
    """Changes what is seen and nothing of the project; another project begins closed and unfolded.

    Signals:
        viewed: blocks were opened or closed, cards folded, or other heat is shown.
    """

    viewed = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(Sheet(document), parent)
        self.document = document
        self.opened: set[str] = set()
        self.folded: set[str] = set()
        self.heat = ""
        self._clock: Clock | None = None
        self.sheet.ask_heat = self._heat
        self.sheet.open_asked.connect(self.toggle_open)

    def toggle_open(self, path: str) -> None:
        """Opens a block in place, or closes it."""
        self.opened ^= {path}
        self.show_view()

    def open_around(self, path: str) -> None:
        """Opens the blocks that a layer stands in."""
        parts = path.split(".")
        around = {".".join(parts[:end]) for end in range(1, len(parts))}
        if not around <= self.opened:
            self.opened |= around
            self.show_view()

    def toggle_fold(self, path: str) -> None:
        """Folds a card to one line, or unfolds it."""
        self.folded ^= {path}
        self.show_view()

    def fold_all(self, folded: bool) -> None:
        """Folds every card that is seen, or unfolds all."""
        self.folded = set(self.sheet.layers) if folded else set()
        self.show_view()

    def show_heat(self, key: str) -> None:
        """Colours the cards by their share of a measure; "" shows none."""
        self.heat = key
        self.show_view()

    def follow(self, clock: Clock) -> None:
        """From now on cards can be coloured by the time they take, too."""
        self._clock = clock
        clock.changed.connect(self._on_clock_changed)

    def show_view(self, opened: Collection[str] | None = None, folded: Collection[str] | None = None) -> None:
        """Brings onto the sheet what is open and folded: as it is, or as it is given."""
        self.opened = self.opened if opened is None else set(opened)
        self.folded = self.folded if folded is None else set(folded)
        self.sheet.opened, self.sheet.folded = frozenset(self.opened), frozenset(self.folded)
        self.sheet.refresh()
        self.viewed.emit()

    def _heat(self) -> Heat:
        if self.heat == "time" and self._clock is not None:
            return time_heat(self._clock, self.sheet.layers)
        return heat_of(self.document.report, self.heat)

    def _on_clock_changed(self) -> None:
        if self.heat == "time":
            self.show_view()
