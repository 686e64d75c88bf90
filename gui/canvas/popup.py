"""The list of layers that a plus opens."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from engine.layers.base import Layer
from gui.canvas.edits import Edits
from gui.canvas.palette import Palette
from gui.style import look

WIDTH, HEIGHT = 230, 380


class InsertPopup(Palette):
    """A palette that takes one click and adds the layer where the plus was."""

    def __init__(self, edits: Edits, parent: QWidget) -> None:
        super().__init__("insert", parent, one_click=True)
        self.setWindowFlags(Qt.WindowType.Popup)
        look(self, "panel")
        self.resize(WIDTH, HEIGHT)
        self._edits, self._index = edits, 0
        self.taken.connect(self._on_taken)

    def open_at(self, corner: QPoint, index: int) -> None:
        """Opens at a point of the screen, for a layer at `index`."""
        self._index = index
        self.search.clear()
        screen = self.screen().availableGeometry()
        self.move(min(corner.x(), screen.right() - WIDTH), min(corner.y(), screen.bottom() - HEIGHT))
        self.show()
        self.seek()

    def _on_taken(self, kind: type[Layer]) -> None:
        self.close()
        self._edits.add(kind, self._index)
