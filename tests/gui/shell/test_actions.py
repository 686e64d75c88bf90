"""The table of verbs: complete, without clashes, and in menus, buttons and help alike."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QTextBrowser, QToolButton
from pytestqt.qtbot import QtBot

from engine.layers import KINDS
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.project import Project, save
from gui.kit import icons
from gui.kit.commands import Command
from gui.shell import commands, main_window
from gui.shell.commands import COMMANDS, MENUS, Window, in_menu
from gui.shell.help import Help, layers, shortcuts
from gui.shell.main_window import MainWindow


def test_ids_and_shortcuts_are_unique() -> None:
    assert max(Counter(command.id for command in COMMANDS).values()) == 1
    keys = [key for command in COMMANDS for key in (command.keys, *command.here) if key]
    assert max(Counter(keys).values()) == 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_can_be_found_and_read(command: Command[Window]) -> None:
    assert command.menu in MENUS or (command.menu == "cards" and command.here)
    assert command.spoken
    assert not command.icon or command.icon in icons.names()
    for keys in (command.keys, *command.here):
        assert not keys or not QKeySequence(keys).isEmpty()


def test_letters_to_press_are_unique_in_each_menu() -> None:
    for menu in MENUS:
        letters = [command.text[command.text.index("&") + 1].lower() for command in in_menu(menu)]
        assert len(set(letters)) == len(letters), menu


def test_every_command_is_in_its_menu(window: MainWindow) -> None:
    for name in MENUS:
        menu = window.findChild(QMenu, f"menu.{name}")
        assert menu is not None
        shown = [action.objectName() for action in menu.actions() if not action.isSeparator()]
        assert sorted(shown) == sorted(command.id for command in COMMANDS if command.menu == name)


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pages on which a toy command was asked for: one more row of the table."""
    pressed: list[str] = []
    toy = Command[Window](
        "edit.toy", "To&y", "Ctrl+J", lambda window: pressed.append(window.page), lambda window: window.page == "start"
    )
    for module in (commands, main_window):
        monkeypatch.setattr(module, "COMMANDS", (*COMMANDS, toy))
    return pressed


def test_another_command_is_one_row(pressed: list[str], window: MainWindow) -> None:
    menu = window.findChild(QMenu, "menu.edit")
    assert menu is not None
    assert "edit.toy" in [action.objectName() for action in menu.actions()]
    assert "Ctrl+J" in shortcuts()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["start"]
    window.go("network")
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["start"]


def test_delete_means_the_same_in_menu_bar_and_key(window: MainWindow) -> None:
    """Of two Inputs one can go, whichever way it is asked for."""
    document = window.context.document
    document.edit("Add Dense", Network.stack(Dense()))
    window.go("network")
    page = window.network_page
    page.edits.wiring.add_end("input")
    wide = document.network
    order = tuple(layer.id for layer in wide.layers)
    for name in ("menu", "bar", "key", "backspace"):
        page.selection.choose(*order[1:3])
        if name == "menu":
            window.actions_["edit.delete"].trigger()
        elif name == "bar":
            bar = window.findChild(QPushButton, "canvas.delete")
            assert bar is not None
            bar.click()
        else:
            key = Qt.Key.Key_Delete if name == "key" else Qt.Key.Key_Backspace
            QTest.keyClick(page.view, key)
        assert [layer.id for layer in document.network.layers] == [order[0], order[3]], name
        document.undo_stack.undo()
        assert document.network == wide


def test_buttons_of_the_header_do_what_the_actions_do(qtbot: QtBot, window: MainWindow) -> None:
    document = window.context.document
    document.edit("Add Dense", Network.stack(Dense()))
    undo = window.findChild(QToolButton, "toolbar.undo")
    assert undo is not None
    assert undo.isEnabled()
    assert "add Dense" in window.actions_["edit.undo"].text()
    undo.click()
    assert len(document.network.layers) == 2
    assert not undo.isEnabled()
    window.actions_["edit.redo"].trigger()
    assert len(document.network.layers) == 3


def test_what_cannot_be_done_is_grey_and_says_why(window: MainWindow) -> None:
    train = window.findChild(QPushButton, "toolbar.train")
    assert train is not None
    assert not train.isEnabled()
    assert "No data yet" in train.toolTip()
    assert not window.actions_["run.pause"].isEnabled()
    assert not window.actions_["run.stop"].isEnabled()
    assert not window.actions_["edit.delete"].isEnabled()


def test_delete_and_duplicate_are_about_the_chosen_layers(window: MainWindow) -> None:
    document = window.context.document
    document.edit("Add Dense", Network.stack(Dense()))
    window.go("network")
    window.network_page.select("dense")
    window.refresh()
    window.actions_["edit.duplicate"].trigger()
    assert [layer.id for layer in document.network.layers] == ["input", "dense", "dense_2", "output"]
    window.network_page.select("dense")
    window.refresh()
    window.actions_["edit.delete"].trigger()
    assert [layer.id for layer in document.network.layers] == ["input", "dense_2", "output"]


def test_help_lists_every_shortcut_and_every_layer(window: MainWindow) -> None:
    for command in COMMANDS:
        assert command.spoken in shortcuts() or not command.shown_keys
    for kind in KINDS:
        assert kind.title in layers()
    window.actions_["help.shortcuts"].trigger()
    found = window.findChild(Help)
    assert found is not None
    assert found.isVisible()
    page = found.findChild(QTextBrowser, "help.shortcuts")
    assert page is not None
    assert page.isVisible()
    found.close()


def test_recent_projects_open_from_the_menu(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "flowers.layerdeck"
    save(Project(about="mine"), path)
    window.context.settings.add_recent(path)
    menu = window.findChild(QMenu, "menu.recent")
    assert menu is not None
    [action] = menu.actions()
    assert action.text() == "flowers.layerdeck"
    with qtbot.waitSignal(window.opening.opened, timeout=10_000):
        action.trigger()
    assert window.context.document.project.about == "mine"
