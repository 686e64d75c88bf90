"""Below the list: curves that can be hidden, and the difference of two runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPen
from PySide6.QtWidgets import QPushButton, QTabBar, QTableWidget
from pytestqt.qtbot import QtBot

from engine.runs.compare import Row
from gui.kit.chart import Chart
from gui.kit.picker import Picker
from gui.pages.runs.difference import difference
from gui.pages.runs.page import RunsPage
from gui.pages.runs.table import RunTable
from gui.shared.context import Context
from tests.engine.runs import recorded
from tests.gui.drawn import points_of
from tests.gui.pages.runs.test_list import choose, opened
from tests.gui.runs_helpers import find, press


@pytest.fixture
def root(context: Context) -> Path:
    for name, epochs in (("first", 2), ("second", 4), ("third", 4)):
        recorded.run(context.session.root / name, epochs=epochs)
    return context.session.root


def lines(page: RunsPage) -> list[list[str]]:
    table = find(page, QTableWidget, "runs.difference")
    rows = range(table.rowCount())
    return [[item.text() for item in map(lambda c, r=row: table.item(r, c), range(4)) if item] for row in rows]


def pick_tab(qtbot: QtBot, page: RunsPage, place: int) -> None:
    tabs = find(page, QTabBar, "runs.below")
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(place).center())


def drawn(qtbot: QtBot, page: RunsPage, name: str, points: int) -> None:
    chart = find(page, Chart, "runs.curves")
    qtbot.waitUntil(lambda: len(points_of(chart, name)[0]) == points, timeout=3000)


def test_a_press_on_its_name_hides_a_curve_and_another_shows_it(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first", "second")
    drawn(qtbot, page, "first validation", 2)
    drawn(qtbot, page, "second validation", 4)
    name = find(page, QPushButton, "runs.legend.first")
    qtbot.mouseClick(name, Qt.MouseButton.LeftButton)
    assert not name.isChecked()
    drawn(qtbot, page, "second validation", 4)
    drawn(qtbot, page, "first validation", 0)
    qtbot.mouseClick(name, Qt.MouseButton.LeftButton)
    drawn(qtbot, page, "first validation", 2)


def test_a_row_has_the_colour_of_its_curve_while_that_is_drawn(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first", "second")
    drawn(qtbot, page, "first validation", 2)
    drawn(qtbot, page, "second validation", 4)
    model = page.list.model
    shades = {}
    for row, run in enumerate(model.runs):
        icon = model.index(row, model.NAME).data(Qt.ItemDataRole.DecorationRole)
        shades[run.name] = (
            None if icon is None else icon.pixmap(10, 10, QIcon.Mode.Selected).toImage().pixelColor(5, 5).name()
        )
    drawn_in = [pen.color().name() for name in ("first", "second") for pen in [line_pen(page, f"{name} validation")]]
    assert [shades["first"], shades["second"]] == drawn_in
    assert len(set(drawn_in)) == 2
    assert all(shade is None for name, shade in shades.items() if name not in ("first", "second"))
    press(qtbot, page, "runs.legend.first")
    row = [run.name for run in model.runs].index("first")
    assert model.index(row, model.NAME).data(Qt.ItemDataRole.DecorationRole) is None


def line_pen(page: RunsPage, name: str) -> QPen:
    pen: QPen = page.below.curves.chart._lines[name].opts["pen"]
    return pen


def test_a_metric_is_drawn_in_its_unit(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first", "second")
    what = find(page, Picker, "runs.what")
    next(action for action in what.menu().actions() if action.data() == "accuracy").trigger()
    drawn(qtbot, page, "second accuracy", 4)
    x, y = points_of(find(page, Chart, "runs.curves"), "second accuracy")
    assert x.tolist() == [100, 200, 300, 400]
    assert y.tolist() == pytest.approx([50, 75, 100 * 5 / 6, 87.5])
    assert not find(page, Picker, "runs.smooth").isVisible()


def test_two_runs_show_in_what_they_differ_and_what_came_of_it(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    pick_tab(qtbot, page, 1)
    choose(qtbot, page, "first")
    assert page.below.empty.isVisible()
    choose(qtbot, page, "second", "first")
    table = find(page, QTableWidget, "runs.difference")
    assert table.isVisible()
    heads = [item.text() for item in map(table.horizontalHeaderItem, range(4)) if item]
    assert heads == ["Where", "What", "first", "second"]  # the older one first
    shown = lines(page)
    assert shown[:2] == [["Training", "", "", ""], ["", "Epochs", "2", "4"]]
    assert ["", "Accuracy, record", "75.0 %", "87.5 %"] in shown
    assert ["", "Steps", "200", "400"] in shown
    choose(qtbot, page, "first")
    assert page.below.empty.isVisible()


def test_equal_projects_say_so(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    pick_tab(qtbot, page, 1)
    choose(qtbot, page, "second", "third")
    assert lines(page)[0][0] == "Data, network, training and live knobs are the same in both"


def test_changes_stand_under_their_headings(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    runs = [page.list.model.index(row, 0).data(RunTable.RUN) for row in (0, 1)]
    changes = [
        Row("about", "", "old", "new"),
        Row("dense", "Units", "64", "32"),
        Row("dense_2", "Dense", "–", "Dense, 8 units", "added"),
        Row("dropout", "Dropout", "Dropout, 0.5", "–", "removed"),
        Row("relu", "Activation", "place 1", "place 2", "moved"),
        Row("data", "target", "a", "b"),
        Row("training", "optimizer: Learning rate", "0.1", "0.2"),
        Row("live knobs", "Learning rate at step 50", "–", "0.5"),
    ]
    shown = [(line.where, line.what, line.first, line.second) for line in difference(runs, changes)]
    assert shown[:13] == [
        ("Project", "", "", ""),
        ("", "About", "old", "new"),
        ("Data", "", "", ""),
        ("", "Target", "a", "b"),
        ("Network", "", "", ""),
        ("dense", "Units", "64", "32"),
        ("dense_2", "Only in the second", "–", "Dense, 8 units"),
        ("dropout", "Only in the first", "Dropout, 0.5", "–"),
        ("relu", "Stands at", "place 1", "place 2"),
        ("Training", "", "", ""),
        ("", "Optimizer: Learning rate", "0.1", "0.2"),
        ("Live knobs", "", "", ""),
        ("", "Learning rate at step 50", "–", "0.5"),
    ]
