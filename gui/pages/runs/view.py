"""The list of runs on screen: a table that keeps selection and place when it is filled anew."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from engine.runs.summary import RunSummary
from gui.pages.runs.chips import MOST, Chips
from gui.pages.runs.columns import COLUMNS, LEAST_NAME, PLACES, Column, Name, fitting, heading, readable
from gui.pages.runs.table import AFTER_STATE, RunTable

ROW = 28  # px
STAR = 34  # px
LOOKED_AT = 200  # rows from which the width of a column is taken
MEASURED = 8  # different texts among these, the ones with most letters


class RunsView(QTableView):
    """The rows of a RunTable.

    Signals:
        chosen: other runs are selected.
        star_clicked: the star of this RunSummary was clicked.
        menu_asked: a menu about the selected runs is wanted, at this place of the screen.
    """

    chosen = Signal()
    star_clicked = Signal(object)
    menu_asked = Signal(QPoint)

    def __init__(self, model: RunTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs.table")
        self.setAccessibleName(self.tr("Runs"))
        self._runs, self._filling = model, False
        self._sample = RunTable(self)  # rows that are measured
        self._needed: dict[Name, int] = {}  # px
        self._chosen: dict[Name, bool] = {}
        self.setModel(model)
        self._dress()
        self.setItemDelegateForColumn(PLACES["tags"], Chips(RunTable.TAGS, self))
        self.sortByColumn(PLACES["started"], Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        model.layoutChanged.connect(self._show_spans)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.clicked.connect(self._on_clicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_asked)

    def on_key(self, key: str, run: object) -> None:
        """While the list has the keyboard, `key` calls `run`."""
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(run)

    def show_runs(self, runs: Iterable[RunSummary], select: Collection[Path]) -> None:
        """Other rows; `select`: folders of the runs to select. Tells `chosen` once."""
        place, current = self.verticalScrollBar().value(), self._current()
        self._filling = True
        self._runs.show_runs(runs)
        self._show_spans()
        self._select(select, current)
        self.verticalScrollBar().setValue(place)
        self._filling = False
        self.chosen.emit()

    def edit_name(self) -> None:
        """Opens the field for the name of the current row, else of the first selected one."""
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        current = self.currentIndex().row()
        row = current if current in rows else min(rows, default=-1)
        place = self._runs.index(row, PLACES["name"])
        if place.isValid() and place.flags() & Qt.ItemFlag.ItemIsEditable:
            self.setCurrentIndex(place)
            self.edit(place)

    def show_columns(self, runs: Sequence[RunSummary]) -> None:
        """Measures the columns by these runs, in sight or not; those in which none has anything are left out."""
        self._needed = {
            column.name: self._width(place, column, runs[:LOOKED_AT])
            for place, column in enumerate(COLUMNS)
            if not column.optional or any(column.key(run) is not None for run in runs)
        }
        self._widen(self._needed)
        self._fit()

    def choose_columns(self, chosen: Mapping[Name, bool]) -> None:
        """Columns that a person wants to see, or not; all others are shown where they have room."""
        self._chosen = dict(chosen)
        self._fit()

    def has(self, name: Name) -> bool:
        """Whether any run has something in a column."""
        return name in self._needed

    def shows(self, name: Name) -> bool:
        """Whether a column can be seen now."""
        return not self.isColumnHidden(PLACES[name])

    def selected(self) -> list[RunSummary]:
        """The selected runs, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._runs.runs[row] for row in rows]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(300, 110)

    def _dress(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the number at the end of a name is what tells it apart
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the list, arrows walk in it
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(STAR)
        header.setSectionResizeMode(PLACES["star"], QHeaderView.ResizeMode.Fixed)

    def _width(self, place: int, column: Column, runs: Sequence[RunSummary]) -> int:
        """Pixels that a column needs, but of names all are equally welcome to its room.

        Not Qt's own hint, which looks at the rows in sight alone: behind a filter that leaves none it would be nothing.
        """
        if column.name == "star":
            return STAR
        most = self.width() if column.name == "name" else MOST
        self._sample.show_runs(_longest(runs, column))
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        delegate = self.itemDelegateForColumn(place) or self.itemDelegate()
        rows = range(len(self._sample.runs))
        cells = (delegate.sizeHint(option, self._sample.index(row, place)).width() for row in rows)
        return min(most, max([self._head(place, column), *cells]))

    def _head(self, place: int, column: Column) -> int:
        """Pixels that a column's title needs. Qt says 0 of a hidden one: it has as much around it as that of names."""
        header, metrics = self.horizontalHeader(), self.horizontalHeader().fontMetrics()
        around = header.sectionSizeHint(PLACES["name"]) - metrics.horizontalAdvance(heading("name"))
        return header.sectionSizeHint(place) or metrics.horizontalAdvance(heading(column.name)) + around

    def _widen(self, names: Iterable[Name]) -> None:
        for name in names:
            if name == "star":
                self.setColumnWidth(PLACES[name], STAR)  # its title is a mark, which Qt would give a word's room
            elif name != "name":
                title = self.horizontalHeader().sectionSizeHint(PLACES[name])  # 0 while it is hidden
                self.setColumnWidth(PLACES[name], max(self._needed[name], title))

    def _fit(self) -> None:
        """Columns come and go with the room there is; the name takes what is left over."""
        room = self.viewport().width()
        shown = fitting(self._needed, room, self._chosen)
        for column in COLUMNS:
            if self.shows(column.name) != (column.name in shown):
                self.setColumnHidden(PLACES[column.name], column.name not in shown)
                self._widen({column.name} & shown)
        others = sum(self.columnWidth(place) for place in range(len(COLUMNS)) if place != PLACES["name"])
        self.setColumnWidth(PLACES["name"], max(LEAST_NAME, room - others))

    def _show_spans(self) -> None:
        """An unreadable run says why over the rest of its row."""
        self.clearSpans()
        for row, run in enumerate(self._runs.runs):
            if not readable(run):
                self.setSpan(row, AFTER_STATE, 1, len(COLUMNS) - AFTER_STATE)

    def _current(self) -> Path | None:
        index = self.currentIndex()
        return self._runs.runs[index.row()].folder if index.isValid() else None

    def _select(self, folders: Collection[Path], current: Path | None) -> None:
        wanted, model, last = QItemSelection(), self.selectionModel(), len(COLUMNS) - 1
        for row, run in enumerate(self._runs.runs):
            if run.folder in folders:
                wanted.select(self._runs.index(row, 0), self._runs.index(row, last))
            if run.folder == current or (current is None and run.folder in folders):
                model.setCurrentIndex(self._runs.index(row, 1), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _on_selection_changed(self) -> None:
        if not self._filling:
            self.chosen.emit()

    def _on_menu_asked(self, place: QPoint) -> None:
        if self.selectionModel().hasSelection():
            self.menu_asked.emit(self.viewport().mapToGlobal(place))

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == PLACES["star"]:
            self.star_clicked.emit(index.data(RunTable.RUN))


def _longest(runs: Sequence[RunSummary], column: Column) -> list[RunSummary]:
    """Those with the most letters in a column, each text once: letters tell roughly how wide a cell is."""
    texts = {column.shown(run): run for run in runs if readable(run)}
    return [texts[words] for words in heapq.nlargest(MEASURED, texts, key=len)]
