"""A run gets another name in its row: by F2, double click, button and menu, and the old one again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from engine.record.files import alone
from engine.runs import store
from engine.runs.folder import RunFolder
from gui.kit.messages import Banner
from gui.pages.runs.columns import PLACES
from gui.pages.runs.page import RunsPage
from gui.pages.runs.table import RunTable
from gui.shared.context import Context
from tests.engine.runs import recorded
from tests.gui.runs_helpers import SECONDS, find, press


@pytest.fixture
def root(qtbot: QtBot, context: Context, page: RunsPage) -> Path:
    for name in ("digits-1", "digits-2"):
        recorded.run(context.session.root / name, epochs=1)
    page.show()
    quiet(qtbot, page)
    return context.session.root


def quiet(qtbot: QtBot, page: RunsPage) -> None:
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def place(page: RunsPage, name: str) -> QPoint:
    names = [run.name for run in page.list.model.runs]
    index = page.list.model.index(names.index(name), PLACES["name"])
    return page.list.view.visualRect(index).center()


def choose(qtbot: QtBot, page: RunsPage, name: str) -> None:
    qtbot.mouseClick(page.list.view.viewport(), Qt.MouseButton.LeftButton, pos=place(page, name))
    page.list.view.setFocus()
    quiet(qtbot, page)


def type_name(qtbot: QtBot, page: RunsPage, name: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    qtbot.waitUntil(lambda: page.findChild(QLineEdit, "runs.name") is not None, timeout=SECONDS)
    field = find(page, QLineEdit, "runs.name")
    assert field.selectedText() == field.text()  # typing replaces it
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, end)
    qtbot.waitUntil(lambda: page.findChild(QLineEdit, "runs.name") is None, timeout=SECONDS)
    quiet(qtbot, page)


def named(page: RunsPage) -> set[str]:
    return {run.name for run in page.list.runs}


def test_f2_renames_the_selected_run_and_one_press_takes_it_back(qtbot: QtBot, page: RunsPage, root: Path):
    choose(qtbot, page, "digits-1")
    page._context.session.chosen.choose(root / "digits-1")
    qtbot.keyClick(page.list.view, Qt.Key.Key_F2)
    type_name(qtbot, page, "no dropout")
    assert named(page) == {"no dropout", "digits-2"}
    assert RunFolder(root / "no dropout").status().state == "finished"
    assert [run.name for run in page.selected()] == ["no dropout"]
    assert page._context.session.chosen.folder == root / "no dropout"  # Results and Export stay about it
    press(qtbot, page, "runs.rename_back")
    quiet(qtbot, page)
    assert named(page) == {"digits-1", "digits-2"}
    assert [run.name for run in page.selected()] == ["digits-1"]
    assert page.list.back.isHidden()


def test_a_double_click_and_the_button_open_the_field_and_escape_leaves_the_name(
    qtbot: QtBot, page: RunsPage, root: Path
):
    choose(qtbot, page, "digits-2")
    qtbot.mouseDClick(page.list.view.viewport(), Qt.MouseButton.LeftButton, pos=place(page, "digits-2"))
    type_name(qtbot, page, "other", Qt.Key.Key_Escape)
    assert named(page) == {"digits-1", "digits-2"}
    press(qtbot, page, "runs.rename")
    type_name(qtbot, page, "other")
    assert named(page) == {"digits-1", "other"}


def test_the_menu_of_a_row_has_what_the_buttons_have(qtbot: QtBot, page: RunsPage, root: Path):
    choose(qtbot, page, "digits-1")
    page.list.view.customContextMenuRequested.emit(place(page, "digits-1"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    found = {action.objectName(): action for action in menu.actions()}
    assert "runs.menu.delete" in found
    assert found["runs.menu.results"].isEnabled() == page.about.results.isEnabled()
    rename = menu.findChild(QAction, "runs.menu.rename") or found["runs.menu.rename"]
    menu.close()
    rename.trigger()
    type_name(qtbot, page, "by menu")
    assert named(page) == {"by menu", "digits-2"}


def test_a_name_that_is_taken_is_refused_in_one_sentence(qtbot: QtBot, page: RunsPage, root: Path):
    banner = Banner(page)
    choose(qtbot, page, "digits-1")
    qtbot.keyClick(page.list.view, Qt.Key.Key_F2)
    type_name(qtbot, page, "digits-2")
    assert "There is a run called digits-2 already" in banner.text.text()
    assert named(page) == {"digits-1", "digits-2"}


def test_a_run_that_goes_on_or_lies_in_the_bin_keeps_its_name(qtbot: QtBot, page: RunsPage, root: Path):
    store.to_bin(root / "digits-2")
    with alone(root / "digits-1"):
        page.refresh()
        quiet(qtbot, page)
        index = page.list.model.index(0, RunTable.NAME)
        (run,) = page.list.model.runs
        assert bool(index.flags() & Qt.ItemFlag.ItemIsEditable) == (not run.going_on)
    page.list.bin.click()
    quiet(qtbot, page)
    assert not page.list.model.index(0, RunTable.NAME).flags() & Qt.ItemFlag.ItemIsEditable
    assert page.about.rename.isHidden()


def test_the_pencil_stands_beside_the_name_of_one_run_only(qtbot: QtBot, page: RunsPage, root: Path):
    choose(qtbot, page, "digits-1")
    assert page.about.rename.isVisible()
    page.list.view.selectAll()
    quiet(qtbot, page)
    assert page.about.title.text() == "2 runs"
    assert not page.about.rename.isVisible()
    choose(qtbot, page, "digits-2")
    assert page.about.rename.isVisible()
