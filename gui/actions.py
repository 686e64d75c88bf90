"""All that a person can ask of the window, as one table. Menus, toolbar, shortcuts and the help page are made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.icons import icon
from gui.theme import Mode

if TYPE_CHECKING:
    from gui.main_window import MainWindow

Test = Callable[["MainWindow"], bool]


@dataclass(frozen=True)
class Verb:
    """One thing to ask for.

    Attributes:
        id: `menu.what`; the QAction's objectName.
        text: in the menu, as in QMenu: & before the letter to press, … where a question follows.
        keys: shortcut in portable form ("Ctrl+S"), or "".
        run: what it does.
        enabled: when it can be done.
        says: the text where it changes (undo, pause); "" keeps `text`.
        checked: for one of several (a page, a theme): whether it is the one.
        group: a line is drawn in the menu between groups.
    """

    id: str
    text: str
    keys: str
    run: Callable[[MainWindow], object]
    enabled: Test = lambda _: True
    icon: str = ""
    says: Callable[[MainWindow], str] = lambda _: ""
    checked: Test | None = None
    group: int = 0


PAGES = {
    "data": QT_TRANSLATE_NOOP("actions", "&Data"),
    "network": QT_TRANSLATE_NOOP("actions", "&Network"),
    "training": QT_TRANSLATE_NOOP("actions", "&Training"),
    "results": QT_TRANSLATE_NOOP("actions", "&Results"),
    "runs": QT_TRANSLATE_NOOP("actions", "R&uns"),
    "export": QT_TRANSLATE_NOOP("actions", "&Export"),
}
THEMES: dict[Mode, str] = {
    "system": QT_TRANSLATE_NOOP("actions", "Theme of the s&ystem"),
    "light": QT_TRANSLATE_NOOP("actions", "&Light theme"),
    "dark": QT_TRANSLATE_NOOP("actions", "Dar&k theme"),
}
MENUS = {
    "file": QT_TRANSLATE_NOOP("actions", "&File"),
    "edit": QT_TRANSLATE_NOOP("actions", "&Edit"),
    "run": QT_TRANSLATE_NOOP("actions", "&Run"),
    "view": QT_TRANSLATE_NOOP("actions", "&View"),
    "help": QT_TRANSLATE_NOOP("actions", "&Help"),
}


def _goes(page: str) -> Callable[[MainWindow], object]:
    return lambda window: window.go(page)


def _is_shown(page: str) -> Test:
    return lambda window: window.page == page


def _wears(mode: Mode) -> Callable[[MainWindow], object]:
    return lambda window: window.set_theme(mode)


def _is_worn(mode: Mode) -> Test:
    return lambda window: window.context.settings.theme == mode


def _undo_text(window: MainWindow) -> str:
    what = window.context.document.undo_stack.undoText()
    return translated("&Undo {0}").format(what.lower()).rstrip()


def _redo_text(window: MainWindow) -> str:
    what = window.context.document.undo_stack.redoText()
    return translated("&Redo {0}").format(what.lower()).rstrip()


def _pause_text(window: MainWindow) -> str:
    return translated("&Go on") if window.context.session.state == "paused" else ""


def _runs(window: MainWindow) -> bool:
    return window.context.session.state in ("running", "paused")


def _has_chosen(window: MainWindow) -> bool:
    return window.page == "network" and bool(window.chosen_layers())


VERBS: tuple[Verb, ...] = (
    Verb("file.new", QT_TRANSLATE_NOOP("actions", "&New project"), "Ctrl+N", lambda w: w.opening.new(), icon="file"),
    Verb("file.open", QT_TRANSLATE_NOOP("actions", "&Open project…"), "Ctrl+O", lambda w: w.choose_project(), icon="open"),
    Verb("file.recent", QT_TRANSLATE_NOOP("actions", "Open &recent"), "", lambda w: None, icon="clock"),
    Verb("file.open_file", QT_TRANSLATE_NOOP("actions", "Open &data file…"), "Ctrl+Shift+O", lambda w: w.choose_file(), icon="table", group=1),
    Verb("file.open_folder", QT_TRANSLATE_NOOP("actions", "Open data &folder…"), "Ctrl+Shift+F", lambda w: w.choose_folder(), icon="folder", group=1),
    Verb("file.save", QT_TRANSLATE_NOOP("actions", "&Save"), "Ctrl+S", lambda w: w.saving.save(), icon="save", group=2),
    Verb("file.save_as", QT_TRANSLATE_NOOP("actions", "Save &as…"), "Ctrl+Shift+S", lambda w: w.saving.save_as(), group=2),
    Verb("file.quit", QT_TRANSLATE_NOOP("actions", "&Quit"), "Ctrl+Q", lambda w: w.close(), group=3),
    Verb(
        "edit.undo",
        QT_TRANSLATE_NOOP("actions", "&Undo"),
        "Ctrl+Z",
        lambda w: w.context.document.undo_stack.undo(),
        enabled=lambda w: w.context.document.undo_stack.canUndo(),
        says=_undo_text,
        icon="undo",
    ),
    Verb(
        "edit.redo",
        QT_TRANSLATE_NOOP("actions", "&Redo"),
        "Ctrl+Shift+Z",
        lambda w: w.context.document.undo_stack.redo(),
        enabled=lambda w: w.context.document.undo_stack.canRedo(),
        says=_redo_text,
        icon="redo",
    ),
    Verb("edit.delete", QT_TRANSLATE_NOOP("actions", "&Delete layer"), "Del", lambda w: w.delete_layers(), _has_chosen, "trash", group=1),
    Verb("edit.duplicate", QT_TRANSLATE_NOOP("actions", "D&uplicate layer"), "Ctrl+D", lambda w: w.duplicate_layers(), _has_chosen, "copy", group=1),
    Verb(
        "run.train",
        QT_TRANSLATE_NOOP("actions", "&Train"),
        "Ctrl+Return",
        lambda w: w.train(),
        enabled=lambda w: not w.context.session.obstacle(),
        icon="play",
    ),
    Verb("run.pause", QT_TRANSLATE_NOOP("actions", "&Pause"), "Ctrl+P", lambda w: w.pause(), _runs, "pause", _pause_text),
    Verb(
        "run.stop",
        QT_TRANSLATE_NOOP("actions", "&Stop"),
        "Ctrl+.",
        lambda w: w.context.session.stop(),
        enabled=lambda w: w.context.session.state in ("starting", "running", "paused"),
        icon="stop",
    ),
    Verb("view.home", QT_TRANSLATE_NOOP("actions", "&Start page"), "Ctrl+0", _goes("start"), icon="home", checked=_is_shown("start")),
    *(
        Verb(f"view.{name}", text, f"Ctrl+{n}", _goes(name), icon=name, checked=_is_shown(name))
        for n, (name, text) in enumerate(PAGES.items(), 1)
    ),
    *(Verb(f"view.theme_{mode}", text, "", _wears(mode), checked=_is_worn(mode), group=1) for mode, text in THEMES.items()),
    Verb("help.guide", QT_TRANSLATE_NOOP("actions", "&Guide"), "F1", lambda w: w.show_help("guide"), icon="help"),
    Verb("help.layers", QT_TRANSLATE_NOOP("actions", "&Layers"), "", lambda w: w.show_help("layers"), icon="network"),
    Verb("help.shortcuts", QT_TRANSLATE_NOOP("actions", "&Shortcuts"), "Ctrl+/", lambda w: w.show_help("shortcuts"), icon="keyboard"),
)


def translated(text: str) -> str:
    """A text of the table in the person's language."""
    return QCoreApplication.translate("actions", text)


def bare(text: str) -> str:
    """Without the & of menus: for tooltips and the help page."""
    return text.replace("&", "")


class Actions(QObject):
    """A QAction for each verb, kept up to date by `refresh`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions = {verb.id: self._make(verb) for verb in VERBS}
        self._recent = QMenu(window)
        self._recent.setObjectName("menu.recent")
        self._actions["file.recent"].setMenu(self._recent)

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

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Fills the menu of recent projects."""
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
        action.triggered.connect(lambda: self._run(verb))
        self._window.addAction(action)
        return action

    def _run(self, verb: Verb) -> None:
        verb.run(self._window)
        self.refresh()
