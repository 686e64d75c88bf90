"""Measures as tiles: a number and what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.kit.style import look
from gui.kit.theme import font


@dataclass(frozen=True)
class Measure:
    """One tile: `name` ends its objectName, `about` is its tooltip."""

    name: str
    value: str
    caption: str
    about: str = ""


class Tile(QFrame):
    """One number."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        look(self, "card")
        self.value, self.caption = QLabel(self), QLabel(self)
        look(self.value, "value")
        self.caption.setFont(font(-2))  # before the look: the style sheet forgets a font that comes later
        look(self.caption, "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(2)
        for label in (self.value, self.caption):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column.addWidget(self.value)
        column.addWidget(self.caption)

    def show_measure(self, measure: Measure, prefix: str) -> None:
        """Shows a number."""
        self.setObjectName(f"{prefix}.{measure.name}")
        self.setAccessibleName(f"{measure.value} {measure.caption}")
        self.setToolTip(measure.about)
        self.value.setText(measure.value)
        self.caption.setText(measure.caption)


class Tiles(QWidget):
    """Tiles in two columns, called `prefix.name`."""

    def __init__(self, prefix: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._tiles: list[Tile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def show_measures(self, measures: Sequence[Measure]) -> None:
        """Shows these; tiles stay where they are."""
        while len(self._tiles) < len(measures):
            tile = Tile(self)
            self._grid.addWidget(tile, len(self._tiles) // 2, len(self._tiles) % 2)
            self._tiles.append(tile)
        for tile, measure in zip(self._tiles, measures, strict=False):
            tile.show_measure(measure, self._prefix)
        for number, tile in enumerate(self._tiles):
            tile.setVisible(number < len(measures))
        self.setVisible(bool(measures))
