"""Zoom keeps what is below the mouse, and cards are found where they are at any zoom."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton

from engine.layers.core.basics import Dense
from engine.network import Network
from tests.gui.pages.canvas.driving import CTRL, Hands


def wheel(hands: Hands, at: QPoint, notches: int) -> None:
    viewport = hands.view.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


@pytest.mark.parametrize("notches", [1, 2, -2])
def test_what_is_below_the_mouse_stays_there(hands: Hands, notches: int) -> None:
    hands.document.edit("Many", Network.stack(*(Dense(units=8) for _ in range(30))))
    hands.page.select("dense_20")
    at = hands.view.card_rect("dense_20").center()
    wheel(hands, at, notches)
    assert hands.view.sheet.zoom == pytest.approx(1.25**notches)
    moved = hands.view.card_rect("dense_20").center() - at
    assert abs(moved.y()) <= 2
    assert hands.find("canvas.zoom_value", QToolButton).text() == f"{1.25**notches:.0%}".replace("%", " %")


def test_cards_are_pressed_where_they_are_at_any_zoom(hands: Hands) -> None:
    for _ in range(3):
        hands.click("canvas.zoom_out")
    assert hands.view.card_rect("dense").height() == pytest.approx(56 / 1.25**3, abs=1)
    hands.click(hands.card("dense"))
    assert hands.chosen == ("dense",)
    hands.drag(hands.card("dense"), hands.gap(3))
    assert hands.order == ["input", "dense_2", "dense", "output"]


def test_fit_shows_all_of_a_long_stack(hands: Hands) -> None:
    hands.document.edit("Many", Network.stack(*(Dense(units=8) for _ in range(12))))
    hands.click("canvas.fit")
    viewport = hands.view.viewport().rect()
    assert viewport.contains(hands.view.card_rect("input"))
    assert viewport.contains(hands.view.card_rect("output"))
    hands.view.setFocus()
    hands.key(Qt.Key.Key_0, CTRL)
    assert hands.view.sheet.zoom == 1.0


def test_cards_get_narrower_in_a_narrow_window(hands: Hands) -> None:
    assert hands.view.card_rect("dense").width() == 440
    hands.page.resize(860, 600)
    QApplication.processEvents()
    viewport = hands.view.viewport().rect()
    rect = hands.view.card_rect("dense")
    assert rect.width() < 440
    assert viewport.contains(rect)
