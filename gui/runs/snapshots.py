"""Snapshots of the selected run: what they are called, the step, what told how good they are, their size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.runs.folder import SnapshotInfo
from gui.amounts import size
from gui.numbers import plain

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SnapshotList(QTableWidget):
    """Latest step first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setObjectName("runs.snapshots")
        self.setAccessibleName(self.tr("Snapshots of the selected run"))
        self.setHorizontalHeaderLabels([self.tr("Step"), self.tr("Name"), self.tr("Loss"), self.tr("Size")])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(72)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def show_infos(self, infos: Sequence[SnapshotInfo]) -> None:
        """Those of another run, given earliest step first."""
        self.setRowCount(len(infos))
        for row, info in enumerate(reversed(infos)):
            cells = f"{info.step:,}", self._named(info), plain(info.loss), size(info.bytes)
            for place, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setToolTip(self.tr("after epoch {0}, {1}").format(f"{info.epoch:,}", info.path.name))
                if place != 1:
                    item.setTextAlignment(RIGHT)
                self.setItem(row, place, item)

    def _named(self, info: SnapshotInfo) -> str:
        words = {"last": self.tr("last"), "best": self.tr("best"), "kept": self.tr("kept")}
        return self.tr("damaged") if not info.whole else ", ".join(words.get(name, name) for name in info.names)
