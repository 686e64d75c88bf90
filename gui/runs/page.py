"""The Runs page: the list, the curves of the selected ones, and what can be done with a run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from engine.errors import EngineError
from engine.runs import store
from engine.runs.folder import RunFolder
from gui.background import Job
from gui.cards import GAP, Card, text
from gui.context import Context
from gui.icons import icon
from gui.messages import ask, show_error
from gui.resuming import Resuming, can_go_on
from gui.runs.overlay_card import OverlayCard, read_curves
from gui.runs.rows import RunRow, RunTable, read_rows
from gui.wishes import Wishes


class RunsPage(QWidget):
    """Reads the disk beside the window, whenever it is shown and after each run."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs.page")
        self._context, self.wishes = context, Wishes(self)
        self._resuming = Resuming(context, self)
        self._listing: Job | None = None
        self._reading: Job | None = None
        self._newest: Path | None = None
        self.model = RunTable(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(RunTable.SORT)
        self.table, self.overlay = self._make_table(), OverlayCard()
        self.empty = text(self.tr("No run yet. Press Train, and every run is kept here."), "dim")
        self.card = Card(self.tr("Runs"))
        self.project = self._button("runs.project", self.tr("Open its project"), "open", self._on_project)
        self.resume = self._button("runs.resume", self.tr("Go on"), "play", self._on_resume)
        self.results = self._button("runs.results", self.tr("Show results"), "results", self._on_results)
        self.delete = self._button("runs.delete", self.tr("Delete"), "trash", self._on_delete)
        self.card.body.addWidget(self.empty)
        self.card.body.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.card, 1)
        column.addWidget(self.overlay, 1)
        context.session.state_changed.connect(self._on_state_changed)
        self._resuming.begun.connect(partial(self.wishes.page.emit, "training"))
        self._resuming.refused.connect(partial(show_error, self))
        self._on_selection_changed()

    def refresh(self) -> None:
        """Reads the list anew."""
        if self._listing is not None:
            self._listing.cancel()
        self._listing = Job(partial(read_rows, self._context.session.root), self)
        self._listing.done.connect(partial(self._on_listed, self._listing))
        self._listing.failed.connect(self._on_failed)
        self._listing.start()

    def selected(self) -> list[RunRow]:
        """The selected runs, in the order of the list."""
        rows = sorted(self.table.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(RunTable.ROW) for index in rows]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("runs.table")
        table.setAccessibleName(self.tr("Runs"))
        table.setModel(self._sorted)
        table.setSortingEnabled(True)
        table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setMinimumHeight(132)
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setDefaultSectionSize(28)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)  # a name is cut rather than a number
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        return table

    def _button(self, name: str, words: str, symbol: str, run: Any) -> QPushButton:
        button = QPushButton(icon(symbol), words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.clicked.connect(run)
        self.card.corner.addWidget(button)
        return button

    def _show_resume(self, rows: list[RunRow]) -> None:
        busy = self._context.session.state != "idle"
        can = len(rows) == 1 and can_go_on(rows[0].folder, rows[0].status)
        self.resume.setEnabled(can and not busy)
        why = self.tr("A run is going on") if busy else self.tr("Select one run that ended before its last epoch")
        self.resume.setToolTip(self.tr("Train it to its end") if can and not busy else why)

    def _on_resume(self) -> None:
        self._resuming.go_on(self.selected()[0].folder)

    def _on_state_changed(self) -> None:
        self._show_resume(self.selected())
        if self.isVisible() and self._context.session.state in ("idle", "running"):
            self.refresh()

    def _on_listed(self, job: Job, rows: list[RunRow]) -> None:
        if job is not self._listing:
            return
        self._listing = None
        kept = {row.folder for row in self.selected()}
        newest = rows[0].folder if rows else None
        if newest != self._newest and len(kept) <= 1:
            kept = set()  # nothing is being compared: the new run is what a person wants to see
        self._newest = newest
        self.model.show_rows(rows)
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.overlay.setVisible(bool(rows))
        self.card.note.setText(f"{len(rows):,}" if rows else "")
        model = self.table.selectionModel()
        for place in range(self._sorted.rowCount()):
            index = self._sorted.index(place, 0)
            row: RunRow = index.data(RunTable.ROW)
            if row.folder in kept or (not kept and row.folder == newest):
                model.select(index, model.SelectionFlag.Select | model.SelectionFlag.Rows)

    def _on_selection_changed(self) -> None:
        rows = self.selected()
        one = len(rows) == 1
        self.project.setEnabled(one)
        self._show_resume(rows)
        self.results.setEnabled(one and RunFolder(rows[0].folder).trained if one else False)
        self.delete.setEnabled(bool(rows))
        if self._reading is not None:
            self._reading.cancel()
        self._reading = Job(partial(read_curves, [row.folder for row in rows]), self)
        self._reading.done.connect(partial(self._on_read, self._reading))
        self._reading.failed.connect(self._on_failed)
        self._reading.start()

    def _on_read(self, job: Job, curves: Any) -> None:
        if job is self._reading:
            self._reading = None
            self.overlay.show_curves(curves)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EngineError):
            raise error  # a defect: for the excepthook
        show_error(self, error)

    def _on_project(self) -> None:
        rows = self.selected()
        try:
            project = RunFolder(rows[0].folder).project()
        except EngineError as error:
            show_error(self, error)
            return
        words = self.tr("Open the project of {0}").format(rows[0].folder.name)
        self._context.document.edit(words, project)  # one step of undo brings the present one back
        self.wishes.page.emit("network")

    def _on_results(self) -> None:
        self._context.session.choose_run(self.selected()[0].folder)
        self.wishes.page.emit("results")

    def _on_delete(self) -> None:
        session, rows = self._context.session, self.selected()
        busy = session.live.folder if session.live is not None and session.state != "idle" else None
        rows = [row for row in rows if row.folder != busy]
        names = ", ".join(row.folder.name for row in rows[:5])
        answers = {"delete": self.tr("Move to the bin"), "keep": self.tr("Keep")}
        more = self.tr("It can be moved back from the folder {0}.").format(session.root / store.BIN)
        if not rows or ask(self, self.tr("Delete {0}?").format(names), more, answers, default="keep") != "delete":
            return
        for row in rows:
            try:
                store.to_bin(row.folder)
            except EngineError as error:
                show_error(self, error)
                break
            if session.chosen == row.folder:
                session.choose_run(None)
        self.refresh()
