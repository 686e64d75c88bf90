"""The columns of a table one below the other, what was found in them, and the clicks that cure it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from engine.data.settings import DataSettings
from gui.pages.data.columns_view import EXAMPLES, FOUND, ROLE, ColumnsView
from gui.pages.data.page import DataPage
from gui.pages.data.spread import Spread
from gui.shared.context import Context
from tests.data_settings import kinds_of, table_data
from tests.gui.runs_helpers import SECONDS, put_away

T = TypeVar("T", bound=QObject)


def find(page: QWidget, kind: type[T], name: str) -> T:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


@pytest.fixture
def page(qtbot: QtBot, context: Context, tmp_path: Path) -> Iterator[DataPage]:
    """A table in which one column tells the target, some cells are missing and some rows stand twice."""
    rows = [f"{row % 23},{'' if row % 9 == 1 else row * 0.5},{'ab'[row % 2]},{'xy'[row % 2]}" for row in range(80)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["size,weight,leak,kind", *rows, rows[0]]))
    page = DataPage(context)
    page.resize(1376, 810)
    page.show()
    context.document.edit("Data", context.document.project.changed(data=table_data(path, "kind")))
    looked(qtbot, context, page)
    yield page
    put_away(qtbot, page, lambda: not page.busy)


def looked(qtbot: QtBot, context: Context, page: DataPage) -> None:
    qtbot.waitUntil(lambda: not context.loader.busy and not page.busy, timeout=SECONDS)


def data_of(context: Context) -> DataSettings:
    data = context.document.project.data
    assert data is not None
    return data


def shown(page: DataPage, column: int) -> dict[str, str]:
    view = find(page, ColumnsView, "data.columns")
    model = view.model()
    return {model.index(row, 0).data(): model.index(row, column).data() for row in range(model.rowCount())}


def test_columns_say_what_they_are_and_what_was_found(page: DataPage) -> None:
    assert find(page, ColumnsView, "data.columns").isVisible()
    assert shown(page, ROLE) == {
        "size": "number ▾",
        "weight": "number ▾",
        "leak": "category · 2 ▾",
        "kind": "to predict ▾",
    }
    assert shown(page, FOUND) == {"size": "", "weight": "9 missing", "leak": "tells kind", "kind": ""}
    assert shown(page, EXAMPLES)["leak"] == "a · b"


def test_a_click_cures_and_undo_brings_it_back(qtbot: QtBot, context: Context, page: DataPage) -> None:
    qtbot.mouseClick(find(page, QPushButton, "data.cure.leak.Ignore it"), Qt.MouseButton.LeftButton)
    assert kinds_of(data_of(context)) == {"leak": "ignore"}
    looked(qtbot, context, page)
    assert shown(page, ROLE)["leak"] == "not used ▾"
    assert page.findChild(QPushButton, "data.cure.leak.Ignore it") is None
    context.document.undo_stack.undo()
    looked(qtbot, context, page)
    assert shown(page, FOUND)["leak"] == "tells kind"
    qtbot.mouseClick(find(page, QPushButton, "data.cure.1.Keep one of each"), Qt.MouseButton.LeftButton)
    looked(qtbot, context, page)
    assert context.document.facts is not None
    assert sum((context.document.facts.train, context.document.facts.validation, context.document.facts.test)) == 80


def test_what_a_column_is_is_chosen_by_mouse_and_by_keys(qtbot: QtBot, context: Context, page: DataPage) -> None:
    view = find(page, ColumnsView, "data.columns")
    opened: list[int] = []
    view.menu_opened.connect(opened.append)
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(1, ROLE)).center()
    )
    assert opened == [1]
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == [1, 2]
    menu = view.menu(1)
    assert [action.data() for action in menu.actions() if action.isChecked()] == ["number"]
    next(action for action in menu.actions() if action.data() == "ignore").trigger()
    assert kinds_of(data_of(context)) == {"weight": "ignore"}
    looked(qtbot, context, page)


def test_the_chosen_column_is_measured_and_set(qtbot: QtBot, context: Context, page: DataPage) -> None:
    view = find(page, ColumnsView, "data.columns")
    view.setCurrentIndex(view.model().index(1, 0))
    assert find(page, QLabel, "data.column.measures").text() == "median 19.75 · 0 to 39.5 · 9 missing"
    assert page.findChildren(Spread)[0].isVisible()
    scale = find(page, QComboBox, "data.column.scale")
    scale.setCurrentIndex(scale.findData("logarithm"))
    looked(qtbot, context, page)
    assert data_of(context).columns["weight"].model_dump() == {"kind": "number", "scale": "logarithm"}
    view.setCurrentIndex(view.model().index(2, 0))
    assert find(page, QLabel, "data.column.measures").text() == "2 different values · none missing"
    assert (
        page.findChild(QComboBox, "data.column.scale") is None
        or not find(page, QComboBox, "data.column.scale").isVisible()
    )


def test_rows_are_a_click_away(qtbot: QtBot, page: DataPage) -> None:
    qtbot.mouseClick(find(page, QPushButton, "data.tab.examples"), Qt.MouseButton.LeftButton)
    assert find(page, QTableView, "data.rows").isVisible()
    qtbot.mouseClick(find(page, QPushButton, "data.tab.columns"), Qt.MouseButton.LeftButton)
    assert find(page, ColumnsView, "data.columns").isVisible()


def test_a_narrow_page_keeps_what_was_found(page: DataPage) -> None:
    view = find(page, ColumnsView, "data.columns")
    page.resize(960, 560)
    assert view.isColumnHidden(EXAMPLES)
    assert view.columnViewportPosition(FOUND) + 60 < view.viewport().width()
