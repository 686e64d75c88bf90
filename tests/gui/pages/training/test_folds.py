"""Cross-validation from the window: asked for, trained fold by fold, summed up, each fold a run."""

from __future__ import annotations

from statistics import fmean, stdev

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QSpinBox, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.optimizers import Sgd
from engine.choices.schedules import Constant
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.settings import EarlyStopping
from gui.kit.cards import Tile
from gui.kit.chart import Chart
from gui.kit.numbers import measured
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from gui.shell.main_window import MainWindow
from gui.shell.strip.curve import MiniCurve
from tests.gui.drawn import points_of
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import SECONDS, ready, small

LEFT = Qt.MouseButton.LeftButton


def test_folds_are_asked_for_in_the_run_menu(qtbot: QtBot, window: MainWindow):
    ready(qtbot, window.context, small("iris"))
    action = window.actions_["run.cross_validate"]
    assert action.isEnabled()
    action.trigger()
    assert window.page == "training"
    dialog = find(window, QDialog, "folds")
    assert find(dialog, QSpinBox, "folds.number").value() == 5
    assert "Trained 5 times, 15 epochs in all" in find(dialog, QLabel, "folds.says").text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.context.session.state == "idle"


def test_all_folds_are_trained_and_summed_up(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris", epochs=2), "iris")
    states: list[str] = []
    titles: list[str] = []
    session, card = context.session, find(page, QWidget, "monitor.progress")
    session.state_changed.connect(lambda: states.append(session.state))
    session.drained.connect(lambda: titles.extend(label.text() for label in card.findChildren(QLabel)[:1]))
    page.ask_folds()
    dialog = find(page, QDialog, "folds")
    find(dialog, QSpinBox, "folds.number").setValue(3)
    qtbot.mouseClick(find(dialog, QPushButton, "folds.train"), LEFT)
    assert session.state == "starting"
    qtbot.waitUntil(lambda: session.state == "idle", timeout=2 * SECONDS)
    assert states == ["starting", *["starting", "running"] * 3, "idle"]
    assert any(title.startswith("Fold 2 of 3 · Epoch") for title in titles)
    folding = session.folding
    assert folding is not None
    assert folding.summary is not None
    runs = store.runs(session.root)
    assert sorted(run.folder.name for run in runs) == [f"iris-cv1-fold-{fold}" for fold in (1, 2, 3)]
    assert {RunFolder(run.folder).annotations().group for run in runs} == {"iris-cv1"}
    values = [RunFolder(run.folder).epochs()[-1].metrics["accuracy"] for run in runs]
    tile = find(page, Tile, "folds.mean.accuracy")
    qtbot.waitUntil(tile.isVisible, timeout=SECONDS)  # a layout shows what is put into it a moment later
    expected = f"{measured('accuracy', fmean(values))} ± {measured('accuracy', stdev(values))}"
    assert tile.value.text() == expected
    assert tile.accessibleName() == f"accuracy: {expected}"
    table = find(page, QTableWidget, "folds.table")
    assert table.rowCount() == 3
    said = {table.item(row, 0).text() for row in range(3)}
    assert said == {measured("accuracy", value) for value in values}
    assert not find(page, QPushButton, "monitor.longer").isVisible(), "a fold has the length of the others"


def test_stopping_ends_all_folds(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("circle", epochs=100_000))
    context.session.cross_validate(4)
    qtbot.waitUntil(lambda: context.session.state == "running", timeout=SECONDS)
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert len(store.runs(context.session.root)) == 1
    assert "No fold" in find(page, QLabel, "folds.says").text()


def test_the_table_is_gone_with_the_next_run(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris", epochs=1))
    context.session.cross_validate(2)
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    card = find(page, QWidget, "folds.card")
    assert card.isVisible()
    context.session.train()
    assert not card.isVisible()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert not card.isVisible()
    assert context.session.live is not None
    assert context.session.live.progress == pytest.approx(1.0)


def test_a_fold_that_is_lost_or_stopped_is_said_so_by_name(qtbot: QtBot, context: Context, page: TrainingPage):
    project = small("diabetes", epochs=30)
    wild = project.training.changed(optimizer=Sgd(learning_rate=100.0), schedule=Constant())
    ready(qtbot, context, project.changed(training=wild))
    told: list[str] = []
    context.session.told.connect(told.append)
    context.session.cross_validate(2)
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=2 * SECONDS)
    assert [words.partition(":")[0] for words in told] == ["Fold 1 of 2", "Fold 2 of 2"]
    assert all("first in Dense" in words and "dense" not in words for words in told)
    table = find(page, QTableWidget, "folds.table")
    assert [table.item(row, 0).text() for row in range(2)] == ["diverged", "diverged"]
    ready(qtbot, context, small("circle", epochs=100_000))
    context.session.cross_validate(2)
    qtbot.waitUntil(lambda: context.session.state == "running", timeout=SECONDS)
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert [table.item(row, 0).text() for row in range(table.rowCount())] == ["stopped"]


def test_between_folds_the_last_curve_stays_and_the_fold_is_named(qtbot: QtBot, window: MainWindow):
    session = window.context.session
    ready(qtbot, window.context, small("iris", epochs=3))
    window.go("training")
    page = find(window, TrainingPage, "training.page")
    chart, seen = find(page, Chart, "monitor.curves"), []
    plan, title = find(window, QLabel, "strip.plan"), find(window, QLabel, "strip.title")
    small_curve = find(window, MiniCurve, "strip.curve")

    def look() -> None:
        folding, live = session.folding, session.live
        if session.state == "starting" and folding is not None and folding.fold and live is not None:
            page._loss.redraw.now()
            drawn = small_curve._live
            assert drawn is not None
            assert not len(live.curve)
            seen.append((len(points_of(chart, "training")[0]), len(drawn.curve), title.text(), plan.text()))

    session.state_changed.connect(look)
    session.cross_validate(3)
    qtbot.waitUntil(lambda: session.state == "idle", timeout=2 * SECONDS)
    assert len(seen) == 2
    assert all(points and steps for points, steps, *_ in seen)
    assert [words for *_, words, _ in seen] == ["Fold 2 of 3", "Fold 3 of 3"]
    assert {words for *_, words in seen} == {"The next fold begins"}
    assert session.live is not None
    assert session.live.drawn is session.live


def test_the_strip_has_room_for_a_fold_and_its_time(qtbot: QtBot, window: MainWindow):
    project = small("digits", epochs=600)
    training = project.training.changed(early_stopping=EarlyStopping(patience=10_000))
    ready(qtbot, window.context, project.changed(training=training))
    window.go("network")
    session, eta = window.context.session, "ETA at most"
    session.cross_validate(3)
    plan = find(window, QLabel, "strip.plan")
    qtbot.waitUntil(lambda: eta in (plan.text() + find(window, QLabel, "strip.eta").text()), timeout=SECONDS)
    panel = window.strip.panel
    assert find(window, QLabel, "strip.title").text().startswith("Fold 1 of 3 · Epoch")
    assert not find(window, QLabel, "strip.eta").isVisible()
    assert panel.minimumSizeHint().width() <= panel.width()
    assert panel.minimumSizeHint().height() <= panel.height()
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
