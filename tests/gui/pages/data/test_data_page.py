from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.data.feature.picture import Picture
from engine.data.settings import DataSettings
from engine.data.sources import propose
from gui.kit.cards import Bars
from gui.kit.picker import Picker
from gui.kit.thumbnails import Thumbnails
from gui.pages.data.columns_view import ColumnsView
from gui.pages.data.page import DataPage
from gui.pages.data.role_header import widest
from gui.shared.context import Context
from tests.data_settings import kinds_of, picture_data, picture_of, table_data
from tests.gui.runs_helpers import SECONDS, put_away, ready, small

T = TypeVar("T", bound=QObject)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[DataPage]:
    page = DataPage(context)
    page.resize(1376, 810)
    page.show()
    yield page
    put_away(qtbot, page, lambda: not page.busy)


def find(page: QWidget, kind: type[T], name: str) -> T:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def shown(qtbot: QtBot, context: Context, page: DataPage, name: str) -> None:
    ready(qtbot, context, small(name))
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    show_examples(page)


def show_examples(page: DataPage) -> None:
    """The rows of a table instead of its columns."""
    tab = page.findChild(QPushButton, "data.tab.examples")
    if tab is not None and tab.isVisible():
        tab.click()


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
    assert isinstance(data, DataSettings)
    assert kinds_of(data) == {"petal length (cm)": "ignore"}
    settled(qtbot, context)
    assert context.document.facts.input.count == before - 1
    context.document.undo_stack.undo()
    assert context.document.facts is not None
    assert context.document.facts.input.count == before


