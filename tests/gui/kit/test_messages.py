from __future__ import annotations

import time

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.kit.messages import ask


def test_a_question_closes_itself_once_it_is_over(qtbot: QtBot):
    window = QWidget()
    qtbot.addWidget(window)
    begin = time.monotonic()
    answers = {"stop": "Stop", "stay": "Stay"}
    said = ask(window, "Going on", "", answers, "stop", over=lambda: time.monotonic() > begin + 0.3)
    assert said == "stop"
