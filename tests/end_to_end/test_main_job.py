"""The main job by mouse and keyboard alone: data in, layers stacked, settings chosen, trained, exported, saved."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.project import load
from engine.runs.evaluate import evaluate
from gui.app import compose
from gui.settings import Preferences
from gui.shell.main_window import MainWindow
from tests.gui.pages.canvas.driving import CTRL, NONE
from tests.gui.pages.start.test_start import dragged, drop

Key = Qt.Key
pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.timeout(300)]
TRAINING = 120_000  # ms a run may take on a slow machine


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two kinds of leaves by two measures and a colour; 240 rows."""
    random = np.random.default_rng(3)
    path = tmp_path / "leaves.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["length cm", "width cm", "colour", "kind"])
        for number in range(240):
            oak = number % 2 == 0
            length, width = random.normal(9 if oak else 6, 0.8), random.normal(5 if oak else 4, 0.7)
            colour = random.choice(["green", "brown"] if oak else ["green", "yellow"])
            writer.writerow([f"{length:.2f}", f"{width:.2f}", colour, "oak" if oak else "birch"])
    return path


class Person:
    """Presses what is on the window, by its name, with real events."""

    def __init__(self, bot: QtBot, window: MainWindow) -> None:
        self.bot, self.window = bot, window

    @property
    def network(self) -> list[str]:
        return [layer.id for layer in self.window.context.document.network.layers]

    def come_back(self) -> None:
        """The window has the keyboard again; without a screen nobody gives it back after a dialog."""
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window, 5_000)

    def widget(self, name: str) -> QWidget:
        """The visible widget called so."""
        self.bot.waitUntil(lambda: bool(self._visible(name)), timeout=10_000)
        return self._visible(name)[0]

    def _visible(self, name: str) -> list[QWidget]:
        return [found for found in self.window.findChildren(QWidget, name) if found.isVisible()]

    def click(self, name: str) -> None:
        widget = self.widget(name)
        self.bot.waitUntil(widget.isEnabled, timeout=10_000)
        QTest.mouseClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, NONE, self.middle(widget))

    def double_click(self, name: str) -> None:
        QTest.mouseDClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, NONE, self.middle(self.widget(name)))

    def drag(self, begin: QPoint, end: QPoint) -> None:
        handle = self.window.windowHandle()
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, NONE, begin)
        for step in range(1, 9):
            QTest.mouseMove(handle, begin + (end - begin) * (step / 8))
            QApplication.processEvents()
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, NONE, end)
        self.come_back()

    def middle(self, widget: QWidget) -> QPoint:
        return widget.mapTo(self.window, widget.rect().center())

    def card(self, layer_id: str) -> QPoint:
        view = self.window.network_page.view
        return view.viewport().mapTo(self.window, view.card_rect(layer_id).center())

    def gap(self, index: int) -> QPoint:
        view = self.window.network_page.view
        return view.viewport().mapTo(self.window, view.gap_rect(index).center())

    def click_card(self, layer_id: str) -> None:
        QTest.mouseClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, NONE, self.card(layer_id))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def write(self, name: str, text: str) -> None:
        """Types a value into a field in place of what it holds."""
        self.click(name)
        field = self.widget(name)
        edit = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
        assert edit is not None, name
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Key.Key_Return if isinstance(field, QAbstractSpinBox) else Key.Key_Tab)

    def choose(self, name: str, text: str) -> None:
        """Opens a list and clicks an entry."""
        self.click(name)
        box = self.widget(name)
        assert isinstance(box, QComboBox)
        entries = box.view()
        self.bot.waitUntil(entries.isVisible, timeout=5_000)
        place = entries.visualRect(box.model().index(box.findText(text), 0)).center()
        QTest.mouseMove(entries.viewport(), place)
        QTest.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, NONE, place)
        self.bot.waitUntil(lambda: not entries.isVisible(), timeout=5_000)
        assert box.currentText() == text
        self.come_back()

    def in_dialog(self, text: str) -> None:
        """Types a path into the next file dialog and presses Enter."""

        look = QTimer(self.window, interval=100)
        typed: list[QFileDialog] = []

        def type_it() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                if typed:
                    look.stop()  # it took the path
                return
            typed.append(dialog)  # once it is up; again where it was not ready for Enter yet
            edit = dialog.findChild(QLineEdit, "fileNameEdit")
            assert edit is not None
            edit.selectAll()
            QTest.keyClicks(edit, text)
            QTest.keyClick(edit, Key.Key_Return)

        look.timeout.connect(type_it)
        look.start()


