"""The menu bar: what the table of commands holds, menu by menu, and the projects that were open last."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.kit.commands import Actions, translated
from gui.settings import Preferences
from gui.shell.commands import MENUS, in_menu
from gui.shell.opening import Opening


def fill(bar: QMenuBar, actions: Actions) -> None:
    """One menu for each part of the ids before the dot."""
    for name, title in MENUS.items():
        menu = bar.addMenu(translated(title))
        menu.setObjectName(f"menu.{name}")
        rows = in_menu(name)
        for before, row in zip([rows[0], *rows], rows, strict=False):
            if before.group != row.group:
                menu.addSeparator()
            menu.addAction(actions[row.id])


class RecentMenu(QMenu):
    """The project files that were open last, newest first."""

    def __init__(self, settings: Preferences, opening: Opening, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._opening = settings, opening
        self.setObjectName("menu.recent")
        settings.recent_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Lists them anew."""
        paths = self._settings.recent
        self.clear()
        for path in paths:
            action = self.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._opening.open, path))
        self.setEnabled(bool(paths))
