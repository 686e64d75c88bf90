"""Snapshots of the selected run: what they are called, the step, what told how good they are, their size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QWidget

from engine.runs.folder import SnapshotInfo
from gui.amounts import size
from gui.numbers import plain
from gui.runs.cells import cell, dress, set_heads

SIZE, NUMBERS = 3, (0, 2, 3)  # columns


class SnapshotList(QTableWidget):
    """Latest step first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setObjectName("runs.snapshots")
        self.setAccessibleName(self.tr("Snapshots of the selected run"))
        set_heads(self, [self.tr("Step"), self.tr("Name"), self.tr("Loss"), self.tr("Size")], NUMBERS)
        dress(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._infos: tuple[SnapshotInfo, ...] = ()
        self.setMinimumHeight(72)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    @property
    def chosen(self) -> SnapshotInfo | None:
        """The one that is selected."""
        rows = self.selectionModel().selectedRows()
        return self._infos[rows[0].row()] if rows and rows[0].row() < len(self._infos) else None

    def show_infos(self, infos: Sequence[SnapshotInfo]) -> None:
        """Those of a run, given earliest step first; one that was selected and is still there stays so."""
        before = self.chosen
        self._infos = tuple(reversed(infos))
        self.setRowCount(0)  # else Qt selects another one where the current one is gone
        self.setRowCount(len(infos))
        self._fill()
        again = [row for row, info in enumerate(self._infos) if before is not None and info.path == before.path]
        if again:
            self.selectRow(again[0])

    def _fill(self) -> None:
        for row, info in enumerate(self._infos):
            cells = f"{info.step:,}", self._named(info), plain(info.loss), size(info.bytes)
            for place, words in enumerate(cells):
                item = cell(words, number=place in NUMBERS)
                item.setToolTip(self.tr("{0}, after epoch {1}").format(cells[1] or cells[0], f"{info.epoch:,}"))
                self.setItem(row, place, item)

    def _named(self, info: SnapshotInfo) -> str:
        """By what it can be asked for: "best, epoch 12, kept"."""
        if not info.whole:
            return self.tr("damaged")
        words = {"last": self.tr("last"), "best": self.tr("best"), "kept": self.tr("kept")}
        epoch = [self.tr("epoch {0}").format(f"{info.epoch:,}")] if info.ends_epoch else []
        first = [words.get(name, name) for name in info.names if name != "kept"]
        kept = [words[name] for name in info.names if name == "kept"]
        return ", ".join([*first, *epoch, *kept])  # what is cut off in a narrow column matters least
