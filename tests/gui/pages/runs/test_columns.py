"""Columns of the list of runs: as many as have room, or those that a person chose."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from engine.record.events import Stopped
from engine.runs import store
from gui.pages.runs.columns import COLUMNS, LEAST_NAME, PLACES, Name, fitting, read, written
from gui.pages.runs.page import RunsPage
from gui.pages.runs.view import STAR
from gui.shared.context import Context
from tests.engine.runs import recorded
from tests.gui.runs_helpers import SECONDS, find

NEEDED: dict[Name, int] = {"star": 30, "name": 400, "state": 100, "loss": 80, "started": 100, "time": 60}
LONG = "a run with a name of forty letters, no 12"


@pytest.fixture
def listed(qtbot: QtBot, context: Context, page: RunsPage) -> RunsPage:
    for name in (LONG, "iris-1"):
        store.annotate(recorded.run(context.session.root / name), tags=("baseline", "batch 64"))
    page.show()
    qtbot.waitUntil(lambda: not page.busy and len(page.list.runs) == 2, timeout=SECONDS)
    return page


def seen(page: RunsPage) -> set[str]:
    return {column.name for column in COLUMNS if page.list.view.shows(column.name)}


def test_the_least_important_columns_go_first():
    assert fitting(NEEDED, 1000, {}) == set(NEEDED)
    assert fitting(NEEDED, 590, {}) == set(NEEDED) - {"time"}
    assert fitting(NEEDED, 0, {}) == {"star", "name"}


def test_what_a_person_chose_comes_before_room():
    assert fitting(NEEDED, 0, {"time": True}) == {"star", "name", "time"}
    assert "state" not in fitting(NEEDED, 1000, {"state": False})


def test_what_was_chosen_is_read_again_and_nonsense_left_out():
    chosen: dict[Name, bool] = {"time": True, "state": False}
    assert read(written(chosen)) == chosen
    assert read("+time nonsense +nonsense -") == {"time": True}


def test_the_list_needs_no_scrolling_sideways(qtbot: QtBot, listed: RunsPage):
    view = listed.list.view
    for width in (1376, *range(1000, 820, -9)):
        listed.resize(width, 620)
        qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() == 0, timeout=SECONDS)
        assert {"star", "name", "state"} <= seen(listed)
        assert view.columnWidth(0) == STAR  # its title is a mark: what it is measured by is what it gets
        assert view.columnWidth(1) >= LEAST_NAME


def test_columns_come_back_with_the_room(qtbot: QtBot, listed: RunsPage):
    listed.resize(900, 620)
    qtbot.waitUntil(lambda: "parameters" not in seen(listed), timeout=SECONDS)
    few = seen(listed)
    listed.resize(2000, 620)
    qtbot.waitUntil(lambda: "parameters" in seen(listed), timeout=SECONDS)
    assert few < seen(listed)


def test_the_title_of_a_column_that_was_hidden_is_read_whole(qtbot: QtBot, listed: RunsPage):
    view, header = listed.list.view, listed.list.view.horizontalHeader()
    listed.resize(820, 620)
    qtbot.waitUntil(lambda: "best_loss" not in seen(listed), timeout=SECONDS)
    view.show_columns(listed.list.runs)  # measured while it is hidden
    listed.resize(1700, 620)
    qtbot.waitUntil(lambda: "parameters" in seen(listed), timeout=SECONDS)
    for place, column in enumerate(COLUMNS):
        if view.shows(column.name) and column.name != "star":
            assert view.columnWidth(place) >= header.sectionSizeHint(place), column.name


def test_a_tick_shows_a_column_and_is_remembered(qtbot: QtBot, context: Context, listed: RunsPage):
    listed.resize(900, 620)
    qtbot.waitUntil(lambda: "parameters" not in seen(listed), timeout=SECONDS)
    find(listed, QToolButton, "runs.columns").menu().aboutToShow.emit()
    mark, state = (find(listed, QAction, f"runs.columns.{name}") for name in ("parameters", "state"))
    assert (mark.isChecked(), state.isChecked()) == (False, True)
    mark.trigger()
    state.trigger()
    assert "parameters" in seen(listed)
    assert "state" not in seen(listed)
    other = RunsPage(context)
    qtbot.addWidget(other)
    assert read(context.settings.text("runs.columns", "")) == {"parameters": True, "state": False}
    find(listed, QAction, "runs.columns.reset").trigger()
    assert "parameters" not in seen(listed)
    assert "state" in seen(listed)
    assert context.settings.text("runs.columns", "") == ""


def test_nobody_is_told_to_press_difference_while_it_is_shown(qtbot: QtBot, listed: RunsPage):
    view, tabs = listed.list.view, find(listed, QTabBar, "runs.below")
    view.selectAll()
    assert "Difference" in listed.about.says.text()
    tabs.setCurrentIndex(1)
    assert listed.about.says.text() == ""
    tabs.setCurrentIndex(0)
    assert "Difference" in listed.about.says.text()
    view.selectRow(0)
    assert "Difference" not in listed.about.says.text()
    qtbot.waitUntil(lambda: not listed.busy, timeout=SECONDS)


def test_a_long_note_is_cut_in_the_tooltip(listed: RunsPage, qtbot: QtBot):
    model = listed.list.model
    row = [run.name for run in model.runs].index(LONG)
    about = store.annotate(model.runs[row].folder, note="<b>no markup</b> " * 400)
    model.change(model.runs[row].folder, about)
    tip = model.data(model.index(row, 1), 3)
    assert tip.startswith(LONG + "\n")
    assert len(tip) < 1000
    assert tip.endswith("…")


def test_columns_are_as_wide_after_the_bin_and_a_filter_as_before(qtbot: QtBot, context: Context, listed: RunsPage):
    store.to_bin(context.session.root / "iris-1")
    listed.refresh()
    qtbot.waitUntil(lambda: not listed.busy and len(listed.list.runs) == 1, timeout=SECONDS)
    view, bin_, field = listed.list.view, find(listed, QPushButton, "runs.bin"), find(listed, QLineEdit, "runs.filter")
    before = {column.name: view.columnWidth(place) for place, column in enumerate(COLUMNS)}
    bin_.click()
    qtbot.waitUntil(lambda: not listed.busy, timeout=SECONDS)
    qtbot.keyClicks(field, "nothing has this")
    qtbot.waitUntil(lambda: not listed.busy and not listed.list.model.runs, timeout=SECONDS)
    bin_.click()
    qtbot.waitUntil(lambda: not listed.busy, timeout=SECONDS)
    field.clear()
    qtbot.waitUntil(lambda: not listed.busy and len(listed.list.model.runs) == 1, timeout=SECONDS)
    assert {column.name: view.columnWidth(place) for place, column in enumerate(COLUMNS)} == before


def test_a_cell_is_as_wide_as_qt_would_make_it(listed: RunsPage):
    view = listed.list.view
    for place, column in enumerate(COLUMNS):
        if column.name not in ("star", "name", "tags") and view.shows(column.name):
            assert view.columnWidth(place) >= view.sizeHintForColumn(place), column.name


def test_a_short_word_of_wide_letters_is_read_whole_beside_longer_ones(qtbot: QtBot, context: Context, page: RunsPage):
    for name in ("a", "b", "c", "d"):
        recorded.run(context.session.root / name)
    stopped = context.session.root / "e"
    events = [recorded.started(0, 4), *recorded.epoch_events(1), Stopped(100)]
    recorded.tell(recorded.request(stopped, epochs=4), events)
    page.show()
    qtbot.waitUntil(lambda: not page.busy and len(page.list.runs) == 5, timeout=SECONDS)
    view = page.list.view
    assert {run.state for run in page.list.runs} == {"finished", "stopped"}
    assert view.columnWidth(PLACES["state"]) >= view.sizeHintForColumn(PLACES["state"])
