from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTableView
from pytestqt.qtbot import QtBot

from engine.runs import store
from engine.runs.folder import RunFolder
from gui.chart import Chart
from gui.context import Context
from gui.runs.columns import PLACES
from gui.runs.page import RunsPage
from gui.runs.table import RunTable
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
    qtbot.waitUntil(lambda: len(chart.points_of("first-1 validation")[0]) == 2, timeout=3000)
    assert len(chart.points_of("second-1 validation")[0]) == 4
    assert len(chart.points_of("first-1 training")[0]) == len(RunFolder(context.session.root / "first-1").losses())


def test_a_runs_project_comes_back_as_one_step_of_undo(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    present = context.document.project
    table.selectRow(names(table).index("first-1"))
    with qtbot.waitSignal(page.wishes.page, timeout=1000) as wish:
        press(qtbot, page, "runs.project")
    assert wish.args == ["network"]
    assert context.document.project == RunFolder(context.session.root / "first-1").project()
    context.document.undo_stack.undo()
    assert context.document.project == present


def test_show_results_is_about_the_selected_run(qtbot: QtBot, context: Context, page: RunsPage):
    table = listed(qtbot, context, page)
    table.selectRow(names(table).index("first-1"))
    with qtbot.waitSignal(page.wishes.page, timeout=1000) as wish:
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
    with qtbot.waitSignal(page.wishes.page, timeout=SECONDS) as wish:
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
    with qtbot.waitSignal(page.wishes.page, timeout=SECONDS) as wish:
        press(qtbot, page, "runs.rerun")
    assert wish.args == ["training"]
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    settled(qtbot, page)
    assert set(names(table)) == {"first-1", "first-2", "second-1"}
    before, again = (RunFolder(context.session.root / name) for name in ("first-1", "first-2"))
    assert again.project() == before.project()
    assert again.annotations().parent == "first-1"
    np.testing.assert_array_equal(again.losses(), before.losses())


def test_without_runs_the_page_says_so(qtbot: QtBot, page: RunsPage):
    page.show()
    settled(qtbot, page)
    assert page.list.empty.isVisible()
    assert not find(page, QPushButton, "runs.delete").isVisible()
    assert not find(page, QPushButton, "runs.room").isEnabled()
