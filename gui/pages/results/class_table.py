"""Each class by itself: how many there are, and how well they are told from the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.choices.class_scores import ClassScore
from gui.kit.numbers import NONE

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassTable(QTableWidget):
    """A row for each class; a click on a head sorts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        heads = (self.tr("Class"), self.tr("Examples"), self.tr("Precision"), self.tr("Recall"), self.tr("F1"))
        tips = (
            "",
            self.tr("Of this class in the split"),
            self.tr("Share of the answers with this class that are right"),
            self.tr("Share of the examples of this class that are found"),
            self.tr("Precision and recall in one"),
        )
        for place, (words, tip) in enumerate(zip(heads, tips, strict=True)):
            item = QTableWidgetItem(words)
            item.setToolTip(tip)
            if place:
                item.setTextAlignment(RIGHT)
            self.setHorizontalHeaderItem(place, item)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)

    def show_scores(self, scores: Sequence[ClassScore]) -> None:
        """These, in the order of the classes until a head is clicked."""
        self.setSortingEnabled(False)
        self.setRowCount(len(scores))
        for row, score in enumerate(scores):
            self.setItem(row, 0, QTableWidgetItem(score.name))
            self.setItem(row, 1, _Number(score.examples, f"{score.examples:,}"))
            for place, share in enumerate((score.precision, score.recall, score.f1), start=2):
                words = NONE if share is None else f"{share * 100:.1f} %"
                self.setItem(row, place, _Number(-1.0 if share is None else share, words))
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)


class _Number(QTableWidgetItem):
    """A cell that is sorted by its number."""

    def __init__(self, number: float, words: str) -> None:
        super().__init__(words)
        self.number = number
        self.setTextAlignment(RIGHT)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return self.number < other.number if isinstance(other, _Number) else super().__lt__(other)
