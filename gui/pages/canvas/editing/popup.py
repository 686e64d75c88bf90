"""The list of layers that a plus opens."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from gui.kit.style import look
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.palette.offers import Offer
from gui.pages.canvas.palette.panel import Palette

WIDTH, HEIGHT = 230, 380


class InsertPopup(Palette):
    """A palette that takes one click and adds the layer where the plus was."""

    def __init__(self, edits: Edits, parent: QWidget) -> None:
        super().__init__("insert", parent, one_click=True)
        self.setWindowFlags(Qt.WindowType.Popup)
        look(self, "panel")
        self.resize(WIDTH, HEIGHT)
        self._edits = edits
        self._gap: Gap | None = None
        self.taken.connect(self._on_taken)

    def open_at(self, corner: QPoint, gap: Gap) -> None:
        """Opens at a point of the screen, for a layer in this gap."""
        self._gap = gap
        self.search.clear()
        screen = self.screen().availableGeometry()
        self.move(min(corner.x(), screen.right() - WIDTH), min(corner.y(), screen.bottom() - HEIGHT))
        self.show()
        self.seek()

    def _on_taken(self, offer: Offer) -> None:
        self.close()
        self._edits.add(offer, self._gap)
