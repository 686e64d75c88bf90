"""The list of runs as a table that can be sorted by any column."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from engine.choices.metrics import METRICS
from engine.data.dataset import Ticket
from engine.runs import store
from engine.training.files import RunStatus
from gui.amounts import short
from gui.cards import clock
from gui.numbers import measured, plain, title

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RunRow:
    """One run.

    Attributes:
        metric: name of its first metric, "" where it has none.
        value: of that metric, at the end of the last measured epoch as the status's loss is.
    """

    folder: Path
    status: RunStatus
    metric: str
    value: float | None

    @property
    def started(self) -> datetime | None:
        """In local time; None where it is not known."""
        try:
            return datetime.fromisoformat(self.status.started).astimezone()
        except ValueError:
            return None


def read_rows(root: Path, ticket: Ticket) -> list[RunRow]:
    """All runs below `root`, newest first. For a job's thread."""
    found = store.runs(root, lambda done: ticket.tell(done, ""))
    return [_row(run.folder, replace(run.status, state=run.state)) for run in found]


def _row(folder: Path, status: RunStatus) -> RunRow:
    metric, value = next(iter((status.metrics or {}).items()), ("", None))
    return RunRow(folder, status, metric, value)


def state_words(state: str) -> str:
    """How a run ended, on screen."""
    words = {
        "running": QCoreApplication.translate("runs", "running"),
        "finished": QCoreApplication.translate("runs", "finished"),
        "stopped": QCoreApplication.translate("runs", "stopped"),
        "diverged": QCoreApplication.translate("runs", "diverged"),
        "outofmemory": QCoreApplication.translate("runs", "out of memory"),
        "interrupted": QCoreApplication.translate("runs", "interrupted"),
        "unreadable": QCoreApplication.translate("runs", "unreadable"),
        "failed": QCoreApplication.translate("runs", "failed"),
    }
    return words.get(state, state)


class RunTable(QAbstractTableModel):
    """Text for the eye, numbers (UserRole) for sorting, the RunRow (UserRole + 1) for the page."""

    SORT = Qt.ItemDataRole.UserRole
    ROW = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[RunRow] = []

    def show_rows(self, rows: list[RunRow]) -> None:
        """Other runs."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def titles(self) -> tuple[str, ...]:
        """Of the columns."""
        return (
            self.tr("Run"),
            self.tr("Started"),
            self.tr("State"),
            self.tr("Epochs"),
            self.tr("Time"),
            self.tr("Parameters"),
            self.tr("Last validation loss"),
            self.tr("Last metric"),
        )

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.titles())

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles()[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == self.ROW:
            return row
        if role == self.SORT:
            return _sorted_by(row)[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(row)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.status.message or str(row.folder)
        return None


def _shown(row: RunRow) -> tuple[str, ...]:
    status, started = row.status, row.started
    return (
        row.folder.name,
        _when(started) if started else "–",
        state_words(status.state),
        f"{status.epoch} / {status.epochs}",
        clock(status.seconds),
        short(status.parameters),
        plain(status.loss),
        f"{title(row.metric)} {measured(row.metric, row.value)}" if row.metric else "–",
    )


def _when(started: datetime) -> str:
    """To the minute; with the year where it is another than now."""
    this_year = started.year == datetime.now().year
    return f"{started:%m-%d %H:%M}" if this_year else f"{started:%Y-%m-%d %H:%M}"


def _sorted_by(row: RunRow) -> tuple[Any, ...]:
    status = row.status
    choice = next((choice for name, choice in METRICS.items() if name == row.metric), None)
    value = -math.inf if row.value is None else row.value
    return (
        row.folder.name.lower(),
        status.started,
        status.state,
        status.epoch,
        status.seconds,
        status.parameters,
        math.inf if status.loss is None else status.loss,
        value if choice is None or choice.higher_is_better else -value,
    )
