"""All that a person can ask of the window, as one table: menus, toolbar, shortcuts and help are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoStack

from engine.layers import Block
from gui.kit.theme import Mode
from gui.shell.history import show_history

if TYPE_CHECKING:
    from gui.pages.canvas.editing.edits import Edits
    from gui.pages.canvas.view import CanvasView
    from gui.pages.training.page import TrainingPage
    from gui.shell.main_window import MainWindow

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


def noop(text: str) -> str:
    """Marks a text for translation in the context "actions"; `translated` does it when it is shown."""
    return text


PAGES = {
    "data": noop("&Data"),
    "network": noop("&Network"),
    "training": noop("&Training"),
    "results": noop("&Results"),
    "runs": noop("R&uns"),
    "export": noop("&Export"),
}
THEMES: dict[Mode, str] = {
    "system": noop("Theme of the s&ystem"),
    "light": noop("&Light theme"),
    "dark": noop("Dar&k theme"),
}
MENUS = {
    "file": noop("&File"),
    "edit": noop("&Edit"),
    "layer": noop("&Layer"),
    "run": noop("&Run"),
    "view": noop("&View"),
    "help": noop("&Help"),
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
    what = _undo(window).undoText()
    return translated("&Undo {0}").format(lowered(what)).rstrip()


def _redo_text(window: MainWindow) -> str:
    what = _undo(window).redoText()
    return translated("&Redo {0}").format(lowered(what)).rstrip()


def _pause_text(window: MainWindow) -> str:
    return translated("&Go on") if window.context.session.state == "paused" else ""


def _undo(window: MainWindow) -> QUndoStack:
    return window.context.document.undo_stack


def _can_undo(window: MainWindow) -> bool:
    return _undo(window).canUndo()


def _can_redo(window: MainWindow) -> bool:
    return _undo(window).canRedo()


def _can_train(window: MainWindow) -> bool:
    return not window.context.session.obstacle()


def _can_pause(window: MainWindow) -> bool:
    return window.context.session.state in ("running", "paused")


def _can_stop(window: MainWindow) -> bool:
    return window.context.session.state in ("starting", "running", "paused")


def _pause(window: MainWindow) -> None:
    session = window.context.session
    session.go_on() if session.state == "paused" else session.pause()


def _can_train_longer(window: MainWindow) -> bool:
    session = window.context.session
    live = session.live
    return session.state == "idle" and live is not None and live.ended is not None and session.folding is None


def _training(window: MainWindow) -> TrainingPage:
    window.go("training")
    return cast("TrainingPage", window.page_widget("training"))


def _edits(window: MainWindow) -> Edits:
    return window.network_page.edits


def _movable(window: MainWindow) -> tuple[str, ...]:
    return window.network_page.selection.movable


def _current(window: MainWindow) -> str:
    return window.network_page.selection.current


def _view(window: MainWindow) -> CanvasView:
    return window.network_page.view


def _on_network(window: MainWindow) -> bool:
    return window.page == "network"


def _has_chosen(window: MainWindow) -> bool:
    return _on_network(window) and bool(_movable(window))


def _has_removable(window: MainWindow) -> bool:
    return _on_network(window) and bool(window.network_page.selection.removable)


def _has_one(window: MainWindow) -> bool:
    return _on_network(window) and len(window.network_page.selection.ids) == 1


def _has_one_movable(window: MainWindow) -> bool:
    return _has_one(window) and _has_chosen(window)


def _has_block(window: MainWindow) -> bool:
    return _has_one(window) and any(isinstance(layer, Block) for layer in window.network_page.selection.layers)


def _shows_code(window: MainWindow) -> bool:
    return _on_network(window) and not window.network_page.code.isHidden()


def _toggle_code(window: MainWindow) -> None:
    shown = not _shows_code(window)
    window.go("network")
    window.network_page.code.setVisible(shown)


VERBS: tuple[Verb, ...] = (
    Verb("file.new", noop("&New project"), "Ctrl+N", lambda w: w.opening.new(), icon="file"),
    Verb("file.template", noop("New from &template…"), "Ctrl+Shift+N", _goes("templates"), icon="network"),
    Verb("file.open", noop("&Open project…"), "Ctrl+O", lambda w: w.dialogs.project(), icon="open"),
    Verb("file.recent", noop("Open &recent"), "", lambda w: None, icon="clock"),
    Verb("file.open_file", noop("Open &data file…"), "Ctrl+Shift+O", lambda w: w.dialogs.file(), icon="table", group=1),
    Verb("file.open_folder", noop("Open data &folder…"), "", lambda w: w.dialogs.folder(), icon="folder", group=1),
    Verb("file.save", noop("&Save"), "Ctrl+S", lambda w: w.saving.save(), icon="save", group=2),
    Verb("file.save_as", noop("Save &as…"), "Ctrl+Shift+S", lambda w: w.saving.save_as(), group=2),
    Verb("file.quit", noop("&Quit"), "Ctrl+Q", lambda w: w.close(), group=3),
    Verb("edit.undo", noop("&Undo"), "Ctrl+Z", lambda w: _undo(w).undo(), _can_undo, "undo", _undo_text),
    Verb("edit.redo", noop("&Redo"), "Ctrl+Shift+Z", lambda w: _undo(w).redo(), _can_redo, "redo", _redo_text),
    Verb("edit.history", noop("&History…"), "Ctrl+H", show_history, icon="clock"),
    Verb("edit.cut", noop("Cu&t"), "Ctrl+X", lambda w: _edits(w).cut(_movable(w)), _has_chosen, group=1),
    Verb("edit.copy", noop("&Copy"), "Ctrl+C", lambda w: _edits(w).copy(_movable(w)), _has_chosen, "copy", group=1),
    Verb("edit.paste", noop("&Paste"), "Ctrl+V", lambda w: _edits(w).paste(), _on_network, group=1),
    Verb(
        "edit.duplicate", noop("Dup&licate"), "Ctrl+D", lambda w: _edits(w).duplicate(_movable(w)), _has_chosen, group=1
    ),
    Verb(
        "edit.delete",
        noop("&Delete"),
        "Del",
        lambda w: _edits(w).remove(w.network_page.selection.removable),
        _has_removable,
        "trash",
        group=1,
    ),
    Verb(
        "edit.all", noop("Select &all"), "Ctrl+A", lambda w: w.network_page.selection.choose_all(), _on_network, group=2
    ),
    Verb(
        "edit.find",
        noop("&Find layer…"),
        "Ctrl+F",
        lambda w: w.network_page.seek_layer(),
        _on_network,
        "search",
        group=2,
    ),
    Verb("layer.rename", noop("&Rename"), "F2", lambda w: w.network_page.rename(), _has_one_movable),
    Verb("layer.note", noop("&Note"), "Shift+F2", lambda w: w.network_page.write_note(), _has_one),
    Verb("layer.up", noop("Move &up"), "Alt+Up", lambda w: _edits(w).step(_movable(w), -1), _has_chosen, "up", group=1),
    Verb(
        "layer.down",
        noop("Move &down"),
        "Alt+Down",
        lambda w: _edits(w).step(_movable(w), 1),
        _has_chosen,
        "down",
        group=1,
    ),
    Verb(
        "layer.block", noop("Make &block"), "Ctrl+G", lambda w: _edits(w).make_block(_movable(w)), _has_chosen, group=2
    ),
    Verb(
        "layer.ungroup", noop("Un&group"), "Ctrl+Shift+G", lambda w: _edits(w).ungroup(_current(w)), _has_block, group=2
    ),
    Verb("layer.keep", noop("&Save to library…"), "Ctrl+Shift+L", lambda w: w.network_page.keep(), _has_block, group=2),
    Verb(
        "layer.branch",
        noop("Add branc&h"),
        "Ctrl+B",
        lambda w: _edits(w).branch(_current(w)),
        _has_one_movable,
        group=3,
    ),
    Verb("layer.input", noop("Add &input"), "", lambda w: _edits(w).add_end("input"), _on_network, group=3),
    Verb("layer.output", noop("Add &output"), "", lambda w: _edits(w).add_end("output"), _on_network, group=3),
    Verb("run.train", noop("&Train"), "Ctrl+Return", lambda w: w.train(), _can_train, "play"),
    Verb("run.pause", noop("&Pause"), "Ctrl+P", _pause, _can_pause, "pause", _pause_text),
    Verb("run.stop", noop("&Stop"), "Ctrl+.", lambda w: w.context.session.stop(), _can_stop, "stop"),
    Verb("run.longer", noop("Train &longer…"), "", lambda w: _training(w).ask_longer(), _can_train_longer, group=1),
    Verb("run.find_rate", noop("&Find learning rate…"), "", lambda w: _training(w).find_rate(), _can_train, group=1),
    Verb("run.cross_validate", noop("&Cross-validate…"), "", lambda w: _training(w).ask_folds(), _can_train, group=1),
    Verb("view.home", noop("&Start page"), "Alt+Home", _goes("start"), icon="home", checked=_is_shown("start")),
    *(
        Verb(f"view.{name}", text, f"Ctrl+{n}", _goes(name), icon=name, checked=_is_shown(name))
        for n, (name, text) in enumerate(PAGES.items(), 1)
    ),
    Verb(
        "view.code", noop("&Code beside the network"), "Ctrl+E", _toggle_code, icon="code", checked=_shows_code, group=1
    ),
    Verb("view.zoom_in", noop("Zoom &in"), "Ctrl++", lambda w: _view(w).zoom_in(), _on_network, group=1),
    Verb("view.zoom_out", noop("Z&oom out"), "Ctrl+-", lambda w: _view(w).zoom_out(), _on_network, group=1),
    Verb("view.zoom_off", noop("&100 %"), "Ctrl+0", lambda w: _view(w).zoom_off(), _on_network, group=1),
    Verb("view.fit", noop("&Fit all"), "Ctrl+9", lambda w: _view(w).fit(), _on_network, group=1),
    *(Verb(f"view.theme_{m}", text, "", _wears(m), checked=_is_worn(m), group=2) for m, text in THEMES.items()),
    Verb("help.guide", noop("&Guide"), "F1", lambda w: w.show_help("guide"), icon="help"),
    Verb("help.layers", noop("&Layers"), "", lambda w: w.show_help("layers"), icon="network"),
    Verb("help.shortcuts", noop("&Shortcuts"), "Ctrl+/", lambda w: w.show_help("shortcuts"), icon="keyboard"),
)


CANVAS_KEYS: tuple[tuple[str, str], ...] = (
    ("/", noop("Search all layers and blocks; so does any letter. Enter puts the best below the chosen one")),
    ("Ins", noop("Choose a layer for the place below the chosen one")),
    ("Up, Down", noop("Walk from card to card; with Shift choose all on the way")),
    ("Left, Right", noop("Go to the column beside; open and close a block")),
    ("Space", noop("Open or close a block")),
    ("Home, End", noop("Go to the first or the last card")),
    ("Return", noop("Change the settings; Escape goes back to the cards")),
    ("Esc", noop("Choose nothing; cancel a drag")),
)
"""Keys that the canvas has besides the actions, for the help page."""


def translated(text: str) -> str:
    """A text of the table in the person's language."""
    return QCoreApplication.translate("actions", text)


def bare(text: str) -> str:
    """Without the & of menus: for tooltips and the help page."""
    return text.replace("&", "")


def lowered(text: str) -> str:
    """For use inside a sentence: `Set units` -> `set units`."""
    return text[:1].lower() + text[1:]
