"""Below the list: the curves of the selected runs, or what two of them have different."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from engine.runs.summary import RunSummary
from gui.kit.cards import Card, text
from gui.pages.runs.curves_view import CurvesView
from gui.pages.runs.details import Details
from gui.pages.runs.difference import DifferenceTable, difference

CURVES, DIFFERENCE = 0, 1


class BelowCard(Card):
    """Two tabs about the selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.hide()
        self.tabs = QTabBar()
        self.tabs.setObjectName("runs.below")
        self.tabs.setAccessibleName(self.tr("What is shown of the selected runs"))
        self.tabs.setDrawBase(False)
        self.tabs.addTab(self.tr("Curves"))
        self.tabs.addTab(self.tr("Difference"))
        self.head.insertWidget(0, self.tabs)
        self.curves, self.table = CurvesView(), DifferenceTable()
        self.empty = text(self.tr("Select two runs to see in what they differ."), "dim", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for picker in self.curves.pickers:
            self.corner.addWidget(picker)
        self.stack = QStackedWidget()
        for widget in (self.curves, self.table, self.empty):
            self.stack.addWidget(widget)
        self.body.addWidget(self.stack, 1)
        self._comparable = False
        self.tabs.currentChanged.connect(self._on_tab_changed)

    def show_details(self, runs: Sequence[RunSummary], details: Details) -> None:
        """What was read of the selected runs."""
        self.curves.show_curves(details.curves, len(runs))
        self._comparable = details.changes is not None
        if details.changes is not None:
            older, newer = details.pair
            self.table.show_lines((older.name, newer.name), difference(details.pair, details.changes))
        ask = self.tr("Select two runs to see in what they differ.")
        self.empty.setText(details.trouble if details.pair and details.trouble else ask)
        self._on_tab_changed()

    def _on_tab_changed(self) -> None:
        curves = self.tabs.currentIndex() == CURVES
        other = self.table if self._comparable else self.empty
        self.stack.setCurrentWidget(self.curves if curves else other)
        self.curves.show_pickers(curves)