def test_another_target_shows_what_no_longer_fits_and_cures_it(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    last = context.document.network.middle[-1].id
    network = context.document.network.with_values(last, name="Mine")
    context.document.edit("Rename", network)
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
    find(page, QSpinBox, "data.picture.width").setValue(6)
    data = context.document.project.data
    assert isinstance(data, DataSettings)
    assert picture_of(data).width == 6
    assert "0 178" in find(page, Bars, "data.balance").accessibleDescription()


def test_texts_are_shown_with_their_class(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "reviews")
    model = find(page, QTableView, "data.texts").model()
    assert {model.index(row, 0).data() for row in range(10)} == {"neg", "pos"}
    assert len(model.index(0, 1).data()) > 20
    assert page.findChild(QLineEdit, "data.text.tokenizer") is None
    find(page, QSpinBox, "data.text.length").setValue(30)
    settled(qtbot, context)
    assert context.document.facts is not None
    assert context.document.facts.input.size("time") == 30


def test_a_tokenizer_is_asked_for_where_one_is_read(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "reviews")
    tokens = find(page, QComboBox, "data.text.tokens")
    tokens.setCurrentIndex(tokens.findData("file"))
    qtbot.waitUntil(lambda: find(page, QLineEdit, "data.text.tokenizer").isVisible(), timeout=SECONDS)
    settled(qtbot, context)
    assert "No tokenizer is chosen" in find(page, QLabel, "data.error").text()


def test_a_broken_file_is_said_in_one_sentence(qtbot: QtBot, context: Context, page: DataPage, tmp_path: Path):
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("a,b\n1,2\n1,2,3\n")
    context.document.edit("Data", context.document.project.changed(data=table_data(path=str(ragged), target="b")))
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
    data = picture_data(path=str(tmp_path), width=8, height=8)
    context.document.edit("Data", context.document.project.changed(data=data))
    settled(qtbot, context)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
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
    with qtbot.waitSignal(page.requests.file, timeout=1000):
        qtbot.mouseClick(find(page, QPushButton, "data.open"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.requests.folder, timeout=1000):
        qtbot.mouseClick(find(page, QPushButton, "data.open_folder"), Qt.MouseButton.LeftButton)


def pick(page: QWidget, name: str, value: str) -> None:
    picker = find(page, Picker, name)
    next(action for action in picker.menu().actions() if action.data() == value).trigger()


def table_of(context: Context) -> DataSettings:
    data = context.document.project.data
    assert isinstance(data, DataSettings)
    return data


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A table beside its pictures: a column of file names, one of texts, a number and a class."""
    for number in range(12):
        Image.new("RGB", (16, 16), (number * 20, 60, 200)).save(tmp_path / f"{number}.png")
    rows = [
        f'{n % 12}.png,"a longer text about number {n} and what it is good for",{n},{"xy"[n % 2]}' for n in range(40)
    ]
    (tmp_path / "cards.csv").write_text("\n".join(["file,story,size,kind", *rows]))
    return tmp_path / "cards.csv"


def looked_at(page: DataPage, name: str) -> None:
    """The column is chosen in the list of columns."""
    view = find(page, ColumnsView, "data.columns")
    row = next(place for place, line in enumerate(view.lines.lines) if line.name == name)
    view.setCurrentIndex(view.model().index(row, 0))


def opened(qtbot: QtBot, context: Context, page: DataPage, data: DataSettings) -> None:
    context.document.edit("Data", context.document.project.changed(data=data))
    settled(qtbot, context)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    show_examples(page)


def test_pictures_that_cells_name_are_shown_and_targets_are_marked(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "sums")
    model = find(page, QTableView, "data.rows").model()
    small_one = model.index(0, 0).data(Qt.ItemDataRole.DecorationRole)
    assert not small_one.isNull()
    assert model.index(0, 1).data(Qt.ItemDataRole.DecorationRole) is None
    roles = {name: find(page, Picker, f"data.role.{name}").value for name in ("picture", "first", "digit", "sum")}
    assert roles == {"picture": "picture", "first": "number", "digit": "target", "sum": "more"}
    sentence = find(page, QLabel, "data.example").text()
    for part in ("2 inputs", "picture (1 × 8 × 8 numbers", "table (2 numbers)", "digit, one of 10", "sum, a number"):
        assert part in sentence


def test_targets_are_added_dropped_and_follow_the_first(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    pick(page, "data.more_target", "petal width (cm)")
    assert table_of(context).targets == ("species", "petal width (cm)")
    settled(qtbot, context)
    assert context.document.facts is not None
    assert [target.kind for target in context.document.facts.targets] == ["classes", "number"]
    assert find(page, Picker, "data.role.petal width (cm)").value == "more"
    pick(page, "data.role.species", "category")
    assert table_of(context).targets == ("petal width (cm)",)
    settled(qtbot, context)
    pick(page, "data.role.species", "more")
    assert table_of(context).targets == ("petal width (cm)", "species")
    qtbot.mouseClick(find(page, QPushButton, "data.drop_target.species"), Qt.MouseButton.LeftButton)
    assert table_of(context).targets == ("petal width (cm)",)
    settled(qtbot, context)


def test_a_further_target_becomes_the_first_one_only_once(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "sums")
    target = find(page, QComboBox, "data.target")
    target.setCurrentText("sum")
    target.textActivated.emit("sum")
    assert table_of(context).targets == ("sum",)
    settled(qtbot, context)
    assert context.loader.error is None


def test_columns_of_pictures_and_texts_get_their_sizes(qtbot: QtBot, context: Context, page: DataPage, cards: Path):
    opened(qtbot, context, page, table_data(path=str(cards), target="kind"))
    assert find(page, Picker, "data.role.file").value == "ignore"
    pick(page, "data.role.file", "picture")
    pick(page, "data.role.story", "text")
    assert kinds_of(table_of(context)) == {"file": "picture", "story": "text"}
    settled(qtbot, context)
    looked_at(page, "file")
    find(page, QSpinBox, "data.column.width").setValue(12)
    looked_at(page, "story")
    find(page, QSpinBox, "data.column.length").setValue(9)
    settled(qtbot, context)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    facts = context.document.facts
    assert facts is not None
    assert {fact.name: fact.shape.sizes for fact in facts.inputs} == {
        "table": (1,),
        "file": (3, 32, 12),
        "story": (9,),
    }
    model = find(page, QTableView, "data.rows").model()
    assert not model.index(3, 0).data(Qt.ItemDataRole.DecorationRole).isNull()
    assert "number 3" in model.index(3, 1).data()
    assert "picture" not in find(page, Picker, "data.role.size").menu().actions()[2].text()


def test_a_table_that_names_pictures_is_proposed_as_such(cards: Path):
    data = propose(cards)
    assert isinstance(data, DataSettings)
    assert kinds_of(data) == {"file": "picture", "story": "text"}
    assert picture_of(data, "file") == Picture(width=16, height=16)


def test_the_row_itself_can_be_the_answer(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "iris")
    answer = find(page, QComboBox, "data.answer")
    answer.setCurrentIndex(answer.findData("itself"))
    assert table_of(context).targets == ()
    settled(qtbot, context)
    assert context.document.facts is not None
    assert context.document.facts.target.kind == "values"
    assert not find(page, QComboBox, "data.target").isVisible()
    assert find(page, Picker, "data.role.species").value == "ignore"
    assert "the example itself" in find(page, QLabel, "data.example").text()


def test_the_next_word_can_be_the_answer(qtbot: QtBot, context: Context, page: DataPage):
    shown(qtbot, context, page, "reviews")
    answer = find(page, QComboBox, "data.answer")
    answer.setCurrentIndex(answer.findData("itself"))
    settled(qtbot, context)
    assert context.document.facts is not None
    assert context.document.facts.target.kind == "tokens"
    assert "next word" in find(page, QLabel, "data.example").text()


def test_all_heads_are_in_sight_in_a_narrow_window(qtbot: QtBot, context: Context, page: DataPage):
    page.resize(960, 490)
    shown(qtbot, context, page, "sums")
    table = find(page, QTableView, "data.rows")
    header = table.horizontalHeader()
    assert header.length() <= table.viewport().width()
    for index, name in enumerate(("picture", "first", "second", "digit", "sum")):
        box = find(page, Picker, f"data.role.{name}").parentWidget()
        assert box.x() == header.sectionViewportPosition(index)
        assert box.geometry().right() <= header.viewport().width()
        assert box.sizeHint().height() <= header.height()


def test_the_widest_columns_give_way_first():
    assert widest([110, 120, 240], 400) == 170
    assert widest([110, 120, 240], 10_000) == 240
    assert widest([200] * 20, 600) == 240  # they cannot all be seen: nothing is gained
