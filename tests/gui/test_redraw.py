from __future__ import annotations

import time

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.redraw import HERTZ, Redraw


def test_however_often_it_is_asked_it_draws_eleven_times_a_second_at_most(qtbot: QtBot):
    widget, times = QWidget(), []
    qtbot.addWidget(widget)
    widget.show()
    redraw = Redraw(widget, lambda: times.append(time.monotonic()))
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        redraw.ask()
        qtbot.wait(2)
    assert 3 <= len(times) <= HERTZ + 1


def test_hidden_it_draws_nothing_until_it_is_shown(qtbot: QtBot):
    widget, drawn = QWidget(), []
    qtbot.addWidget(widget)
    redraw = Redraw(widget, lambda: drawn.append(True))
    redraw.ask()
    redraw.now()
    assert not drawn
    widget.show()
    qtbot.waitUntil(lambda: len(drawn) == 1, timeout=2000)
