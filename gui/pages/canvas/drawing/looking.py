"""How the person looks at the stack: which blocks are open, which cards are folded, what they are coloured by."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from engine.paths import blocks_around
from gui.document import Document
from gui.pages.canvas.drawing.heat import Clock, Heat, heat_of, time_heat
from gui.pages.canvas.drawing.sheet import Sheet


class Looking(QObject):
    """Changes what is seen and nothing of the project; another project begins closed and unfolded.

    Signals:
        changed: blocks were opened or closed, cards folded, or other heat is shown.
    """

    changed = Signal()

    def __init__(self, document: Document, sheet: Sheet, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._sheet = document, sheet
        self.opened: set[str] = set()
        self.folded: set[str] = set()
        self.heat = ""
        self._clock: Clock | None = None
        self._sheet.ask_heat = self._heat
        self._sheet.open_asked.connect(self.toggle_open)

    def toggle_open(self, path: str) -> None:
        """Opens a block in place, or closes it."""
        self.opened ^= {path}
        self.show_view()

    def open_around(self, path: str) -> None:
        """Opens the blocks that a layer stands in."""
        around = set(blocks_around(path))
        if not around <= self.opened:
            self.opened |= around
            self.show_view()

    def fold_all(self, folded: bool) -> None:
        """Folds every card that is seen, or unfolds all."""
        self.folded = set(self._sheet.layers) if folded else set()
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
        self._sheet.opened, self._sheet.folded = frozenset(self.opened), frozenset(self.folded)
        self._sheet.refresh()
        self.changed.emit()

    def _heat(self) -> Heat:
        if self.heat == "time" and self._clock is not None:
            return time_heat(self._clock, self._sheet.layers)
        return heat_of(self._document.report, self.heat)

    def _on_clock_changed(self) -> None:
        if self.heat == "time":
            self.show_view()
