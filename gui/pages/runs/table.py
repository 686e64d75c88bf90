"""The runs as Qt wants them: cells of text, icons and numbers, sorted here so that a thousand take milliseconds."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from engine.record.rows import Annotations
from engine.runs.summary import RunSummary
from gui.kit.icons import icon
from gui.kit.palette import dot
from gui.pages.runs.columns import COLUMNS, NOTHING, PLACES, Column, explained, heading, readable
from gui.shared.states import sign_of

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
AFTER_STATE = PLACES["state"] + 1  # where an unreadable run says why, over the rest of its row
TIP_WIDTH, TIP_LINES = 80, 8  # letters and lines of a tooltip


class RunTable(QAbstractTableModel):
    """Some runs in some order. The RunSummary of a row is its `RUN`, the tags of a cell are its `TAGS`.

    Attributes:
        fixed: names cannot be changed.

    Signals:
        name_given: a run's folder and the other name that was typed for it.
    """

    name_given = Signal(object, str)

    RUN = Qt.ItemDataRole.UserRole
    TAGS = Qt.ItemDataRole.UserRole + 1
    NAME = PLACES["name"]

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.runs: list[RunSummary] = []
        self.fixed = False
        self._colours: Mapping[Path, str] = {}
        self._by = PLACES["started"], Qt.SortOrder.DescendingOrder

    def show_runs(self, runs: Iterable[RunSummary]) -> None:
        """Other runs, in the order that was chosen."""
        self.beginResetModel()
        self.runs = self._in_order(runs)
        self.endResetModel()

    def change(self, folder: Path, about: Annotations) -> None:
        """Other tags, note, star or group of one run; it stays where it is."""
        for row, run in enumerate(self.runs):
            if run.folder == folder:
                self.runs[row] = replace(run, about=about)
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def show_colours(self, colours: Mapping[Path, str]) -> None:
        """The colour of each run whose curve is drawn, by folder."""
        changed = [row for row, run in enumerate(self.runs) if self._colours.get(run.folder) != colours.get(run.folder)]
        self._colours = dict(colours)
        for row in changed:
            place = self.index(row, self.NAME)
            self.dataChanged.emit(place, place, [Qt.ItemDataRole.DecorationRole])

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        run = self.runs[index.row()] if index.isValid() else None
        named = index.column() == self.NAME and run is not None and not self.fixed and not run.going_on
        return found | Qt.ItemFlag.ItemIsEditable if named else found

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A name that was typed is told; the row shows it when the run is called so."""
        run = self.runs[index.row()]
        if role != Qt.ItemDataRole.EditRole or str(value).strip() in ("", run.name):
            return False
        self.name_given.emit(run.folder, str(value).strip())
        return True

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by = column, order
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()  # now: a selection makes its own when it hears that
        folders = [self.runs[index.row()].folder for index in before]
        self.runs = self._in_order(self.runs)
        rows = {run.folder: row for row, run in enumerate(self.runs)}
        after = [self.index(rows[folder], index.column()) for folder, index in zip(folders, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.runs)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return heading(column.name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.number else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return explained(column.name)
        if column.name == "star" and role == Qt.ItemDataRole.DecorationRole:
            return icon("star", "dim")
        return explained(column.name) if role == Qt.ItemDataRole.AccessibleTextRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self.runs[index.row()], COLUMNS[index.column()]
        found: Any = None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            found = self._text(run, index.column())
        elif role == self.RUN:
            found = run
        elif role == self.TAGS:
            found = run.about.tags
        elif role == Qt.ItemDataRole.TextAlignmentRole:
            found = RIGHT if column.number and readable(run) else LEFT
        elif role == Qt.ItemDataRole.DecorationRole:
            found = self._icon(run, column)
        elif role == Qt.ItemDataRole.ToolTipRole:
            found = self._tip(run, column)
        elif role == Qt.ItemDataRole.AccessibleTextRole and column.name == "star":
            found = self.tr("starred") if run.about.star else self.tr("not starred")
        return found

    def _text(self, run: RunSummary, place: int) -> str:
        if readable(run) or place < AFTER_STATE:
            return COLUMNS[place].shown(run)
        return run.trouble if place == AFTER_STATE else NOTHING

    def _icon(self, run: RunSummary, column: Column) -> Any:
        if column.name == "star":
            return icon("star-full", "warning") if run.about.star else icon("star", "dim")
        if column.name == "name" and run.folder in self._colours:
            return dot(self._colours[run.folder])
        if column.name != "state":
            return None
        sign = sign_of(run.state)
        return icon("warning", "warning") if run.trouble and readable(run) else icon(sign.icon, sign.role)

    def _tip(self, run: RunSummary, column: Column) -> str:
        if column.name == "star":
            return self.tr("Take the star off (S)") if run.about.star else self.tr("Give it a star (S)")
        said = run.trouble or run.status.message or run.about.note or str(run.folder)
        return f"{run.name}\n{shortened(said)}"

    def _in_order(self, runs: Iterable[RunSummary]) -> list[RunSummary]:
        """Runs of which the column says nothing stand last in both directions."""
        key, order = COLUMNS[self._by[0]].key, self._by[1]
        keyed = [(key(run) if readable(run) or self._by[0] < AFTER_STATE else None, run) for run in runs]
        known = [pair for pair in keyed if pair[0] is not None]
        known.sort(key=_first, reverse=order == Qt.SortOrder.DescendingOrder)
        return [run for _, run in known] + [run for value, run in keyed if value is None]


def _first(pair: tuple[Any, RunSummary]) -> Any:
    return pair[0]


def shortened(words: str) -> str:
    """The beginning of a long text, in lines that a tooltip can show."""
    lines = [line for part in words.splitlines() for line in textwrap.wrap(part, TIP_WIDTH)]
    return "\n".join([*lines[:TIP_LINES], *(["…"] if len(lines) > TIP_LINES else [])])
