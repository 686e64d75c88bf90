"""The code beside the canvas: it follows the network, and the choice goes both ways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from engine.layers import Block
from engine.layers.core.basics import ActivationLayer, Dense
from engine.layers.image.convolution import Conv2d
from engine.network import Network
from engine.project import Project
from gui.app import _network
from gui.kit import theme
from gui.pages.canvas.page import NetworkPage
from gui.pages.code.editor import CodeView
from gui.pages.code.pane import CodePane
from gui.settings import Preferences
from gui.shared.context import Context
from gui.shell.main_window import MainWindow
from tests.gui.pages.canvas.driving import FACTS

INSIDE = (Dense(id="first", units=8), ActivationLayer(id="bend"))
NETWORK = Network.stack(
    Dense(units=16), Block(id="pair", repeat=2, layers=INSIDE), Dense(units=3, activation="softmax")
)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[NetworkPage]:
    context.document.open(Project(network=NETWORK), None, "penguins")
    context.document.set_facts(FACTS)
    made = _network(context)
    assert isinstance(made, NetworkPage)
    qtbot.addWidget(made)
    made.resize(1400, 800)
    made.show()
    QTest.qWaitForWindowExposed(made)
    yield made
    made.popup.close()


@pytest.fixture
def pane(qtbot: QtBot, page: NetworkPage) -> CodePane:
    assert isinstance(page.code, CodePane)
    page.code.show()
    settled(qtbot, page.code)
    return page.code


def settled(qtbot: QtBot, pane: CodePane) -> None:
    qtbot.waitUntil(lambda: pane.listing is not None and not pane.busy, timeout=60_000)


def line_of(view: CodeView, words: str) -> int:
    return next(number for number, line in enumerate(view.toPlainText().splitlines()) if words in line)


def click_line(view: CodeView, line: int) -> None:
    """As the mouse does: on the first letter of a line."""
    view.verticalScrollBar().setValue(max(0, line - 3))
    place = view.cursorRect(QTextCursor(view.document().findBlockByNumber(line))).center() + QPoint(3, 0)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_it_shows_the_code_of_the_network(pane: CodePane) -> None:
    assert "class Model(nn.Module):" in pane.view.toPlainText()
    assert "self.dense = nn.Sequential(nn.Linear(4, 16), nn.ReLU())" in pane.view.toPlainText()
    assert pane.view.isReadOnly()


def test_it_follows_an_edit(qtbot: QtBot, context: Context, pane: CodePane) -> None:
    document = context.document
    document.edit("Set units", document.network.with_values("dense", units=21))
    qtbot.waitUntil(lambda: "nn.Linear(4, 21)" in pane.view.toPlainText(), timeout=20_000)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: "nn.Linear(4, 16)" in pane.view.toPlainText(), timeout=20_000)


def test_a_chosen_card_marks_its_lines(page: NetworkPage, pane: CodePane) -> None:
    page.select("dense_2")
    assert pane.listing is not None
    assert pane.view.marked == pane.listing.lines["dense_2"]
    assert line_of(pane.view, "self.dense_2 =") in pane.view.marked
    assert pane.view.extraSelections()
    page.selection.choose()
    assert pane.view.marked == ()


def test_a_chosen_card_inside_a_block_marks_its_lines(page: NetworkPage, pane: CodePane) -> None:
    page.select("pair.first")
    assert page.selection.ids == ("pair.first",)
    assert line_of(pane.view, "self.first =") in pane.view.marked


def test_marked_lines_come_into_view(page: NetworkPage, pane: CodePane) -> None:
    page.resize(1400, 260)
    page.select("input")
    pane.view.verticalScrollBar().setValue(0)
    page.select("dense_2")
    seen = [line for line, _ in pane.view.rows()]
    assert set(seen) & set(pane.view.marked)


@pytest.mark.parametrize(
    ("words", "path"), [("self.dense_2 =", "dense_2"), ("self.first =", "pair.first"), ("x = self.dense(x)", "dense")]
)
def test_a_click_on_a_line_chooses_the_card(page: NetworkPage, pane: CodePane, words: str, path: str) -> None:
    click_line(pane.view, line_of(pane.view, words))
    assert page.selection.ids == (path,)
    assert pane.view.hasFocus()


def test_another_project_is_shown_from_its_top(
    qtbot: QtBot, context: Context, page: NetworkPage, pane: CodePane
) -> None:
    bar = pane.view.verticalScrollBar()
    tall = Network.stack(*(Dense(units=4 + n) for n in range(60)), Dense(units=3, activation="softmax"))
    context.document.edit("Grow", tall)
    qtbot.waitUntil(lambda: bar.maximum() > 0 and not pane.busy, timeout=60_000)
    bar.setValue(bar.maximum())
    page.layers.search.setText("conv")
    other = Network.stack(*(Dense(units=100 + n) for n in range(60)), Dense(units=3, activation="softmax"))
    context.document.open(Project(network=other), None, "other")
    assert page.layers.search.text() == ""
    context.document.set_facts(FACTS)
    qtbot.waitUntil(lambda: "150" in pane.view.toPlainText() and not pane.busy, timeout=60_000)
    assert bar.value() == 0


def test_the_cursor_keys_choose_too(page: NetworkPage, pane: CodePane) -> None:
    click_line(pane.view, line_of(pane.view, "self.dense ="))
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert page.selection.ids == ("pair",)


def test_a_line_of_no_layer_leaves_the_choice(page: NetworkPage, pane: CodePane) -> None:
    page.select("dense")
    click_line(pane.view, line_of(pane.view, "super().__init__()"))
    assert page.selection.ids == ("dense",)


def test_what_does_not_fit_is_said_instead(qtbot: QtBot, context: Context, pane: CodePane) -> None:
    document = context.document
    document.edit("Add Conv 2D", document.network.insert(Conv2d(), 1)[0])
    qtbot.waitUntil(pane.sentence.isVisible, timeout=20_000)
    assert "Conv 2D needs" in pane.sentence.text()
    assert not pane.view.isVisible()
    assert not pane.copy.isEnabled()
    document.undo_stack.undo()
    qtbot.waitUntil(pane.view.isVisible, timeout=20_000)


def test_without_data_it_says_what_is_missing(context: Context, pane: CodePane) -> None:
    context.document.open(Project(network=NETWORK), None, "none")
    assert pane.sentence.isVisible()
    assert "data" in pane.sentence.text()


def test_copy_takes_all_of_it(pane: CodePane) -> None:
    pane.copy.click()
    assert pane.listing is not None
    assert QGuiApplication.clipboard().text() == pane.listing.text
    pane.stop_saying()


def test_hidden_it_works_nothing_out(qtbot: QtBot, context: Context, page: NetworkPage, pane: CodePane) -> None:
    close = pane.findChild(QToolButton, "code.close")
    assert close is not None
    close.click()
    assert pane.isHidden()
    assert context.settings.text("code", "?") == ""
    before = pane.view.toPlainText()
    document = context.document
    document.edit("Set units", document.network.with_values("dense", units=5))
    assert not pane.busy
    pane.show()
    qtbot.waitUntil(lambda: pane.view.toPlainText() != before and not pane.busy, timeout=20_000)
    assert "nn.Linear(4, 5)" in pane.view.toPlainText()


def inks(view: CodeView, line: int) -> set[str]:
    """The colours that words of a line wear."""
    layout = view.document().findBlockByNumber(line).layout()
    assert layout is not None
    return {form.format.foreground().color().name() for form in layout.formats()}


def test_text_in_three_quotes_is_one_string_over_lines(qtbot: QtBot) -> None:
    view = CodeView()
    qtbot.addWidget(view)
    view.show_text('def f():\n    """One.\n\n    if 3: # no\n    """\n    return 3  # if')
    theirs = theme.tokens()
    assert inks(view, 1) == inks(view, 3) == inks(view, 4) == {theirs.good.lower()}
    assert inks(view, 5) == {theirs.accent_text.lower(), theirs.warning.lower(), theirs.dim.lower()}


def test_it_wears_the_theme(pane: CodePane, qapp: QApplication) -> None:
    for mode in (theme.LIGHT, theme.DARK):
        theme.put_on(qapp, mode)
        assert inks(pane.view, line_of(pane.view, "import torch")) == {mode.accent_text.lower()}


def test_the_shortcut_shows_and_hides_it(window: MainWindow) -> None:
    window.go("network")
    action = window.actions_["view.code"]
    assert action.shortcut().toString() == "Ctrl+E"
    assert not action.isChecked()
    action.trigger()
    assert window.network_page.code.isVisible()
    assert action.isChecked()
    action.trigger()
    assert window.network_page.code.isHidden()


def test_it_is_there_again_after_a_restart(qtbot: QtBot, context: Context, settings: Preferences) -> None:
    settings.put("code", "shown")
    pane = CodePane(context)
    qtbot.addWidget(pane)
    assert not pane.isHidden()
    settings.put("code", "")
    other = CodePane(context)
    qtbot.addWidget(other)
    assert other.isHidden()
