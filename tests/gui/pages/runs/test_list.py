"""The list of runs: order, filter, stars, tags, groups and runs that cannot be read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.record.files import RECORD
from engine.runs import store
from engine.runs.folder import RunFolder
from gui.pages.runs.columns import COLUMNS, PLACES, Name
from gui.pages.runs.page import RunsPage
from gui.pages.runs.table import RunTable
from gui.shared.context import Context
from tests.engine.runs import recorded
from tests.gui.runs_helpers import SECONDS, find, press

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def root(context: Context) -> Path:
    """Three runs of one, two and ten epochs."""
    for name, epochs in (("digits-9", 2), ("digits-10", 1), ("iris-1", 10)):
        recorded.run(context.session.root / name, epochs=epochs)
    return context.session.root


def opened(qtbot: QtBot, page: RunsPage) -> None:
    page.show()
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def names(page: RunsPage) -> list[str]:
    return [run.name for run in page.list.model.runs]


def choose(qtbot: QtBot, page: RunsPage, *wanted: str) -> None:
    view = page.list.view
    for place, name in enumerate(wanted):
        index = page.list.model.index(names(page).index(name), PLACES["name"])
        held = Qt.KeyboardModifier.ControlModifier if place else Qt.KeyboardModifier.NoModifier
        view.scrollTo(index)
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, view.visualRect(index).center())
    assert {run.name for run in page.selected()} == set(wanted)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def head(qtbot: QtBot, page: RunsPage, column: Name) -> None:
    """Clicks a column's head."""
    header = page.list.view.horizontalHeader()
    page.list.view.horizontalScrollBar().setValue(header.sectionPosition(PLACES[column]) - 200)
    place = QPoint(header.sectionViewportPosition(PLACES[column]) + 12, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def write(qtbot: QtBot, page: RunsPage, words: str) -> None:
    field = find(page, QLineEdit, "runs.filter")
    field.clear()
    qtbot.keyClicks(field, words)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


@pytest.mark.parametrize(
    ("column", "first"),
    [("name", "digits-9"), ("metric", "digits-10"), ("loss", "iris-1"), ("epochs", "digits-10"), ("time", "digits-10")],
)
def test_a_click_on_a_head_sorts_and_another_one_turns_it_round(
    qtbot: QtBot, root: Path, page: RunsPage, column: Name, first: str
):
    opened(qtbot, page)
    head(qtbot, page, column)
    assert names(page)[0] == first
    up = names(page)
    head(qtbot, page, column)
    assert names(page) == up[::-1]


def test_every_column_can_be_sorted_by_with_unreadable_runs_last(qtbot: QtBot, root: Path, page: RunsPage):
    unreadable(root)
    opened(qtbot, page)
    for place in range(len(COLUMNS)):
        for order in (UP, DOWN):
            page.list.view.sortByColumn(place, order)
            assert sorted(names(page)) == ["damaged", "digits-10", "digits-9", "iris-1"]
            if place > PLACES["state"]:
                assert names(page)[-1] == "damaged"


def test_sorting_keeps_the_selected_run(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "digits-9")
    for column in ("epochs", "name", "loss"):
        head(qtbot, page, column)
        assert [run.name for run in page.selected()] == ["digits-9"]


def test_the_filter_says_how_many_are_left_and_what_it_did_not_understand(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    found = find(page, QLabel, "runs.found")
    assert found.text().startswith("3 runs · ")
    write(qtbot, page, "accuracy>0.7 digits")
    assert names(page) == ["digits-9"]
    assert found.text().startswith("1 of 3 runs")
    for words, doubt in (
        ("accurcy>0.9", "No run here has “accurcy”. Is “accuracy” meant?"),
        ("accuracy>", "“accuracy>” compares with no number"),
        ('tag:"two wo', "A quote is not closed"),
    ):
        write(qtbot, page, words)
        assert found.text() == f"0 of 3 runs · {doubt}"
    field = find(page, QLineEdit, "runs.filter")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(field.hasFocus, timeout=2000)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert len(names(page)) == 3


def test_a_star_is_given_by_click_and_by_key_and_stays(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    view, model = page.list.view, page.list.model
    index = model.index(names(page).index("iris-1"), PLACES["star"])
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert RunFolder(root / "iris-1").annotations().star
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "starred"
    choose(qtbot, page, "digits-9", "digits-10")
    qtbot.keyClick(view, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert all(run.about.star for run in store.runs(root))
    choose(qtbot, page, "iris-1")
    press(qtbot, page, "runs.star")
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert not RunFolder(root / "iris-1").annotations().star


def test_tags_are_written_with_the_known_ones_offered_and_stand_in_the_row(qtbot: QtBot, root: Path, page: RunsPage):
    store.annotate(root / "iris-1", tags=["baseline"])
    opened(qtbot, page)
    assert not page.list.view.isColumnHidden(PLACES["tags"])
    choose(qtbot, page, "digits-9")
    qtbot.keyClick(page.list.view, Qt.Key.Key_T)
    field = find(page, QLineEdit, "runs.tags")
    qtbot.waitUntil(field.hasFocus, timeout=2000)
    qtbot.keyClicks(field, "wide, bas")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible, timeout=2000)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert field.text() == "wide, baseline"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: RunFolder(root / "digits-9").annotations().tags == ("wide", "baseline"), timeout=SECONDS)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    row = names(page).index("digits-9")
    assert page.list.model.index(row, PLACES["tags"]).data(RunTable.TAGS) == ("wide", "baseline")


def test_columns_that_would_be_empty_are_hidden(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    assert page.list.view.isColumnHidden(PLACES["tags"])
    assert page.list.view.isColumnHidden(PLACES["group"])


def test_runs_of_a_group_are_found_together_with_their_mean(qtbot: QtBot, root: Path, page: RunsPage):
    for name in ("digits-9", "digits-10"):
        store.annotate(root / name, group="folds of digits")
    opened(qtbot, page)
    choose(qtbot, page, "digits-9")
    press(qtbot, page, "runs.group")
    qtbot.waitUntil(lambda: len(names(page)) == 2, timeout=SECONDS)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert set(names(page)) == {"digits-9", "digits-10"}
    page.list.view.selectAll()
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert "accuracy 62.5 % ± 17.7 %" in page.about.says.text()  # of 50 % and 75 %


def test_an_unreadable_run_is_a_row_that_says_why(qtbot: QtBot, root: Path, page: RunsPage):
    unreadable(root)
    opened(qtbot, page)
    row, view = names(page).index("damaged"), page.list.view
    cells = [page.list.model.index(row, place).data() for place in range(len(COLUMNS))]
    assert cells[PLACES["state"]] == "unreadable"
    assert "newer Layerdeck" in cells[PLACES["state"] + 1]
    assert view.columnSpan(row, PLACES["state"] + 1) == len(COLUMNS) - PLACES["state"] - 1
    choose(qtbot, page, "damaged")
    assert "newer Layerdeck" in find(page, QLabel, "runs.trouble").text()
    assert not find(page, QPlainTextEdit, "runs.note").isVisible()
    for name in ("project", "rerun", "resume", "results", "star"):
        assert not find(page, QPushButton, f"runs.{name}").isEnabled()
    assert find(page, QPushButton, "runs.delete").isEnabled()
    view.selectAll()
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert len(page.below.curves.legend.parentWidget().findChildren(QPushButton)) >= 3


def test_a_damaged_record_is_made_anew_and_its_row_says_so(qtbot: QtBot, root: Path, page: RunsPage):
    (root / "iris-1" / RECORD).write_bytes(b"no database" * 100)
    opened(qtbot, page)
    choose(qtbot, page, "iris-1")
    assert "was damaged and has been made anew" in find(page, QLabel, "runs.trouble").text()
    assert QApplication.activeModalWidget() is None


def test_a_thousand_runs_are_sorted_without_asking_for_each_pair(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    runs = page.list.model.runs
    page.list.model.show_runs(runs * 400)
    page.list.view.sortByColumn(PLACES["epochs"], UP)
    epochs = [run.status.epoch for run in page.list.model.runs]
    assert epochs == sorted(epochs)
    assert len(epochs) == 1200


def unreadable(root: Path) -> None:
    """A run of a later form, which may not be repaired."""
    recorded.run(root / "damaged", epochs=1)
    connection = sqlite3.connect(root / "damaged" / RECORD)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
