"""A table of thousands of columns: only what is in sight costs anything, and the keyboard reaches all of it."""

from __future__ import annotations

import polars as pl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.data.examples import TableExamples
from engine.data.settings import DataSettings
from engine.data.statistics import Summary
from engine.data.tables import Column, Table
from engine.project import Project
from gui.document import Document
from gui.kit.picker import Picker
from gui.pages.data.looking import Look
from gui.pages.data.preview_card import PreviewCard
from gui.pages.data.targets import MoreTargets
from tests.data_settings import table_data

MOST = 16  # heads with widgets in a window of this width, some of them half in sight


def wide(columns: int) -> Look:
    """Numbers, in columns called 0, 1, 2, ..."""
    names = [str(number) for number in range(columns)]
    frame = pl.DataFrame({name: [name, "1", "0.5"] for name in names})
    described = tuple(Column(name, "number", 0, 3, ("0.5",), ".") for name in names)
    found = TableExamples(described, Table("wide.csv", frame))
    return Look(found, found.head(3), summaries=(Summary(""),) * len(names))


@pytest.fixture
def document() -> Document:
    document = Document()
    document.open(Project(data=table_data(path="/nowhere/wide.csv", target="0")), None, "wide")
    return document


@pytest.fixture
def window(qtbot: QtBot, document: Document) -> QWidget:
    """The preview between two other controls."""
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in (QLineEdit(objectName="before"), PreviewCard(document), QLineEdit(objectName="after")):
        column.addWidget(widget)
    window.resize(1_000, 500)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


def card(window: QWidget) -> PreviewCard:
    found = window.findChild(PreviewCard)
    assert found is not None
    return found


def menus(window: QWidget) -> list[Picker]:
    """Those in sight, from left to right."""
    found = [menu for menu in card(window).roles.findChildren(Picker) if menu.isVisible()]
    return sorted(found, key=lambda menu: menu.parentWidget().x())


def named(window: QWidget, column: int) -> Picker:
    return next(menu for menu in menus(window) if menu.objectName() == f"data.role.{column}")


@pytest.mark.parametrize("columns", [784, 4_000])
def test_heads_are_made_for_the_columns_in_sight_alone(window: QWidget, columns: int):
    preview = card(window)
    preview.show_look(wide(columns))
    preview.tabs[1].click()
    assert [menu.objectName() for menu in menus(window)[:3]] == ["data.role.0", "data.role.1", "data.role.2"]
    bar = preview.table.horizontalScrollBar()
    for step in range(21):
        bar.setValue(bar.maximum() * step // 20)
        assert 4 <= len(menus(window)) <= MOST
    window.resize(700, 500)
    window.resize(1_000, 500)
    bar.setValue(bar.maximum())
    made = preview.roles.boxes
    assert made <= MOST
    assert len(preview.roles.findChildren(Picker)) <= made + 1  # and one that measures
    last = menus(window)[-1]
    assert last.objectName() == f"data.role.{columns - 1}"
    assert last.accessibleName() == f"How {columns - 1} is read: number"


def test_a_role_is_picked_where_the_table_was_scrolled_to(window: QWidget, document: Document):
    preview = card(window)
    preview.show_look(wide(784))
    preview.tabs[1].click()
    preview.table.scrollTo(preview.table.model().index(0, 700))
    next(action for action in named(window, 700).menu().actions() if action.data() == "target").trigger()
    data = document.project.data
    assert isinstance(data, DataSettings)
    assert data.targets == ("700",)
    assert named(window, 700).value == "target"
    preview.table.scrollTo(preview.table.model().index(0, 0))
    assert named(window, 0).value == "number"
    document.undo_stack.undo()
    assert named(window, 0).value == "target"


def test_the_arrows_go_from_menu_to_menu_and_bring_columns_into_sight(qtbot: QtBot, window: QWidget):
    card(window).show_look(wide(784))
    card(window).tabs[1].click()
    named(window, 0).setFocus()
    for column in range(1, 31):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        focus = QApplication.focusWidget()
        assert focus is named(window, column)
        assert card(window).roles.viewport().rect().contains(focus.parentWidget().geometry())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert QApplication.focusWidget() is named(window, 29)
    assert card(window).roles.boxes <= MOST


def test_a_menu_that_has_the_keyboard_stays_its_columns_own(window: QWidget):
    preview = card(window)
    preview.show_look(wide(784))
    preview.tabs[1].click()
    menu = named(window, 1)
    menu.setFocus()
    preview.table.horizontalScrollBar().setValue(preview.table.horizontalScrollBar().maximum())
    assert QApplication.focusWidget() is menu
    assert menu.objectName() == "data.role.1"


def test_tab_goes_from_control_to_control_not_from_cell_to_cell(qtbot: QtBot, window: QWidget):
    card(window).show_look(wide(6))
    card(window).tabs[1].click()
    before, after = (window.findChild(QLineEdit, name) for name in ("before", "after"))
    assert before is not None
    assert after is not None
    before.setFocus()
    seen = []
    while (focus := QApplication.focusWidget()) is not after:
        seen.append(focus.objectName())
        assert len(seen) < 12, seen
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert seen.count("data.rows") == 1
    assert [name for name in seen if name.startswith("data.role.")] == [f"data.role.{number}" for number in range(6)]


def test_the_menu_of_further_targets_is_filled_when_somebody_looks(qtbot: QtBot, document: Document):
    more = MoreTargets(document)
    qtbot.addWidget(more)
    more.show_columns(tuple(str(number) for number in range(784)))
    assert more.add.findChildren(QWidget)[0].actions() == []
    next(action for action in more.add.menu().actions() if action.data() == "777").trigger()
    data = document.project.data
    assert isinstance(data, DataSettings)
    assert data.targets[1:] == ("777",)
