"""A text word by word: what comes next, and what the network takes for the next word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.kit.icons import icon
from gui.pages.results.heads import Head

BEFORE = 4  # words of the text shown before the one that comes next


class NextWords(QTableWidget):
    """A row for each step of one text; a check mark stands where the network is right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setHorizontalHeaderLabels([self.tr("so far"), self.tr("comes next"), self.tr("the network says")])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_text(self, head: Head, index: int, words: Sequence[str]) -> None:
        """One example of the split. `words`: by number, as the preparation has them."""
        steps = [
            (_word(words, int(true)), _word(words, int(said)), bool(true == said))
            for true, said in zip(head.targets[index], head.predicted[index], strict=True)
            if true >= 0
        ]
        self.setRowCount(len(steps))
        before = [] if head.first is None else [_word(words, int(head.first[index]))]
        for row, (true, said, right) in enumerate(steps):
            cut = "… " if len(before) > BEFORE else ""
            cells = [
                QTableWidgetItem(f"{cut}{' '.join(before[-BEFORE:])}"),
                QTableWidgetItem(true),
                QTableWidgetItem(said),
            ]
            cells[0].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cells[2].setIcon(icon("check", "good") if right else icon("error", "danger"))
            cells[2].setToolTip(self.tr("right") if right else self.tr("wrong"))
            for column, cell in enumerate(cells):
                self.setItem(row, column, cell)
            before.append(true)
        self.scrollToTop()


def _word(words: Sequence[str], number: int) -> str:
    return words[number] if 0 <= number < len(words) else f"#{number}"
