"""Redraws are rare enough to leave the time to the run, and late enough to be the last word."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.kit.redraw import HERTZ, SHARE, Redraw


@pytest.mark.timed
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


def test_what_comes_into_sight_is_drawn_whatever_others_have_cost(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    widget, drawn = QWidget(), []
    qtbot.addWidget(widget)
    redraw = Redraw(widget, lambda: drawn.append(True))
    redraw.ask()
    monkeypatch.setattr(Redraw, "_free_at", time.monotonic() + 3600)
    widget.show()
    qtbot.waitUntil(lambda: len(drawn) == 1, timeout=2000)


@pytest.mark.timed
def test_slow_drawing_takes_a_small_share_of_the_time(qtbot: QtBot):
    widget, times = QWidget(), []
    qtbot.addWidget(widget)
    widget.show()

    def draw() -> None:
        times.append(time.monotonic())
        time.sleep(0.01)  # what is drawn takes so long

    one, other = Redraw(widget, draw), Redraw(widget, draw)
    begin = time.monotonic()
    while time.monotonic() < begin + 2.0:
        one.ask()
        other.ask()
        qtbot.wait(2)
    assert 3 <= len(times) <= 2 + 2.0 * SHARE / 0.01  # the first of each is not waited for


@pytest.mark.timed
def test_however_slow_the_last_drawing_was_the_next_is_not_far(qtbot: QtBot):
    widget, drawn = QWidget(), []
    qtbot.addWidget(widget)
    widget.show()

    def draw() -> None:
        drawn.append(True)
        time.sleep(0.3)

    redraw = Redraw(widget, draw)
    for count in (1, 2):
        redraw.ask()
        qtbot.waitUntil(lambda count=count: len(drawn) == count, timeout=2500)
