from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.kit.cards import clear


def test_what_is_cleared_in_its_own_click_is_not_found_any_more_and_deleted_later(qtbot: QtBot) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    column = QVBoxLayout(room)
    column.addWidget(QPushButton("x", objectName="fix"))
    room.show()
    button = room.findChild(QPushButton, "fix")
    assert button is not None
    seen: list[bool] = []
    button.clicked.connect(lambda: clear(column))
    button.clicked.connect(lambda: seen.append(isValid(button) and not button.isVisible()))
    button.click()
    assert seen == [True]
    assert room.findChild(QPushButton, "fix") is None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(button)
