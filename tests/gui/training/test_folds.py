"""Cross-validation from the window: asked for, trained fold by fold, summed up, each fold a run."""

from __future__ import annotations

from statistics import fmean, stdev

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QSpinBox, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.runs import store
from engine.runs.folder import RunFolder
from gui.cards import Tile
from gui.context import Context
from gui.main_window import MainWindow
from gui.numbers import measured
from gui.training.page import TrainingPage
from tests.gui.runs_helpers import SECONDS, ready, small
from tests.gui.training.conftest import find

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
