"""Snapshots of the selected run: what they are called, the step, what told how good they are, their size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHeaderView, QTableWidget, QWidget

from engine.runs.folder import SnapshotInfo
from gui.amounts import size
from gui.numbers import plain
from gui.runs.cells import cell, dress, set_heads

NUMBERS = (0, 2, 3)  # columns


class SnapshotList(QTableWidget):
    """Latest step first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setObjectName("runs.snapshots")
        self.setAccessibleName(self.tr("Snapshots of the selected run"))
        set_heads(self, [self.tr("Step"), self.tr("Name"), self.tr("Loss"), self.tr("Size")], NUMBERS)
        dress(self)
        self.setMinimumHeight(72)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def show_infos(self, infos: Sequence[SnapshotInfo]) -> None:
        """Those of another run, given earliest step first."""
        self.setRowCount(len(infos))
        for row, info in enumerate(reversed(infos)):
            cells = f"{info.step:,}", self._named(info), plain(info.loss), size(info.bytes)
            for place, words in enumerate(cells):
                item = cell(words, number=place in NUMBERS)
                item.setToolTip(self.tr("after epoch {0}, {1}").format(f"{info.epoch:,}", info.path.name))
                self.setItem(row, place, item)

    def _named(self, info: SnapshotInfo) -> str:
        """By what it can be asked for: "epoch 12, best"."""
        if not info.whole:
            return self.tr("damaged")
        words = {"last": self.tr("last"), "best": self.tr("best"), "kept": self.tr("kept")}
        epoch = [self.tr("epoch {0}").format(f"{info.epoch:,}")] if info.ends_epoch else []
        return ", ".join([*epoch, *(words.get(name, name) for name in info.names)])
