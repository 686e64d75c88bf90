"""Going round the window by Tab, and who has the keyboard after something is gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine.layers.core.basics import Dense
from engine.network import Network
from gui.pages.canvas.bars import ROOMY
from gui.shell.history import History
from gui.shell.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def network(window: MainWindow) -> MainWindow:
    """The Network page with the first of four Dense layers chosen."""
    window.context.document.edit("Add layers", Network.stack(*(Dense() for _ in range(4))))
    window.go("network")
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.network_page.select("dense")
    return window


def keyboard() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def round_trip(key: Qt.Key) -> list[str]:
    """Names on the way from here until here."""
    begin, names = keyboard(), list[str]()
    for _ in range(200):
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key)
        names.append(keyboard())
        if names[-1] == begin:
            return names
    raise AssertionError(f"never back at {begin}: {names}")


def test_tab_goes_through_palette_canvas_form_and_window_and_back(network: MainWindow) -> None:
    assert keyboard() == "canvas.view"
    names = round_trip(Qt.Key.Key_Tab)
    for name in ("inspector.units", "inspector.name", "inspector.note", "toolbar.home", "rail.data", "palette.search"):
        assert name in names
    assert names[names.index("rail.export") + 1] == "palette.search", "from the rail into the page"
    assert names.index("canvas.zoom_in") < names.index("inspector.units") < names.index("toolbar.home")
    assert round_trip(Qt.Key.Key_Backtab) == [*reversed(names[:-1]), "canvas.view"]
    network.network_page.select("dense_3")
    assert "inspector.units" in round_trip(Qt.Key.Key_Tab), "also for another layer, whose form is made anew"


def test_the_keyboard_does_not_push_the_palette_sideways(network: MainWindow) -> None:
    network.resize(900, 700)
    area = network.network_page.layers.findChild(QScrollArea)
    row = network.findChild(QWidget, "palette.dense")
    assert area is not None
    assert row is not None
    row.setFocus(Qt.FocusReason.TabFocusReason)
    area.ensureWidgetVisible(row, 50, 50)
    assert area.horizontalScrollBar().value() == 0


@pytest.mark.parametrize("width", [1024, 1440])
def test_fit_shows_the_last_card_clear_of_what_floats(network: MainWindow, width: int) -> None:
    network.resize(width, 700 if width == 1024 else 900)
    QApplication.processEvents()
    page = network.network_page
    document = network.context.document
    document.edit("Add more", Network.stack(*(Dense() for _ in range(12))))
    assert (page.middle.width() <= ROOMY) == (width == 1024)
    page.selection.choose("dense", "dense_2")
    network.actions_["view.fit"].trigger()
    card = page.view.card_rect("output")
    card.moveTopLeft(page.view.viewport().mapTo(page.middle, card.topLeft()))
    assert page.middle.chosen_bar.isVisible()
    for bar in (page.middle.zoom_bar, page.middle.view_bar, page.middle.chosen_bar):
        assert not card.intersects(bar.geometry())
    assert card.bottom() < page.middle.chosen_bar.y()


def test_the_keyboard_stays_on_the_page_after_a_dialog_whose_opener_is_gone(qtbot: QtBot, network: MainWindow) -> None:
    field = network.findChild(QWidget, "inspector.units")
    assert field is not None
    field.setFocus()
    network.actions_["edit.history"].trigger()
    history = network.findChild(History)
    assert history is not None
    QTest.qWaitForWindowActive(history)
    network.network_page.selection.choose()  # the form is gone meanwhile
    history.close()
    network.activateWindow()
    QTest.qWaitForWindowActive(network)
    assert keyboard() not in ("toolbar.home", *(f"rail.{name}" for name in network.rail.buttons))


def test_a_card_that_was_scrolled_away_below_the_mouse_shows_no_dots(network: MainWindow) -> None:
    network.resize(1024, 700)
    QApplication.processEvents()
    view = network.network_page.view
    middle = view.card_rect("dense").center()
    QTest.mouseMove(view.viewport(), middle - QPoint(3, 0))
    QTest.mouseMove(view.viewport(), middle)
    assert view.sheet.marks.hovered == "dense"
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert view.verticalScrollBar().value() > 0
    assert view.sheet.marks.hovered == ""