@pytest.fixture
def person(qtbot: QtBot, window: MainWindow) -> Person:
    window.resize(1440, 900)
    person = Person(qtbot, window)
    person.come_back()
    return person


def test_the_main_job(person: Person, table: Path, tmp_path: Path, settings: Preferences) -> None:
    drop_data(person, table)
    stack_layers(person)
    change_settings(person)
    cure_the_problem(person)
    choose_training(person)
    run = train_and_watch(person)
    folder = export(person, tmp_path)
    compare(run, folder, table)
    save_and_open_again(person, tmp_path, settings)


def drop_data(person: Person, table: Path) -> None:
    """The file falls on the window; a network that trains is there."""
    with person.bot.waitSignal(person.window.opening.opened, timeout=60_000):
        drop(person.window, dragged(table))
    document = person.window.context.document
    person.bot.waitUntil(lambda: document.facts is not None, timeout=60_000)
    assert document.facts is not None
    assert document.facts.target.classes == ("birch", "oak")
    assert not document.report.problems
    person.come_back()


def stack_layers(person: Person) -> None:
    """Down to Input and Output, then a stack by double click and by drag; reorder, delete, duplicate, undo, redo."""
    person.click("rail.network")
    for layer_id in person.network[1:-1]:
        person.click_card(layer_id)
        person.key(Key.Key_Delete)
    assert person.network == ["input", "output"]
    person.double_click("palette.dense")
    person.drag(person.middle(person.widget("palette.dropout")), person.gap(2))
    person.click_card("dense")
    person.double_click("palette.dense")
    assert person.network == ["input", "dense", "dense_2", "dropout", "output"]
    person.drag(person.card("dropout"), person.gap(2))
    assert person.network == ["input", "dense", "dropout", "dense_2", "output"]
    person.click_card("dropout")
    person.key(Key.Key_D, CTRL)
    assert len(person.network) == 6
    person.key(Key.Key_Z, CTRL)
    assert len(person.network) == 5
    person.key(Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert len(person.network) == 6
    person.key(Key.Key_Z, CTRL)
    assert person.network == ["input", "dense", "dropout", "dense_2", "output"]


def change_settings(person: Person) -> None:
    """Units typed into the form change shape and parameter count at once."""
    person.click_card("dense")
    person.write("inspector.units", "24")
    person.choose("inspector.activation", "tanh")
    report = person.window.context.document.report
    features = report.layers["input"].output
    assert features is not None
    assert str(report.layers["dense"].output) == "feature 24"
    assert report.layers["dense"].parameters == (features.count + 1) * 24
    person.click_card("dense_2")
    person.write("inspector.units", "10")
    person.choose("inspector.activation", "softmax")


def cure_the_problem(person: Person) -> None:
    """Ten units for two classes: the card says so, Train waits, one click cures it."""
    document = person.window.context.document
    assert [problem.layer for problem in document.report.problems] == ["dense_2"]
    assert not person.widget("toolbar.train").isEnabled()
    person.click("canvas.fix.dense_2")
    assert not document.report.problems
    person.bot.waitUntil(person.widget("toolbar.train").isEnabled, timeout=5_000)


def choose_training(person: Person) -> None:
    """Loss, optimizer, learning rate, epochs, batch size."""
    person.click("rail.training")
    person.choose("training.optimizer", "AdamW")
    person.write("training.learning_rate", "0.01")
    person.write("training.epochs", "4000")
    person.write("training.batch_size", "16")
    training = person.window.context.document.project.training
    assert (training.loss.kind, training.optimizer.kind) == ("cross_entropy", "adamw")
    assert (training.optimizer.learning_rate, training.epochs, training.batch_size) == (0.01, 4_000, 16)


def train_and_watch(person: Person) -> Path:
    """Train, pause, go on; the curves grow meanwhile; the run ends by itself."""
    session = person.window.context.session
    person.click("toolbar.train")
    person.bot.waitUntil(lambda: session.state == "running", timeout=TRAINING)
    person.bot.waitUntil(lambda: session.live is not None and len(session.live.losses) > 0, timeout=TRAINING)
    if session.state == "running":
        person.bot.waitUntil(lambda: not person.window.header.pause.deaf, timeout=TRAINING)
        person.click("toolbar.pause")
        person.bot.waitUntil(lambda: session.state in ("paused", "idle"), timeout=TRAINING)
    if session.state == "paused":
        assert session.live is not None
        seen = len(session.live.losses)
        person.bot.waitUntil(lambda: not person.window.header.pause.deaf, timeout=TRAINING)
        person.click("toolbar.pause")
        person.bot.waitUntil(lambda: session.live is not None and len(session.live.losses) > seen, timeout=TRAINING)
    person.bot.waitUntil(lambda: session.state == "idle", timeout=TRAINING)
    assert session.live is not None
    assert len(session.live.epochs) == 4_000
    assert session.live.epochs[-1].metrics["accuracy"] > 0.9
    folder: Path = session.live.folder
    return folder


def export(person: Person, tmp_path: Path) -> Path:
    """Plain PyTorch, into a folder that is typed; the short script is shown."""
    person.click("rail.export")
    person.write("export.folder", str(tmp_path / "out"))
    person.click("export.torch")
    folder = tmp_path / "out" / "torch"  # a folder for each format
    person.bot.waitUntil((folder / "weights.pt").exists, timeout=60_000)
    script = person.widget("export.script")
    assert isinstance(script, QPlainTextEdit)
    assert "load_state_dict" in script.toPlainText()
    return folder


def compare(run: Path, folder: Path, table: Path) -> None:
    """The exported folder, in an interpreter that knows nothing of this project, answers what the app answers."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    script = [sys.executable, str(folder / "load.py")]
    assert subprocess.run(script, cwd="/", env=environment, check=True, capture_output=True).stdout
    predict = [sys.executable, str(folder / "predict.py"), str(table)]
    told = subprocess.run(predict, cwd="/", env=environment, check=True, capture_output=True, text=True).stdout
    rows = list(csv.DictReader(told.splitlines()))
    assert len(rows) == 240
    found = evaluate(run)
    for place, answer in zip(found.rows, found.answers, strict=True):
        assert rows[place]["prediction"] == found.classes[int(answer.argmax())]
        assert float(rows[place]["probability"]) == pytest.approx(float(answer.max()), abs=1e-5)


def save_and_open_again(person: Person, tmp_path: Path, settings: Preferences) -> None:
    """Ctrl+S; tomorrow the same project is there."""
    document = person.window.context.document
    person.in_dialog(str(tmp_path / "leaves.layerdeck"))
    person.key(Key.Key_S, CTRL)
    assert not document.unsaved
    assert load(tmp_path / "leaves.layerdeck") == document.project
    tomorrow = compose(settings, tmp_path / "unsaved2", tmp_path / "runs2")
    person.bot.addWidget(tomorrow)
    with person.bot.waitSignal(tomorrow.opening.opened, timeout=60_000):
        tomorrow.opening.open(tmp_path / "leaves.layerdeck")
    assert tomorrow.context.document.project == document.project
    person.bot.waitUntil(lambda: tomorrow.context.document.facts is not None, timeout=60_000)
    assert not tomorrow.context.document.report.problems
