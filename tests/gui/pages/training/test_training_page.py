from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.losses import LOSSES
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.starter import starter
from gui.kit.chart import Chart
from gui.kit.numbers import plain
from gui.kit.picker import Picker
from gui.pages.training.page import TrainingPage
from gui.pages.training.surface_card import Plane
from gui.shared.context import Context
from tests.data_settings import table_data
from tests.gui.drawn import points_of
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import SECONDS, ready, small, trained


def choose(combo: QComboBox, title: str) -> None:
    combo.setCurrentIndex(combo.findText(title))


def test_settings_are_edits_of_the_document(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    find(page, QSpinBox, "training.epochs").setValue(7)
    find(page, QSpinBox, "training.batch_size").setValue(9)
    find(page, QDoubleSpinBox, "training.learning_rate").setValue(0.02)
    training = context.document.project.training
    assert (training.epochs, training.batch_size, training.optimizer.learning_rate) == (7, 9, 0.02)
    context.document.undo_stack.undo()
    assert find(page, QDoubleSpinBox, "training.learning_rate").value() != 0.02


def test_another_optimizer_brings_its_own_settings(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    choose(find(page, QComboBox, "training.optimizer"), "SGD")
    assert context.document.project.training.optimizer.kind == "sgd"
    assert page.findChild(QWidget, "training.optimizer.momentum") is not None
    find(page, QDoubleSpinBox, "training.learning_rate").setValue(0.5)
    assert context.document.project.training.optimizer.learning_rate == 0.5


def test_a_dragged_number_is_one_step_of_undo(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris", epochs=3))
    for value in (4, 5, 6):
        find(page, QSpinBox, "training.epochs").setValue(value)
    assert context.document.undo_stack.count() == 1
    context.document.undo_stack.undo()
    assert context.document.project.training.epochs == 3


def test_losses_that_do_not_suit_the_target_are_barred_and_say_why(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("diabetes"))
    model = find(page, QComboBox, "training.loss").model()
    for row, loss in enumerate(LOSSES):
        index = model.index(row, 0)
        able = bool(model.flags(index) & Qt.ItemFlag.ItemIsEnabled)
        assert able == ("number" in loss.suits), loss.kind
        if not able:
            assert "number" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert not find(page, QCheckBox, "training.metrics.accuracy").isEnabled()
    assert find(page, QCheckBox, "training.metrics.rmse").isEnabled()


def test_metrics_are_ticked(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    find(page, QCheckBox, "training.metrics.f1").click()
    assert "f1" in context.document.project.training.metrics


def test_a_problem_has_its_cure_beside_it(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    dense = context.document.network.layers[-2]
    context.document.edit("Units", context.document.network.with_values(dense.id, units=7))
    button = find(page, QPushButton, "training.fix.0.0")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert context.document.report.problems == ()


def test_of_three_dense_layers_the_problem_says_which(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    stack = Network.stack(Dense(units=8), Dense(units=8), Dense(units=7, activation="softmax"))
    context.document.edit("Stack", stack)
    said = [label.text() for label in find(page, QWidget, "training.problems").findChildren(QLabel)]
    assert said == ["Dense 3 has 7 units, the target has 3 classes"]
    qtbot.mouseClick(find(page, QPushButton, "training.fix.0.0"), Qt.MouseButton.LeftButton)
    assert context.document.report.problems == ()
    assert {layer.name for layer in context.document.network.layers} == {""}, "a cure gives no names"


def test_a_run_draws_its_curves_and_gives_way_to_progress(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("digits", epochs=2))
    epochs = find(page, QSpinBox, "training.epochs")
    assert epochs.isVisible()
    context.session.train()
    assert not epochs.isVisible()
    assert find(page, QWidget, "monitor.progress").isVisible()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    live = context.session.live
    assert live is not None
    chart = find(page, Chart, "monitor.curves")
    qtbot.waitUntil(lambda: len(points_of(chart, "validation")[0]) == 2, timeout=3000)
    x, y = points_of(chart, "training")
    assert x[-1] == live.step
    assert y[0] == pytest.approx(float(live.losses[0]))
    assert epochs.isVisible()
    assert "Finished" in find(page, QLabel, "monitor.ending").text()
    metric = find(page, Chart, "monitor.metric")
    qtbot.waitUntil(lambda: len(points_of(metric, "accuracy")[0]) == 2, timeout=3000)
    assert points_of(metric, "accuracy")[1][-1] == pytest.approx(100 * live.epochs[-1].metrics["accuracy"])


def test_the_crosshair_reads_the_loss_under_the_mouse(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("circle", epochs=3))
    context.session.train()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    chart = find(page, Chart, "monitor.curves")
    qtbot.waitUntil(lambda: len(points_of(chart, "validation")[0]) == 3, timeout=3000)
    readout = find(page, QLabel, "monitor.readout")
    assert readout.text().startswith("Now")
    live = context.session.live
    assert live is not None
    assert f"training loss {plain(live.recent_loss)}" in readout.text()  # the same number as on the tile
    assert page._progress._tiles["train_loss"].value.text() == plain(live.recent_loss)
    middle = QPoint(chart.plot.width() // 2, chart.plot.height() // 2)
    qtbot.mouseMove(chart.plot.viewport(), QPoint(60, 30))
    qtbot.mouseMove(chart.plot.viewport(), middle)
    qtbot.waitUntil(lambda: readout.text().startswith("Step"), timeout=3000)
    assert "loss of this step" in readout.text()
    assert "training loss" not in readout.text()


def test_two_inputs_show_what_is_learned_and_nobody_else_is_asked(qtbot: QtBot, context: Context, page: TrainingPage):
    plane = find(page, Plane, "monitor.surface")
    ready(qtbot, context, small("circle", epochs=10_000))
    assert plane.isVisible()
    context.session.train()
    live = context.session.live
    assert live is not None
    qtbot.waitUntil(lambda: "surface" in live.looks and plane.image is not None, timeout=SECONDS)
    page.hide()
    assert not context.session._runner.control.watched
    page.show()
    assert context.session._runner.control.watched == {"surface"}
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    ready(qtbot, context, small("iris"))
    assert not plane.isVisible()
    assert not context.session._runner.control.watched


def test_a_hidden_page_draws_nothing_and_catches_up_when_shown(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("circle", epochs=3))
    page.hide()
    context.session.train()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    chart = find(page, Chart, "monitor.curves")
    assert len(points_of(chart, "training")[0]) == 0
    page.show()
    qtbot.waitUntil(lambda: len(points_of(chart, "training")[0]) > 0, timeout=3000)


def test_a_run_that_diverges_says_so_on_the_page(qtbot: QtBot, context: Context, page: TrainingPage):
    project = small("diabetes", epochs=200)
    ready(qtbot, context, project)
    choose(find(page, QComboBox, "training.optimizer"), "SGD")
    find(page, QDoubleSpinBox, "training.learning_rate").setValue(100.0)
    context.session.train()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    ending = find(page, QLabel, "monitor.ending")
    qtbot.waitUntil(lambda: "learning rate" in ending.text(), timeout=3000)
    assert ending.property("look") == "danger"


def test_every_control_has_a_name_for_screen_readers(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("circle"))
    names = ("optimizer", "loss", "epochs", "batch_size", "learning_rate", "schedule")
    for name in (*(f"training.{name}" for name in names), "monitor.curves", "monitor.metric", "monitor.surface"):
        assert find(page, QWidget, name).accessibleName(), name


def test_the_run_of_another_project_is_not_shown(qtbot: QtBot, context: Context, page: TrainingPage):
    trained(qtbot, context, small("circle"))
    page.show()
    progress = find(page, QWidget, "monitor.progress")
    assert progress.isVisible()
    qtbot.waitUntil(lambda: bool(find(page, QLabel, "monitor.readout").text()), timeout=SECONDS)
    ready(qtbot, context, small("iris"), "other")
    assert not progress.isVisible()
    assert not find(page, QWidget, "monitor.curves").isVisible()
    assert find(page, QLabel, "monitor.readout").text() == ""


def _right_of(page: TrainingPage, one: QWidget, other: QWidget) -> bool:
    return one.mapTo(page, QPoint()).x() >= other.mapTo(page, QPoint(other.width(), 0)).x()


def test_without_a_plane_the_loss_takes_the_width(qtbot: QtBot, context: Context, page: TrainingPage):
    page.resize(1376, 810)
    page.show()
    ready(qtbot, context, small("circle"))
    chart, plane = page._loss, find(page, QWidget, "monitor.surface")
    qtbot.waitUntil(lambda: plane.isVisible() and _right_of(page, plane, chart), timeout=SECONDS)  # it is laid out
    narrow = chart.width()
    ready(qtbot, context, small("iris"), "other")
    assert not find(page, QWidget, "monitor.surface").isVisible()
    qtbot.waitUntil(lambda: chart.width() > narrow * 1.4, timeout=SECONDS)
    assert chart.width() == page._metric.width()


def test_each_of_several_targets_has_its_loss_and_weight(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("sums"))
    labels = [label.text() for label in page.findChildren(QLabel) if not label.isHidden()]
    assert "LOSS OF digit" in labels
    assert "LOSS OF sum" in labels
    choose(find(page, QComboBox, "training.heads.sum"), "Huber")
    find(page, QDoubleSpinBox, "training.heads.sum.weight").setValue(0.25)
    find(page, QDoubleSpinBox, "training.heads.digit.weight").setValue(2.0)
    training, facts = context.document.project.training, context.document.facts
    assert facts is not None
    digit, answer = facts.targets
    assert training.loss_of(answer, first=False)[0].kind == "huber"
    assert training.loss_of(answer, first=False)[1] == 0.25
    assert training.loss_of(digit, first=True) == (training.loss, 2.0)
    assert context.document.report.problems == ()
    for _ in range(3):
        context.document.undo_stack.undo()
    assert find(page, QDoubleSpinBox, "training.heads.sum.weight").value() == 1.0
    assert find(page, QComboBox, "training.heads.sum").currentText() == "Mean squared error"


def test_losses_are_barred_by_the_kind_of_their_own_target(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("sums"))
    for name, kind in (("training.loss", "classes"), ("training.heads.sum", "number")):
        model = find(page, QComboBox, name).model()
        able = [bool(model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsEnabled) for row in range(len(LOSSES))]
        assert able == [kind in loss.suits for loss in LOSSES]
    assert find(page, QCheckBox, "training.metrics.accuracy").isEnabled()
    assert find(page, QCheckBox, "training.metrics.rmse").isEnabled()
    ready(qtbot, context, small("iris"), "one target")
    assert page.findChild(QWidget, "training.heads.sum") is None
    assert "LOSS" in [label.text() for label in page.findChildren(QLabel)]


def test_metrics_of_several_targets_are_drawn_under_their_names(qtbot: QtBot, context: Context, page: TrainingPage):
    trained(qtbot, context, small("sums", epochs=2))
    metric = find(page, Chart, "monitor.metric")
    picker = find(page, Picker, "monitor.metric_name")
    assert [action.text() for action in picker.menu().actions()] == ["digit: accuracy", "sum: R2", "sum: MAE"]
    next(action for action in picker.menu().actions() if action.data() == "sum: mae").trigger()
    qtbot.waitUntil(lambda: len(points_of(metric, "sum: mae")[0]) == 2, timeout=SECONDS)
    live = context.session.live
    assert live is not None
    assert points_of(metric, "sum: mae")[1][-1] == pytest.approx(live.epochs[-1].metrics["sum: mae"])
    assert not find(page, QWidget, "monitor.surface").isVisible()  # two numbers, but a picture beside them


def test_a_pause_shows_the_last_surface_at_once(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("circle", epochs=100_000))
    context.session.train()
    live = context.session.live
    assert live is not None
    qtbot.waitUntil(lambda: "surface" in live.looks, timeout=SECONDS)
    with qtbot.waitSignal(context.session.state_changed, timeout=SECONDS):
        context.session.pause()
    assert context.session.state == "paused"
    later = replace(live.looks["surface"], step=live.looks["surface"].step + 1)
    live.feed(later)
    context.session.state_changed.emit()
    said = f"at step {later.step:,}"
    assert any(label.text() == said for label in page.findChildren(QLabel)), "at once, not when its turn comes"
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)


def test_what_was_found_in_the_data_stands_where_training_begins(
    qtbot: QtBot, context: Context, page: TrainingPage, tmp_path: Path
):
    """A column that gives the answer away is said on the Data page, and again before Train is pressed."""
    file = tmp_path / "rows.csv"
    file.write_text("\n".join(["code,width,kind", *(f"{'ab'[n % 2]},{n % 7},{'xy'[n % 2]}" for n in range(60))]))
    data = table_data(path=str(file), target="kind")
    ready(qtbot, context, starter(data, load(data, Ticket()).facts))
    notes = find(page, QLabel, "training.notes")
    assert notes.isVisible()
    assert "code tells kind exactly" in notes.text()
    ready(qtbot, context, small("iris"))
    assert not notes.isVisible()


def test_one_measure_decides_what_is_best_and_its_name_stands_there(qtbot: QtBot, context: Context, page: TrainingPage):
    """Chosen in Training, and so in the run; the metric's card names it, and the highest value apart."""
    ready(qtbot, context, small("iris", epochs=2))
    best_by = find(page, QComboBox, "training.best_by")
    assert best_by.currentText() == "validation loss"
    assert not best_by.model().index(best_by.findData("mae"), 0).flags() & Qt.ItemFlag.ItemIsEnabled
    choose(best_by, "F1 (macro)")
    assert context.document.project.training.best_by == "f1"
    trained(qtbot, context, context.document.project)
    live = context.session.live
    assert live is not None
    assert "f1" in live.metrics, "what decides is measured without being ticked"
    best = live.decider.best(live.epochs)
    assert best is not None
    assert best.metrics["f1"] == max(end.metrics["f1"] for end in live.epochs)
    said = page._metric.says.text()
    assert said.startswith(f"Best epoch by F1 (macro): {best.epoch}, {best.metrics['accuracy'] * 100:.1f} %")
    assert f"highest {max(end.metrics['accuracy'] for end in live.epochs) * 100:.1f} %" in said
