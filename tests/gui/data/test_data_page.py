from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox, QTableView, QWidget
from pytestqt.qtbot import QtBot

from engine.settings import ImageData, TableData
from gui.cards import Bars
from gui.context import Context
from gui.data.page import DataPage
from gui.picker import Picker
from gui.thumbnails import Thumbnails
from tests.gui.runs_helpers import SECONDS, put_away, ready, small

T = TypeVar("T", bound=QObject)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[DataPage]:
    page = DataPage(context)
    page.resize(1376, 810)
    page.show()
    yield page
    put_away(qtbot, page, lambda: page._job is None)


def find(page: QWidget, kind: type[T], name: str) -> T:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def shown(qtbot: QtBot, context: Context, page: DataPage, name: str) -> None:
    ready(qtbot, context, small(name))
    qtbot.waitUntil(lambda: page._job is None, timeout=SECONDS)


def settled(qtbot: QtBot, context: Context) -> None:
    qtbot.waitUntil(lambda: not context.loader.busy, timeout=SECONDS)


def test_a_table_shows_its_first_rows_types_and_target(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    model = find(page, QTableView, "data.rows").model()
    assert model.rowCount() == 150
    assert model.index(0, 0).data() == "5.1"
    target = find(page, QComboBox, "data.target")
    assert target.currentText() == "species"
    assert target.count() == 5
    assert find(page, Picker, "data.role.species").value == "target"
    assert find(page, Picker, "data.role.petal length (cm)").value == "number"


def test_a_column_can_be_left_out_and_comes_back_with_undo(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    assert context.document.facts is not None
    before = context.document.facts.input.count
    picker = find(page, Picker, "data.role.petal length (cm)")
    next(action for action in picker.menu().actions() if action.data() == "ignore").trigger()
    data = context.document.project.data
    assert isinstance(data, TableData)
    assert data.ignored == ("petal length (cm)",)
    settled(qtbot, context)
    assert context.document.facts.input.count == before - 1
    context.document.undo_stack.undo()
    assert context.document.facts is not None
    assert context.document.facts.input.count == before


def test_another_target_shows_what_no_longer_fits_and_cures_it(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    network = context.document.network
    target = find(page, QComboBox, "data.target")
    target.setCurrentText("petal length (cm)")
    target.textActivated.emit("petal length (cm)")
    settled(qtbot, context)
    assert context.document.network == network  # nothing behind the person's back
    assert context.document.report.problems
    for _ in range(8):
        button = page.findChild(QPushButton, "data.fix.0.0")
        if not context.document.report.problems or button is None:
            break
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.wait(1)  # the row's old buttons go away
    assert context.document.report.problems == ()


def test_the_split_is_edited_and_counted(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    find(page, QDoubleSpinBox, "data.split.test").setValue(0.4)
    settled(qtbot, context)
    facts = context.document.facts
    assert facts is not None
    assert facts.test == 60
    assert any(tile.text() == "60" for tile in page.findChildren(QLabel))
    find(page, QCheckBox, "data.split.stratified").click()
    data = context.document.project.data
    assert data is not None
    assert not data.split.stratified


def test_a_split_that_leaves_nothing_to_train_on_is_refused_at_the_field(
    qtbot: QtBot, context: Context, page: DataPage
):
    shown(qtbot, context, page, "iris")
    find(page, QDoubleSpinBox, "data.split.validation").setValue(0.5)
    before = context.document.project
    find(page, QDoubleSpinBox, "data.split.test").setValue(0.5)
    assert context.document.project == before
    assert "tenth" in find(page, QLabel, "data.split.test.error").text()


def test_pictures_are_shown_by_class_and_their_size_is_set(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "digits")
    pictures = [label for label in find(page, Thumbnails, "data.pictures").findChildren(QLabel) if label.pixmap()]
    assert len([label for label in pictures if not label.pixmap().isNull()]) == 120
    find(page, QSpinBox, "data.width").setValue(6)
    data = context.document.project.data
    assert isinstance(data, ImageData)
    assert data.width == 6
    assert "0 178" in find(page, Bars, "data.balance").accessibleDescription()


def test_texts_are_shown_with_their_class(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "reviews")
    model = find(page, QTableView, "data.texts").model()
    assert {model.index(row, 0).data() for row in range(10)} == {"neg", "pos"}
    assert len(model.index(0, 1).data()) > 20
    find(page, QSpinBox, "data.length").setValue(30)
    settled(qtbot, context)
    assert context.document.facts is not None
    assert context.document.facts.input.size("time") == 30


def test_a_broken_file_is_said_in_one_sentence(qtbot: QtBot, context: Context, page: DataPage, tmp_path: Path):
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("a,b\n1,2\n1,2,3\n")
    context.document.edit("Data", context.document.project.changed(data=TableData(path=str(ragged), target="b")))
    settled(qtbot, context)
    error = find(page, QLabel, "data.error")
    assert error.isVisible()
    assert "3" in error.text()
    ragged.write_text("\n".join(["a,b", *(f"{n},{'xy'[n % 2]}" for n in range(30))]))
    qtbot.mouseClick(find(page, QPushButton, "data.reload"), Qt.MouseButton.LeftButton)
    settled(qtbot, context)
    assert not error.isVisible()
    assert context.document.facts is not None


def test_a_picture_that_does_not_decode_is_a_note(qtbot: QtBot, context: Context, page: DataPage, tmp_path: Path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(10):
            Image.new("RGB", (12, 9), (number * 20, 90, 30)).save(tmp_path / name / f"{number}.png")
    (tmp_path / "cat" / "broken.png").write_bytes(b"no picture")
    data = ImageData(path=str(tmp_path), width=8, height=8)
    context.document.edit("Data", context.document.project.changed(data=data))
    settled(qtbot, context)
    qtbot.waitUntil(lambda: page._job is None, timeout=SECONDS)
    assert "broken.png" in find(page, QLabel, "data.notes").text()


def test_long_work_can_be_cancelled(qtbot: QtBot, context: Context, page: DataPage):
    context.document.open(small("reviews"), None, "reviews")
    cancel = find(page, QPushButton, "data.cancel")
    assert cancel.isVisible()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not context.loader.busy
    assert "cancelled" in find(page, QLabel, "data.error").text()
    qtbot.mouseClick(find(page, QPushButton, "data.reload"), Qt.MouseButton.LeftButton)
    settled(qtbot, context)
    assert context.document.facts is not None


def test_open_buttons_ask_the_window(qtbot: QtBot, page: DataPage):
    with qtbot.waitSignal(page.wishes.file, timeout=1000):
        qtbot.mouseClick(find(page, QPushButton, "data.open"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.wishes.folder, timeout=1000):
        qtbot.mouseClick(find(page, QPushButton, "data.open_folder"), Qt.MouseButton.LeftButton)
