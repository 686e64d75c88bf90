"""Which columns the list has: check marks behind a button, and on a right click on their heads."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from gui.kit.icons import icon
from gui.kit.style import look
from gui.kit.ticking import TickMenu
from gui.pages.runs.columns import COLUMNS, Name, explained, heading, read, written
from gui.pages.runs.view import RunsView
from gui.settings import Preferences

KEY = "runs.columns"  # of the preferences


class ColumnsButton(QToolButton):
    """Called `runs.columns`, its marks `runs.columns.NAME`. What is chosen is remembered."""

    def __init__(self, view: RunsView, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._preferences = view, preferences
        self._chosen = read(preferences.text(KEY, ""))
        self.setObjectName("runs.columns")
        self.setAccessibleName(self.tr("Columns"))
        self.setToolTip(self.tr("Choose the columns. By itself the list shows as many as have room."))
        self.setIcon(icon("table"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        look(self, "flat")
        menu = TickMenu(self)
        self._marks: dict[Name, QAction] = {}
        for column in COLUMNS:
            if column.name not in ("star", "name"):
                self._marks[column.name] = self._mark(menu, column.name)
        menu.addSeparator()
        self._reset = menu.addAction(self.tr("As many as have room"), partial(self._choose, {}))
        self._reset.setObjectName("runs.columns.reset")
        menu.aboutToShow.connect(self._show)
        self.setMenu(menu)
        header = view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_head_asked)
        view.choose_columns(self._chosen)

    def _mark(self, menu: TickMenu, name: Name) -> QAction:
        words = explained(name)
        mark = QAction(heading(name), menu)
        menu.addAction(mark)
        mark.setObjectName(f"runs.columns.{name}")
        mark.setToolTip(words)
        mark.setCheckable(True)
        mark.triggered.connect(lambda wanted: self._on_ticked(name, wanted))
        return mark

    def _show(self) -> None:
        for name, mark in self._marks.items():
            mark.setChecked(self._view.shows(name))
            mark.setEnabled(self._view.has(name))
        self._reset.setEnabled(bool(self._chosen))

    def _on_ticked(self, name: Name, wanted: bool) -> None:
        self._choose({**self._chosen, name: wanted})

    def _choose(self, chosen: dict[Name, bool]) -> None:
        self._chosen = chosen
        self._preferences.put(KEY, written(chosen))
        self._view.choose_columns(chosen)
        self._show()

    def _on_head_asked(self, place: QPoint) -> None:
        self.menu().popup(self._view.horizontalHeader().mapToGlobal(place))
