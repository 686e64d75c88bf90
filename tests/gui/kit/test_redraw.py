"""Redraws are rare enough to leave the time to the run, and late enough to be the last word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.kit.redraw import HERTZ, LONGEST, SHARE, Redraw


class Clock:
    """Stands still until it is set on."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(Redraw, "_free_at", 0.0)  # paid by another clock
    return Clock()


def redraw(qtbot: QtBot, clock: Clock, draw: Callable[[], object]) -> Redraw:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return Redraw(widget, draw, clock)


def waits(one: Redraw) -> float:
    """Seconds until it is drawn again, by its clock."""
    return one._wait() / 1000


def drawn(qtbot: QtBot, one: Redraw) -> None:
    """Draws, and what is painted then is done."""
    one.ask()
    one.now()
    (painted,) = [timer for timer in one.findChildren(QTimer) if timer.isActive()]
    qtbot.waitUntil(lambda: not painted.isActive(), timeout=5000)


def test_however_often_it_is_asked_it_draws_eleven_times_a_second_at_most(qtbot: QtBot, clock: Clock):
    one = redraw(qtbot, clock, lambda: None)
    assert waits(one) == 0
    drawn(qtbot, one)
    for _ in range(100):
        one.ask()
    assert waits(one) == pytest.approx(1 / HERTZ, abs=0.001)
    clock.now += 1 / HERTZ
    assert waits(one) == 0


def test_hidden_it_draws_nothing_until_it_is_shown(qtbot: QtBot):
    widget, drawn = QWidget(), []
    qtbot.addWidget(widget)
    redraw = Redraw(widget, lambda: drawn.append(True))
    redraw.ask()
    redraw.now()
    assert not drawn
    widget.show()
    qtbot.waitUntil(lambda: len(drawn) == 1, timeout=2000)


def test_what_comes_into_sight_is_drawn_whatever_others_have_cost(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, clock: Clock
):
    widget, drawn = QWidget(), []
    qtbot.addWidget(widget)
    redraw = Redraw(widget, lambda: drawn.append(True), clock)
    redraw.ask()
    monkeypatch.setattr(Redraw, "_free_at", clock.now + 3600)
    widget.show()
    qtbot.waitUntil(lambda: len(drawn) == 1, timeout=2000)


def test_slow_drawing_takes_a_small_share_of_the_time(qtbot: QtBot, clock: Clock):
    """All together: what one has drawn is paid for by the others too."""

    def draw() -> None:
        clock.now += 0.01  # what is drawn takes so long

    one, other = redraw(qtbot, clock, draw), redraw(qtbot, clock, draw)
    drawn(qtbot, one)
    assert waits(one) == waits(other) == pytest.approx(0.01 / SHARE, abs=0.001)
    drawn(qtbot, other)
    assert waits(one) == pytest.approx(0.02 / SHARE - 0.01, abs=0.002)


def test_however_slow_the_last_drawing_was_the_next_is_not_far(qtbot: QtBot, clock: Clock):
    def draw() -> None:
        clock.now += 0.3

    one = redraw(qtbot, clock, draw)
    drawn(qtbot, one)
    assert waits(one) == pytest.approx(LONGEST, abs=0.001)
