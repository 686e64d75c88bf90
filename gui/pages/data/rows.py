"""A table's cells as Qt wants them: text, and small pictures where a cell names one."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

LINE = 80  # characters of a tooltip's line
TIP = 600  # characters of a tooltip

Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """Cells as text, some with a picture before it, by row and column; read only."""

    def __init__(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
        parent: QWidget,
        *,
        headed: bool = True,
        pictures: Mapping[tuple[int, int], QPixmap] | None = None,
    ) -> None:
        super().__init__(parent)
        self._names, self._rows, self._headed = tuple(names), list(rows), headed
        self._pictures = dict(pictures or {})

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._names)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:
            return textwrap.fill(cell[:TIP], LINE)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pictures.get((index.row(), index.column()))
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = Qt.ItemDataRole.DisplayRole if self._headed else Qt.ItemDataRole.AccessibleTextRole
        if role != wanted:
            return None
        return f"{section + 1:,}" if orientation == Qt.Orientation.Vertical else self._names[section]
