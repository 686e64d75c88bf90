"""QActions made from the table of verbs, kept up to date, and the menus that show them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.kit.icons import icon
from gui.shell.actions import MENUS, VERBS, Verb, translated

if TYPE_CHECKING:
    from gui.shell.main_window import MainWindow


class Actions(QObject):
    """A QAction for each verb, kept up to date by `refresh`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions = {verb.id: self._make(verb) for verb in VERBS}
        self._recent = QMenu(window)
        self._recent.setObjectName("menu.recent")
        self._actions["file.recent"].setMenu(self._recent)
        window.context.settings.recent_changed.connect(self._on_recent_changed)
        self._on_recent_changed()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def fill(self, bar: QMenuBar) -> None:
        """One menu for each part of the ids before the dot."""
        for name, title in MENUS.items():
            menu = bar.addMenu(translated(title))
            menu.setObjectName(f"menu.{name}")
            verbs = [verb for verb in VERBS if verb.id.startswith(f"{name}.")]
            for before, verb in zip([verbs[0], *verbs], verbs, strict=False):
                if before.group != verb.group:
                    menu.addSeparator()
                menu.addAction(self._actions[verb.id])

    def refresh(self) -> None:
        """Asks each verb whether it can be done, whether it is the one, and what it says."""
        for verb in VERBS:
            action = self._actions[verb.id]
            action.setEnabled(verb.enabled(self._window))
            action.setText(verb.says(self._window) or translated(verb.text))
            if verb.checked is not None:
                action.setChecked(verb.checked(self._window))

    def _on_recent_changed(self) -> None:
        paths = self._window.context.settings.recent
        self._recent.clear()
        for path in paths:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._window.opening.open, path))
        self._recent.setEnabled(bool(paths))

    def _make(self, verb: Verb) -> QAction:
        action = QAction(translated(verb.text), self._window)
        action.setObjectName(verb.id)
        action.setCheckable(verb.checked is not None)
        action.setIconVisibleInMenu(verb.checked is None)
        if verb.icon:
            action.setIcon(icon(verb.icon))
        if verb.keys:
            action.setShortcut(QKeySequence(verb.keys))
        action.triggered.connect(partial(self._run, verb))
        self._window.addAction(action)
        return action

    def _run(self, verb: Verb) -> None:
        verb.run(self._window)
        self.refresh()
