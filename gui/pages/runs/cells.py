"""Small read-only tables of text: how they look, and their cells."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem

ROW = 24  # px
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def dress(table: QTableWidget) -> None:
    """No grid, no row numbers, whole rows are selected; Tab leaves it."""
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(ROW)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def set_heads(table: QTableWidget, words: Sequence[str], numbers: Sequence[int] = ()) -> None:
    """Titles of all columns; those of `numbers` stand at the right as their cells do."""
    for place, word in enumerate(words):
        table.setHorizontalHeaderItem(place, cell(word, number=place in numbers))


def cell(words: str, *, number: bool = False) -> QTableWidgetItem:
    """A cell; numbers stand at the right."""
    item = QTableWidgetItem(words)
    if number:
        item.setTextAlignment(RIGHT)
    return item
