"""The button that says what runs are computed on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.accelerators import accelerators
from gui.shell.main_window import MainWindow


def test_a_press_says_why_there_is_no_card_and_leads_to_the_settings(qtbot: QtBot, window: MainWindow) -> None:
    pill = window.header.pill
    assert pill.text() in pill.accessibleName()
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    sheet = pill.sheet
    assert sheet is not None
    cards = sheet.findChild(QLabel, "machine.cards")
    known = accelerators()
    said = known.reason or known.names[0]
    qtbot.waitUntil(lambda: said in cards.text(), timeout=60_000)
    assert "GB" in sheet.memory.text()
    QTest.mouseClick(sheet.change, Qt.MouseButton.LeftButton)
    assert window.page == "training"
    assert not sheet.isVisible()


def test_a_key_opens_it_and_escape_closes_it(qtbot: QtBot, window: MainWindow) -> None:
    window.header.pill.setFocus()
    QTest.keyClick(window.header.pill, Qt.Key.Key_Space)
    sheet = window.header.pill.sheet
    assert sheet is not None
    cards = sheet.findChild(QLabel, "machine.cards")
    qtbot.waitUntil(lambda: "PyTorch" in cards.text() or "GPU" in cards.text(), timeout=60_000)
    with qtbot.waitSignal(sheet.destroyed, timeout=5_000):
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
