"""The strip leaves room: slim in a low window, and gone where the person wants it gone."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.shell.main_window import MainWindow
from gui.shell.strip.strip import SLIM


def test_in_a_low_window_the_strip_is_one_line(qtbot: QtBot, window: MainWindow) -> None:
    window.go("network")
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.strip.height() > 2 * SLIM, timeout=5_000)
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.strip.height() == SLIM, timeout=5_000)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.strip.height() > 2 * SLIM, timeout=5_000)


def test_the_strip_is_hidden_by_its_command_and_stays_so(window: MainWindow) -> None:
    command = window.actions_["view.strip"]
    assert command.isChecked()
    command.trigger()
    assert window.strip.isHidden()
    window.go("data")
    window.refresh()
    assert window.strip.isHidden()
    assert not command.isChecked()
    assert window.context.settings.text("strip", "") == "hidden"
    command.trigger()
    assert not window.strip.isHidden()
