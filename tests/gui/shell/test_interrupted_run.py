"""A run that a crash cut off is offered at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.record.control import Control
from engine.record.events import EpochEnd
from engine.record.request import TrainingRequest
from engine.runs import store
from engine.training.worker import run
from gui.app import compose
from gui.settings import Preferences
from gui.shell.main_window import MainWindow
from tests.engine.runs import recorded
from tests.gui.runs_helpers import SECONDS, find, press, small

LINE = "Training of iris-1 was cut off after epoch 2 of 6. Go on from what was saved?"


def cut_off(folder: Path) -> Path:
    """A real run that nobody ended."""
    project = small("iris", epochs=6)
    assert project.data is not None
    events = run(TrainingRequest(project, load(project.data, Ticket()), folder), Control())
    for event in events:
        if isinstance(event, EpochEnd) and event.epoch == 2:
            break
    events.close()
    return folder


def cut_off_again(folder: Path) -> None:
    """It goes on for an epoch more, and nobody ends it."""
    project = small("iris", epochs=6)
    assert project.data is not None
    events = run(TrainingRequest(project, load(project.data, Ticket()), folder, resume=True), Control())
    for event in events:
        if isinstance(event, EpochEnd) and event.epoch == 3:
            break
    events.close()


@pytest.fixture
def started(qtbot: QtBot, settings: Preferences, tmp_path: Path) -> Iterator[MainWindow]:
    window = compose(settings, tmp_path / "unsaved", tmp_path / "runs")
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.context.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def offered(window: MainWindow) -> list[str]:
    labels = [label for label in window.start.findChildren(QLabel) if "cut off" in label.text() and label.isVisible()]
    return [label.text() for label in labels]


def looks(qtbot: QtBot, window: MainWindow) -> list[str]:
    """What is offered once the app has looked."""
    window.cut_off.look()
    job = window.cut_off.children()[-1]
    with qtbot.waitSignal(job.done, timeout=SECONDS):
        pass
    QApplication.processEvents()  # a layout shows what is new in it a moment later
    return offered(window)


def test_it_goes_on_to_its_end_by_one_click(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    folder = cut_off(tmp_path / "runs" / "iris-1")
    assert looks(qtbot, started) == [LINE]
    press(qtbot, started.start, "start.go_on")
    session = started.context.session
    qtbot.waitUntil(lambda: session.live is not None and session.live.ended is not None, timeout=SECONDS)
    assert started.page == "training"
    [run] = store.runs(tmp_path / "runs")
    assert (run.folder, run.state, run.status.epoch) == (folder, "finished", 6)
    assert looks(qtbot, started) == []


def test_left_once_it_is_not_offered_again(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    cut_off(tmp_path / "runs" / "iris-1")
    assert looks(qtbot, started) == [LINE]
    press(qtbot, started.start, "start.leave")
    assert offered(started) == []
    assert started.focusWidget() is started.start
    assert looks(qtbot, started) == []
    assert [run.state for run in store.runs(tmp_path / "runs")] == ["interrupted"]


def test_what_was_left_is_offered_when_it_is_cut_off_again(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    folder = cut_off(tmp_path / "runs" / "iris-1")
    assert looks(qtbot, started) == [LINE]
    press(qtbot, started.start, "start.leave")
    cut_off_again(folder)
    assert looks(qtbot, started) == [LINE.replace("epoch 2", "epoch 3")]


def test_it_is_offered_once_and_not_when_it_was_deleted(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    folder = cut_off(tmp_path / "runs" / "iris-1")
    assert looks(qtbot, started) == [LINE]
    assert looks(qtbot, started) == [LINE]
    started.go("runs")
    store.to_bin(folder)
    started.go("start")
    assert offered(started) == []


def test_what_cannot_go_on_stays_offered(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    folder = cut_off(tmp_path / "runs" / "iris-1")
    assert looks(qtbot, started) == [LINE]
    (folder / "project.layerdeck").write_text("{")
    press(qtbot, started.start, "start.go_on")
    assert started.banner.isVisible()
    assert offered(started) == [LINE]


def test_a_fold_alone_is_not_offered(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    store.annotate(cut_off(tmp_path / "runs" / "iris-1"), group="cv1")
    assert looks(qtbot, started) == []


def test_another_run_takes_the_offer_away(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    cut_off(tmp_path / "runs" / "iris-1")
    assert looks(qtbot, started) == [LINE]
    started.context.session.begun.emit()
    assert offered(started) == []


def test_nothing_is_offered_where_no_run_is_the_newest_that_was_cut_off(
    qtbot: QtBot, started: MainWindow, tmp_path: Path
) -> None:
    assert looks(qtbot, started) == []
    cut_off(tmp_path / "runs" / "iris-1")
    recorded.run(tmp_path / "runs" / "other-1", epochs=1)
    store.annotate(tmp_path / "runs" / "iris-1", note="a word")  # that touches it, and trains nothing
    assert looks(qtbot, started) == []


def test_what_cannot_be_read_is_not_offered(qtbot: QtBot, started: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "iris-1"
    folder.mkdir(parents=True)
    (folder / "run.db").write_bytes(b"no database at all" * 100)
    assert looks(qtbot, started) == []
    assert find(started.start, QPushButton, "start.templates").isVisible()
