"""All that a person can ask of the window, as one table: menus, toolbar, shortcuts and help are made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from gui.kit.commands import Command, noop, translated
from gui.kit.theme import Mode
from gui.pages.canvas.commands import COMMANDS as OF_CARDS
from gui.pages.canvas.commands import Cards
from gui.shared.commands import COMMANDS as OF_DOCUMENT
from gui.shared.context import Context
from gui.shell.dialogs import Dialogs
from gui.shell.opening import Opening
from gui.shell.saving import Saving


class TrainingDialogs(Protocol):
    """The page on which a run begins otherwise than by Train."""

    def ask_longer(self) -> None: ...
    def find_rate(self) -> None: ...
    def ask_folds(self) -> None: ...


class NetworkPage(Cards, Protocol):
    """The page that the cards stand on, and the code beside them."""

    def select(self, layer_id: str) -> None: ...
    def shows_code(self) -> bool: ...
    def show_code(self, shown: bool) -> None: ...


class Window(Protocol):
    """What the commands use of the window."""

    context: Context
    opening: Opening
    saving: Saving
    dialogs: Dialogs
    strip: QWidget
    page: str

    @property
    def network_page(self) -> NetworkPage: ...
    @property
    def training_page(self) -> TrainingDialogs: ...

    def go(self, page: str) -> None: ...
    def train(self) -> None: ...
    def close(self) -> bool: ...
    def set_theme(self, mode: Mode) -> None: ...
    def show_help(self, part: str) -> None: ...
    def show_history(self) -> None: ...


Test = Callable[[Window], bool]

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


def _goes(page: str) -> Callable[[Window], object]:
    return lambda window: window.go(page)


def _is_shown(page: str) -> Test:
    return lambda window: window.page == page


def _wears(mode: Mode) -> Callable[[Window], object]:
    return lambda window: window.set_theme(mode)


def _is_worn(mode: Mode) -> Test:
    return lambda window: window.context.settings.theme == mode


def _pause_text(window: Window) -> str:
    return translated("&Go on") if window.context.session.state == "paused" else ""


def _can_train(window: Window) -> bool:
    return not window.context.session.obstacle()


def _waits(window: Window) -> str:
    return translated("Train waits: {0}").format(window.context.session.obstacle())


def _no_run(window: Window) -> str:
    words = {"starting": noop("The run is just beginning"), "stopping": noop("The run is being saved")}
    return translated(words.get(window.context.session.state, noop("No run is going on")))


def _can_pause(window: Window) -> bool:
    return window.context.session.state in ("running", "paused")


def _can_stop(window: Window) -> bool:
    return window.context.session.state in ("starting", "running", "paused")


def _pause(window: Window) -> None:
    session = window.context.session
    session.go_on() if session.state == "paused" else session.pause()


def _can_train_longer(window: Window) -> bool:
    session = window.context.session
    live = session.live
    return session.state == "idle" and live is not None and live.ended is not None and session.folding is None


def _on_network(window: Window) -> bool:
    return window.page == "network"


def _shows_code(window: Window) -> bool:
    return _on_network(window) and window.network_page.shows_code()


def _toggle_code(window: Window) -> None:
    shown = not _shows_code(window)
    window.go("network")
    window.network_page.show_code(shown)


def _shows_strip(window: Window) -> bool:
    return window.context.settings.text("strip", "") != "hidden"


def _toggle_strip(window: Window) -> None:
    hidden = _shows_strip(window)
    window.context.settings.put("strip", "hidden" if hidden else "")
    window.strip.setHidden(hidden)


OF_WINDOW: tuple[Command[Window], ...] = (
    Command("file.new", noop("&New project"), "Ctrl+N", lambda w: w.opening.new(), icon="file"),
    Command("file.template", noop("New from &template…"), "Ctrl+Shift+N", _goes("templates"), icon="network"),
    Command("file.open", noop("&Open project…"), "Ctrl+O", lambda w: w.dialogs.project(), icon="open"),
    Command("file.recent", noop("Open &recent"), "", lambda w: None, icon="clock"),
    Command(
        "file.open_file", noop("Open &data file…"), "Ctrl+Shift+O", lambda w: w.dialogs.file(), icon="table", group=1
    ),
    Command("file.open_folder", noop("Open data &folder…"), "", lambda w: w.dialogs.folder(), icon="folder", group=1),
    Command("file.save", noop("&Save"), "Ctrl+S", lambda w: w.saving.save(), icon="save", group=2),
    Command("file.save_as", noop("Save &as…"), "Ctrl+Shift+S", lambda w: w.saving.save_as(), group=2),
    Command("file.quit", noop("&Quit"), "Ctrl+Q", lambda w: w.close(), group=3),
    Command("edit.history", noop("&History…"), "Ctrl+H", lambda w: w.show_history(), icon="clock"),
    Command("run.train", noop("&Train"), "Ctrl+Return", lambda w: w.train(), _can_train, "play", why=_waits),
    Command("run.pause", noop("&Pause"), "Ctrl+P", _pause, _can_pause, "pause", _pause_text, why=_no_run),
    Command("run.stop", noop("&Stop"), "Ctrl+.", lambda w: w.context.session.stop(), _can_stop, "stop", why=_no_run),
    Command(
        "run.longer", noop("Train &longer…"), "", lambda w: w.training_page.ask_longer(), _can_train_longer, group=1
    ),
    Command(
        "run.find_rate", noop("&Find learning rate…"), "", lambda w: w.training_page.find_rate(), _can_train, group=1
    ),
    Command(
        "run.cross_validate", noop("&Cross-validate…"), "", lambda w: w.training_page.ask_folds(), _can_train, group=1
    ),
    Command("view.home", noop("&Start page"), "Alt+Home", _goes("start"), icon="home", checked=_is_shown("start")),
    *(
        Command(f"view.{name}", text, f"Ctrl+{n}", _goes(name), icon=name, checked=_is_shown(name))
        for n, (name, text) in enumerate(PAGES.items(), 1)
    ),
    Command(
        "view.code", noop("&Code beside the network"), "Ctrl+E", _toggle_code, icon="code", checked=_shows_code, group=1
    ),
    Command("view.strip", noop("Strip at the &bottom"), "Ctrl+Shift+B", _toggle_strip, checked=_shows_strip, group=1),
    *(Command(f"view.theme_{m}", text, "", _wears(m), checked=_is_worn(m), group=2) for m, text in THEMES.items()),
    Command("help.guide", noop("&Guide"), "F1", lambda w: w.show_help("guide"), icon="help"),
    Command("help.layers", noop("&Layers"), "", lambda w: w.show_help("layers"), icon="network"),
    Command("help.shortcuts", noop("&Shortcuts"), "Ctrl+/", lambda w: w.show_help("shortcuts"), icon="keyboard"),
)

COMMANDS: tuple[Command[Window], ...] = (
    *(command.lifted(lambda w: w.context.document) for command in OF_DOCUMENT),
    *OF_WINDOW,
    *(command.lifted(lambda w: w.network_page, _on_network) for command in OF_CARDS),
)
"""Every command; those of the cards only while these are shown."""


def in_menu(name: str) -> list[Command[Window]]:
    """The rows of a menu in its order: by group, then as they stand in the table."""
    return sorted((command for command in COMMANDS if command.menu == name), key=lambda command: command.group)
