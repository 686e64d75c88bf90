"""Live knobs: pressed while the real engine trains, marked on the curve, there again after a resume."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.layers import Block
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.project import Project
from engine.record.events import KnobTurned
from engine.runs.folder import RunFolder
from gui.kit.chart import Chart
from gui.live.knobs import knobs_of
from gui.live.run import LiveRun
from gui.pages.training.knobs_panel import SETTLED
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import SECONDS, ready, small

Key = Qt.Key


@pytest.fixture
def going(qtbot: QtBot, context: Context, page: TrainingPage) -> Iterator[LiveRun]:
    """A run that would go on for long, with a dropout in its network."""
    ready(qtbot, context, dropped(small("circle", epochs=100_000)))
    context.session.train()
    live = context.session.live
    assert live is not None
    qtbot.waitUntil(lambda: context.session.state == "running" and live.step > 0, timeout=SECONDS)
    yield live
    stop(qtbot, context)


def dropped(project: Project) -> Project:
    return project.changed(network=project.network.insert(Dropout(rate=0.3), 2)[0])


def stop(qtbot: QtBot, context: Context) -> None:
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)


def rate(page: TrainingPage) -> QDoubleSpinBox:
    return find(page, QDoubleSpinBox, "monitor.knob.learning_rate")


def give(qtbot: QtBot, knob: QDoubleSpinBox, text: str) -> None:
    knob.selectAll()
    qtbot.keyClicks(knob, text)
    qtbot.keyClick(knob, Key.Key_Return)


def test_a_number_is_turned_once_when_return_is_pressed(
    qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun
):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    give(qtbot, rate(page), "0.0005")
    qtbot.waitUntil(lambda: bool(going.turned), timeout=SECONDS)
    qtbot.wait(2 * SETTLED)
    (knob,) = going.turned
    assert (knob.name, knob.value, knob.layer) == ("learning_rate", 0.0005, "")
    assert 0 < knob.step <= going.step
    assert rate(page).value() == 0.0005
    assert RunFolder(going.folder).knobs() == [knob], "and it is saved with the run"


def test_steps_of_the_arrows_are_one_turn(qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    before = rate(page).value()
    rate(page).setFocus()
    for _ in range(3):
        qtbot.keyClick(rate(page), Key.Key_Up)
    assert rate(page).value() > before
    qtbot.waitUntil(lambda: bool(going.turned), timeout=SECONDS)
    qtbot.wait(2 * SETTLED)
    assert [knob.value for knob in going.turned] == [rate(page).value()]


def test_what_is_being_typed_is_not_written_over(qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    page.activateWindow()
    rate(page).setFocus()
    rate(page).selectAll()
    qtbot.keyClicks(rate(page), "0.02")
    qtbot.wait(2 * SETTLED)
    assert rate(page).lineEdit().text() == "0.02"
    assert going.turned == [], "nobody said that this is all of it"
    qtbot.keyClick(rate(page), Key.Key_Return)
    qtbot.waitUntil(lambda: [knob.value for knob in going.turned] == [0.02], timeout=SECONDS)


def test_decay_dropout_and_frozen_layers_are_knobs_too(
    qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun
):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    assert find(page, QDoubleSpinBox, "monitor.knob.dropout").value() == 0.3
    give(qtbot, find(page, QDoubleSpinBox, "monitor.knob.weight_decay"), "0.01")
    give(qtbot, find(page, QDoubleSpinBox, "monitor.knob.dropout"), "0.5")
    path = going.knobs.layers[0].path
    find(page, QAction, f"monitor.knob.frozen.{path}").trigger()
    qtbot.waitUntil(lambda: len(going.turned) == 3, timeout=SECONDS)
    said = {(knob.name, knob.value, knob.layer) for knob in going.turned}
    assert said == {("weight_decay", 0.01, ""), ("dropout", 0.5, ""), ("frozen", True, path)}
    frozen = find(page, QToolButton, "monitor.knob.frozen")
    qtbot.waitUntil(lambda: going.knobs.layers[0].label in frozen.text(), timeout=SECONDS)
    assert find(page, QAction, f"monitor.knob.frozen.{path}").isChecked()


def test_a_change_is_a_line_on_the_curve_and_told_under_the_mouse(
    qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun
):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    give(qtbot, rate(page), "0.0005")
    marks = page._loss.marks
    qtbot.waitUntil(lambda: len(marks.shown) == 1, timeout=SECONDS)
    stop(qtbot, context)
    page._loss.redraw.now()
    step = going.turned[0].step
    assert marks.shown[0].x == step
    assert marks.shown[0].words == f"Step {step:,}: learning rate 0.001 → 0.0005"
    assert marks.shown[0].short == "rate 0.0005"
    chart = find(page, Chart, "monitor.curves")
    box = chart.plot.getPlotItem().getViewBox()
    share = step / box.viewRange()[0][1]
    place = box.sceneBoundingRect()
    point = QPoint(round(place.left() + share * place.width()), round(place.center().y()))
    readout = find(page, QLabel, "monitor.readout")
    qtbot.mouseMove(chart.plot.viewport(), point + QPoint(80, 0))
    qtbot.wait(50)  # the library leaves out moves that come too fast
    qtbot.mouseMove(chart.plot.viewport(), point)
    qtbot.waitUntil(lambda: "0.001 → 0.0005" in readout.text(), timeout=SECONDS)


def test_knobs_are_there_only_while_a_run_is(qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun):
    panel = find(page, QWidget, "monitor.knobs")
    qtbot.waitUntil(panel.isVisible, timeout=SECONDS)
    context.session.pause()
    qtbot.waitUntil(lambda: context.session.state == "paused", timeout=SECONDS)
    assert panel.isVisible()
    stop(qtbot, context)
    assert not panel.isVisible()


def test_every_knob_has_a_name_for_screen_readers(qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    for name in ("learning_rate", "weight_decay", "dropout", "frozen"):
        assert find(page, QWidget, f"monitor.knob.{name}").accessibleName(), name
    assert QApplication.focusWidget() is not rate(page), "the run's start takes no keys"


def test_a_run_that_goes_on_shows_what_was_turned_before(
    qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun
):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    give(qtbot, rate(page), "0.0005")
    qtbot.waitUntil(lambda: bool(going.turned), timeout=SECONDS)
    stop(qtbot, context)
    context.session.train(going.folder)
    live = context.session.live
    assert live is not None
    assert live is not going
    qtbot.waitUntil(lambda: context.session.state == "running" and live.step > going.step, timeout=SECONDS)
    assert live.turned == going.turned
    qtbot.waitUntil(lambda: rate(page).value() == 0.0005, timeout=SECONDS)
    qtbot.waitUntil(lambda: len(page._loss.marks.shown) == 1, timeout=SECONDS)


def test_a_network_without_dropout_has_no_such_knob(qtbot: QtBot, context: Context):
    ready(qtbot, context, small("circle"))
    project, facts = context.document.project, context.document.facts
    assert "dropout" not in knobs_of(project, facts).numbers
    assert "dropout" in knobs_of(dropped(project), facts).numbers


def test_a_block_that_is_frozen_freezes_what_stands_in_it(qtbot: QtBot, context: Context):
    ready(qtbot, context, small("circle"))
    block = Block(id="block", layers=(Dense(id="one", units=4), Dense(id="two", units=4)))
    project = context.document.project
    network = Network(layers=(project.network.layers[0], block, *project.network.layers[-2:]))
    knobs = knobs_of(project.changed(network=network), context.document.facts)
    assert [(layer.path, layer.depth) for layer in knobs.layers][:3] == [
        ("block", 0),
        ("block.one", 1),
        ("block.two", 1),
    ]
    turned = [KnobTurned(5, "frozen", True, "block"), KnobTurned(9, "frozen", False, "block.two")]
    assert [knobs.holds(turned, "frozen", path) for path in ("block", "block.one", "block.two")] == [True, True, False]


def test_the_value_that_holds_is_no_change(qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun):
    path = going.knobs.layers[0].path
    held = going.project.training.optimizer.learning_rate
    context.session.turn("learning_rate", held)
    context.session.turn("frozen", False, path)
    context.session.turn("learning_rate", 0.0123)
    context.session.turn("learning_rate", 0.0123)
    qtbot.waitUntil(lambda: bool(going.turned), timeout=SECONDS)
    context.session.turn("learning_rate", 0.0123)
    context.session.turn("frozen", True, path)
    qtbot.waitUntil(lambda: len(going.turned) > 1, timeout=SECONDS)
    assert [(knob.name, knob.value) for knob in going.turned] == [("learning_rate", 0.0123), ("frozen", True)]


def test_there_and_back_at_once_is_two_changes(context: Context, going: LiveRun):
    held = going.project.training.optimizer.learning_rate
    assert going.ask("learning_rate", 0.0123)
    assert going.ask("learning_rate", held), "0.0123 is on its way, so this is another value"
    assert not going.ask("learning_rate", held)


def test_the_menu_of_frozen_layers_stays_open_while_layers_are_ticked(
    qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun
):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    menu = find(page, QToolButton, "monitor.knob.frozen").menu()
    first, second = (find(page, QAction, f"monitor.knob.frozen.{one.path}") for one in going.knobs.layers[:2])
    menu.popup(QPoint(10, 10))
    qtbot.waitUntil(menu.isVisible, timeout=SECONDS)
    for action in (first, second):
        qtbot.mouseMove(menu, menu.actionGeometry(action).center())
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        assert menu.isVisible()
    qtbot.waitUntil(lambda: len(going.turned) == 2, timeout=SECONDS)
    menu.setActiveAction(first)
    qtbot.keyClick(menu, Key.Key_Space)
    qtbot.waitUntil(lambda: len(going.turned) == 3, timeout=SECONDS)
    assert menu.isVisible()
    assert (first.isChecked(), second.isChecked()) == (False, True)
    stop(qtbot, context)
    assert not menu.isVisible(), "there is nothing to freeze any more"


def test_what_is_frozen_in_a_pause_is_shown_at_once_and_said_to_wait(
    qtbot: QtBot, context: Context, page: TrainingPage, going: LiveRun
):
    qtbot.waitUntil(rate(page).isVisible, timeout=SECONDS)
    context.session.pause()
    qtbot.waitUntil(lambda: context.session.state == "paused", timeout=SECONDS)
    layer = going.knobs.layers[0]
    find(page, QAction, f"monitor.knob.frozen.{layer.path}").trigger()
    assert layer.label in find(page, QToolButton, "monitor.knob.frozen").text()
    assert "next step" in find(page, QLabel, "monitor.knob.note").text()
    assert going.turned == []
    context.session.go_on()
    qtbot.waitUntil(lambda: len(going.turned) == 1, timeout=SECONDS)
    qtbot.waitUntil(lambda: "Marked" in find(page, QLabel, "monitor.knob.note").text(), timeout=SECONDS)
