"""Snapshots of the selected run: what they are called, the step, what told how good they are, their size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QWidget
from typing_extensions import override

from engine.runs.folder import SnapshotInfo
from gui.kit.amounts import size
from gui.kit.numbers import plain
from gui.pages.runs.cells import cell, dress, set_heads

STEP, NAME, LOSS, SIZE = range(4)  # columns
NUMBERS = (STEP, LOSS, SIZE)
LEAST = 36  # px of a column that is cut off


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
        self.horizontalHeader().setMinimumSectionSize(LEAST)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._needed = dict.fromkeys((STEP, NAME, LOSS, SIZE), LEAST)  # px

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
        self._measure()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _measure(self) -> None:
        for place in self._needed:
            self.setColumnHidden(place, False)  # Qt says 0 of a hidden one
        head = self.horizontalHeader()
        self._needed = {
            place: max(self.sizeHintForColumn(place), head.sectionSizeHint(place)) for place in self._needed
        }
        self._fit()

    def _fit(self) -> None:
        """By its name a snapshot is told from others: it has the room it needs. Half a number would say nothing."""
        room, widths = self.viewport().width(), dict(self._needed)
        for place in (SIZE, LOSS):
            hidden = sum(widths.values()) > room
            self.setColumnHidden(place, hidden)
            if hidden:
                del widths[place]
        widths[STEP] = max(LEAST, widths[STEP] - max(0, sum(widths.values()) - room))
        widths[NAME] += room - sum(widths.values())
        for place, width in widths.items():
            self.setColumnWidth(place, width)

    def _fill(self) -> None:
        for row, info in enumerate(self._infos):
            cells = f"{info.step:,}", self._named(info), plain(info.loss), size(info.bytes)
            words = self.tr("{0}: step {1}, after epoch {2}, loss {3}, {4}")
            told = words.format(cells[NAME], cells[STEP], f"{info.epoch:,}", cells[LOSS], cells[SIZE])
            for place, words in enumerate(cells):
                item = cell(words, number=place in NUMBERS)
                item.setToolTip(told.removeprefix(": "))
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
