"""Whatever is waited for is said: no old rows under a new name, no problem where there is none, no key in silence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.analysis import report
from engine.data import load as reading
from engine.data.dataset import Dataset, Ticket
from engine.data.samples import settings as sample_settings
from engine.data.settings import DataSettings
from engine.data.shared import Shared
from engine.errors import DataError
from engine.project import Project
from engine.starter import sample_project
from gui.shell.main_window import MainWindow


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Data is read once this is set; what reads it is the real thing."""
    gate, real = threading.Event(), reading.load

    def load(settings: DataSettings, ticket: Ticket) -> Dataset:
        assert gate.wait(30)
        return real(settings, ticket)

    monkeypatch.setattr(reading, "load", load)
    monkeypatch.setattr(reading, "_loaded", Shared(reading._size, most=0))  # what earlier tests read is not known
    yield gate
    gate.set()


def visible(window: QWidget, name: str) -> list[QWidget]:
    return [widget for widget in window.findChildren(QWidget, name) if widget.isVisible()]


def press_train(window: MainWindow) -> None:
    """Ctrl+Enter, as the person presses it."""
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()


def test_keys_of_train_say_what_is_waited_for_and_it_goes_once_it_came(
    qtbot: QtBot, window: MainWindow, gate: threading.Event
) -> None:
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    press_train(window)
    assert window.banner.isVisible()
    assert "No data yet" in window.banner.text.text()
    window.context.document.open(sample_project("iris"), None, "iris")
    qtbot.waitUntil(lambda: window.context.loader.busy, timeout=5_000)
    press_train(window)
    assert window.banner.isVisible()
    assert "being read" in window.banner.text.text()
    gate.set()
    qtbot.waitUntil(lambda: not window.context.loader.busy, timeout=30_000)
    assert not window.banner.isVisible(), "it holds no longer"
    assert window.actions_["run.train"].isEnabled()


@pytest.mark.parametrize("key", [Qt.Key.Key_P, Qt.Key.Key_Period])
def test_keys_of_pause_and_stop_say_that_nothing_runs(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert window.banner.isVisible()
    assert window.banner.text.text() == "No run is going on"


def test_data_that_is_read_is_no_problem(qtbot: QtBot, window: MainWindow, gate: threading.Event) -> None:
    window.context.document.open(sample_project("iris"), None, "iris")
    window.go("network")
    (card,) = visible(window, "inspector.problem.0")
    assert isinstance(card, QFrame)
    assert card.accessibleName() == "iris is being read"
    assert card.property("look") == "banner"
    assert not visible(window, "inspector.suit")
    gate.set()
    qtbot.waitUntil(lambda: window.context.document.facts is not None, timeout=30_000)
    assert not visible(window, "inspector.problem.0")


def test_data_that_is_opened_is_no_problem_either(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, gate: threading.Event
) -> None:
    table = tmp_path / "leaves.csv"
    table.write_text("a,kind\n" + "".join(f"{row},{'xy'[row % 2]}\n" for row in range(40)))
    window.go("data")
    window.opening.open(table)
    assert window.context.document.report.reason.endswith("leaves.csv is being read")
    assert not visible(window, "data.problems")
    window.opening.cancel()
    assert "No data yet" in window.context.document.report.reason
    gate.set()
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        window.opening.open(table)
    assert window.context.document.coming == ""
    qtbot.waitUntil(lambda: window.context.document.report.reason == "", timeout=30_000)


def test_rows_of_other_data_go_at_once(qtbot: QtBot, window: MainWindow, tmp_path: Path, gate: threading.Event) -> None:
    gate.set()
    window.context.document.open(sample_project("iris"), None, "iris")
    window.go("data")
    target = window.findChild(QComboBox, "data.target")
    assert target is not None
    qtbot.waitUntil(lambda: bool(visible(window, "data.columns")) and target.count() > 1, timeout=30_000)
    gate.clear()
    window.context.document.open(sample_project("diabetes"), None, "diabetes")
    assert not visible(window, "data.columns")
    said = [label.text() for label in window.page_widget("data").findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("Reading Diabetes") for text in said)
    assert target.count() == 1
    gate.set()
    qtbot.waitUntil(lambda: bool(visible(window, "data.columns")), timeout=30_000)


def test_the_report_says_why_there_are_no_facts() -> None:
    project = Project(data=sample_settings("iris"))
    (waits,) = report(project, None).problems
    assert waits.passes
    assert waits.message == "iris is being read"
    (why,) = report(project, None, DataError("It is not there")).problems
    assert (why.kind, why.message) == ("unreadable", "It is not there")
    (none,) = report(Project(), None).problems
    assert none.kind == "no_data"
