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
ROLE = Qt.ItemDataRole
CELL, TIP_ROLE, PICTURE = ROLE.DisplayRole, ROLE.ToolTipRole, ROLE.DecorationRole  # asked for thousands of times

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

    def cells(self, column: int) -> list[str]:
        """The texts of a column."""
        return [row[column] for row in self._rows]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._names)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CELL:
            return self._rows[index.row()][index.column()]
        if role == TIP_ROLE:
            return textwrap.fill(self._rows[index.row()][index.column()][:TIP], LINE)
        return self._pictures.get((index.row(), index.column())) if self._pictures and role == PICTURE else None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = Qt.ItemDataRole.DisplayRole if self._headed else Qt.ItemDataRole.AccessibleTextRole
        if role != wanted:
            return None
        return f"{section + 1:,}" if orientation == Qt.Orientation.Vertical else self._names[section]
