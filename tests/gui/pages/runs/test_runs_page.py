from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QPushButton, QSpinBox, QTableView
from pytestqt.qtbot import QtBot

from engine.project import as_own
from engine.runs import store
from engine.runs.folder import RunFolder
from gui.kit.chart import Chart
from gui.pages.runs.columns import PLACES
from gui.pages.runs.page import RunsPage
from gui.pages.runs.table import RunTable
from gui.shared.context import Context
from tests.gui.drawn import points_of
from tests.gui.runs_helpers import SECONDS, answer, find, press, ready, small, trained

NAME, EPOCHS = PLACES["name"], PLACES["epochs"]


def settled(qtbot: QtBot, page: RunsPage) -> None:
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def listed(qtbot: QtBot, context: Context, page: RunsPage) -> QTableView:
    trained(qtbot, context, small("circle", epochs=2), "first")
    trained(qtbot, context, small("iris", epochs=4), "second")
    page.show()
    settled(qtbot, page)
    return find(page, QTableView, "runs.table")


def names(table: QTableView) -> list[str]:
    model = table.model()
    return [model.index(row, NAME).data() for row in range(model.rowCount())]


def test_runs_are_listed_and_sorted_by_any_column(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    assert set(names(table)) == {"first-1", "second-1"}
    table.sortByColumn(EPOCHS, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["first-1", "second-1"]
    table.sortByColumn(EPOCHS, Qt.SortOrder.DescendingOrder)
    assert names(table) == ["second-1", "first-1"]
    run = table.model().index(0, 0).data(RunTable.RUN)
    last = RunFolder(run.folder).epochs()[-1]
    assert (run.status.loss, run.status.metrics) == (last.loss, dict(last.metrics))


def test_selected_runs_are_drawn_over_each_other(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    table.selectAll()
    settled(qtbot, page)
    chart = find(page, Chart, "runs.curves")
    qtbot.waitUntil(lambda: len(points_of(chart, "first-1 validation")[0]) == 2, timeout=3000)
    assert len(points_of(chart, "second-1 validation")[0]) == 4
    assert len(points_of(chart, "first-1 training")[0]) == len(RunFolder(context.session.root / "first-1").losses())


def test_a_runs_project_comes_back_as_one_step_of_undo(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    present = context.document.project
    table.selectRow(names(table).index("first-1"))
    with qtbot.waitSignal(page.requests.page, timeout=1000) as wish:
        press(qtbot, page, "runs.project")
    assert wish.args == ["network"]
    assert context.document.project == as_own(present, RunFolder(context.session.root / "first-1").project())
    context.document.undo_stack.undo()
    assert context.document.project == present


def test_show_results_is_about_the_selected_run(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    table.selectRow(names(table).index("first-1"))
    with qtbot.waitSignal(page.requests.page, timeout=1000) as wish:
        press(qtbot, page, "runs.results")
    assert wish.args == ["results"]
    assert context.session.chosen.folder == context.session.root / "first-1"


def test_a_stopped_run_goes_on_to_its_end(qtbot: QtBot, context: Context, page: RunsPage):
    project = small("circle", epochs=400)
    ready(qtbot, context, project, "long")
    session = context.session
    session.train()
    live = session.live
    assert live is not None
    qtbot.waitUntil(lambda: len(live.epochs) >= 2, timeout=SECONDS)
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
    run = RunFolder(live.folder)
    assert run.status().state == "stopped"
    before = run.losses()
    ready(qtbot, context, small("iris"), "other")
    page.show()
    settled(qtbot, page)
    with qtbot.waitSignal(page.requests.page, timeout=SECONDS) as wish:
        press(qtbot, page, "runs.resume")
    assert wish.args == ["training"]
    assert context.document.project == project
    again = session.live
    assert again is not None
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
    settled(qtbot, page)
    assert run.status().state == "finished"
    assert len(run.epochs()) == len(again.epochs) == 400
    np.testing.assert_array_equal(again.losses, run.losses())
    np.testing.assert_array_equal(again.losses[: len(before)], before)
    assert again.first_step == 0
    assert not find(page, QPushButton, "runs.resume").isEnabled()


@pytest.mark.parametrize(("word", "left"), [("delete", ["second-1"]), ("keep", ["first-1", "second-1"])])
def test_deleting_asks_and_moves_to_the_bin(qtbot: QtBot, context: Context, page: RunsPage, word: str, left: list[str]):
    table = listed(qtbot, context, page)
    table.selectRow(names(table).index("first-1"))
    answer(word)
    press(qtbot, page, "runs.delete")
    settled(qtbot, page)
    assert sorted(names(table)) == left
    binned = context.session.root / store.BIN
    assert binned.is_dir() == (word == "delete")


def test_a_run_is_done_again_with_its_seed_as_a_new_run(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    table.selectRow(names(table).index("first-1"))
    with qtbot.waitSignal(page.requests.page, timeout=SECONDS) as wish:
        press(qtbot, page, "runs.rerun")
    assert wish.args == ["training"]
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    settled(qtbot, page)
    assert set(names(table)) == {"first-1", "first-2", "second-1"}
    before, again = (RunFolder(context.session.root / name) for name in ("first-1", "first-2"))
    assert again.project() == as_own(again.project(), before.project())
    assert again.annotations().parent == "first-1"
    np.testing.assert_array_equal(again.losses(), before.losses())


def test_without_runs_the_page_says_so(qtbot: QtBot, page: RunsPage):
    page.show()
    settled(qtbot, page)
    assert page.list.empty.isVisible()
    assert not find(page, QPushButton, "runs.delete").isVisible()
    assert not find(page, QPushButton, "runs.room").isEnabled()


def test_any_run_that_is_over_is_trained_longer(qtbot: QtBot, context: Context, page: RunsPage):
    """Also one that is not the last one, and whose project is not open."""
    table = listed(qtbot, context, page)
    table.selectRow(names(table).index("first-1"))
    run = RunFolder(context.session.root / "first-1")
    before = run.losses()
    press(qtbot, page, "runs.longer")
    dialog = find(page, QDialog, "longer")
    find(dialog, QSpinBox, "longer.number").setValue(3)
    with qtbot.waitSignal(page.requests.page, timeout=SECONDS) as wish:
        press(qtbot, dialog, "longer.train")
    assert wish.args == ["training"]
    assert not find(page, QPushButton, "runs.longer").isEnabled(), "a run is going on"
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    settled(qtbot, page)
    assert set(names(table)) == {"first-1", "second-1"}
    assert len(run.epochs()) == 5
    np.testing.assert_array_equal(run.losses()[: len(before)], before)


def test_only_one_run_that_is_over_is_trained_longer(qtbot: QtBot, context: Context, page: RunsPage):
    table, button = listed(qtbot, context, page), find(page, QPushButton, "runs.longer")
    (run,) = page.selected()
    assert button.isEnabled()
    assert button.isVisible()
    assert not find(page, QPushButton, "runs.resume").isVisible()
    for state, group in (("stopped", ""), ("finished", "folds")):
        other = replace(run, status=replace(run.status, state=state), about=replace(run.about, group=group))
        page.list.view.show_runs([other], {run.folder})
        assert button.isVisible() == (state == "finished")
        assert find(page, QPushButton, "runs.resume").isVisible() == (state == "stopped")
        assert not (button.isVisible() and button.isEnabled()), (state, group)
    page.refresh()
    settled(qtbot, page)
    table.selectAll()
    assert not button.isVisible()


def test_the_buttons_stay_where_they_are_whatever_a_run_has_to_say(qtbot: QtBot, context: Context, page: RunsPage):
    listed(qtbot, context, page)
    (run,) = page.selected()
    button = find(page, QPushButton, "runs.rerun")
    places = set()
    for message in ("", "Too short.", "The loss got no better for many epochs. " * 6):
        status = replace(run.status, message=message)
        page.list.view.show_runs([replace(run, status=status)], {run.folder})
        page.about.body.activate()
        assert page.about.trouble.text() == message
        places.add(button.mapTo(page, QPoint()).toTuple())
    assert len(places) == 1


def test_putting_back_what_is_in_the_bin_leads_back_to_the_list(qtbot: QtBot, context: Context, page: RunsPage):
    table, shown = listed(qtbot, context, page), find(page, QPushButton, "runs.bin")
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    assert page.list.in_bin, "to look into an empty bin is no mistake"
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    table.selectAll()
    answer("delete")
    press(qtbot, page, "runs.delete")
    settled(qtbot, page)
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    for name, left in (("first-1", True), ("second-1", False)):
        table.selectRow(names(table).index(name))
        press(qtbot, page, "runs.restore")
        settled(qtbot, page)
        assert page.list.in_bin == left
    assert set(names(table)) == {"first-1", "second-1"}


def test_emptying_the_bin_leads_back_to_the_list(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    answer("delete")
    press(qtbot, page, "runs.delete")
    settled(qtbot, page)
    qtbot.mouseClick(find(page, QPushButton, "runs.bin"), Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    answer("delete")
    press(qtbot, page, "runs.purge")
    settled(qtbot, page)
    assert not page.list.in_bin
    assert names(table) == ["first-1"]
