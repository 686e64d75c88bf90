"""The table of verbs: complete, without clashes, and in menus, buttons and help alike."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QTextBrowser, QToolButton
from pytestqt.qtbot import QtBot

from engine.layers import KINDS
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.project import Project, save
from gui.kit import icons
from gui.shell.actions import MENUS, VERBS, bare
from gui.shell.help import Help, layers, shortcuts
from gui.shell.main_window import MainWindow


def test_ids_and_shortcuts_are_unique() -> None:
    assert max(Counter(verb.id for verb in VERBS).values()) == 1
    assert max(Counter(verb.keys for verb in VERBS if verb.keys).values()) == 1


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.id)
def test_every_verb_can_be_found_and_read(verb: object) -> None:
    [found] = [entry for entry in VERBS if entry is verb]
    assert found.id.partition(".")[0] in MENUS
    assert bare(found.text)
    assert not found.icon or found.icon in icons.names()
    assert not found.keys or not QKeySequence(found.keys).isEmpty()


def test_letters_to_press_are_unique_in_each_menu() -> None:
    for menu in MENUS:
        letters = [verb.text[verb.text.index("&") + 1].lower() for verb in VERBS if verb.id.startswith(f"{menu}.")]
        assert len(set(letters)) == len(letters), menu


def test_every_verb_is_in_its_menu(window: MainWindow) -> None:
    for name in MENUS:
        menu = window.findChild(QMenu, f"menu.{name}")
        assert menu is not None
        shown = [action.objectName() for action in menu.actions() if not action.isSeparator()]
        assert shown == [verb.id for verb in VERBS if verb.id.startswith(f"{name}.")]


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
    for verb in VERBS:
        assert not verb.keys or verb.keys in shortcuts()
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
