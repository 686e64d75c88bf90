"""A project that is opened again shows its last run: curves, results, weights to export, and Go on where it can."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine import project as projects
from engine.record.events import EpochEnd
from engine.runs.folder import RunFolder
from gui.document import Document
from gui.kit.chart import Chart
from gui.pages.results.page import ResultsPage
from gui.pages.training.ending import Ending
from gui.shell.main_window import MainWindow
from tests.gui.drawn import points_of
from tests.gui.runs_helpers import SECONDS, find, ready, small


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.opening.opened, timeout=SECONDS):
        window.opening.open(path)
    quiet(qtbot, window)


def quiet(qtbot: QtBot, window: MainWindow) -> None:
    context = window.context
    qtbot.waitUntil(lambda: not context.session.past.busy and not context.loader.busy, timeout=SECONDS)


def pressed(qtbot: QtBot, window: MainWindow, name: str) -> None:
    button = find(window, QPushButton, name)
    assert button.isVisible(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def saved(qtbot: QtBot, window: MainWindow, path: Path, epochs: int = 2) -> None:
    ready(qtbot, window.context, small("iris", epochs=epochs), path.stem)
    window.context.document.save(path)


def ended(qtbot: QtBot, window: MainWindow) -> Path:
    qtbot.waitUntil(lambda: window.context.session.state == "idle", timeout=SECONDS)
    live = window.context.session.live
    assert live is not None
    return live.folder


def test_opened_again_under_another_name_and_place_it_has_its_past(qtbot: QtBot, window: MainWindow, tmp_path: Path):
    saved(qtbot, window, tmp_path / "flowers.layerdeck")
    window.train()
    folder = ended(qtbot, window)
    losses = RunFolder(folder).losses()
    window.context.document.open(projects.Project(), None, "untitled")
    assert window.context.session.live is None
    (tmp_path / "sub").mkdir()
    moved = (tmp_path / "flowers.layerdeck").rename(tmp_path / "sub" / "renamed.layerdeck")
    opened(qtbot, window, moved)
    live = window.context.session.live
    assert live is not None
    assert live.folder == folder
    assert window.context.document.undo_stack.count() == 0
    assert not window.context.document.unsaved
    window.go("training")
    chart = find(window, Chart, "monitor.curves")
    assert chart.isVisible()
    assert (live.losses == losses).all()
    metric = find(window, Chart, "monitor.metric")
    qtbot.waitUntil(lambda: len(points_of(metric, "accuracy")[0]) == 2, timeout=SECONDS)
    assert "Finished" in find(window, QLabel, "monitor.ending").text()
    assert find(window, QPushButton, "monitor.longer").isVisible()
    window.go("results")
    page = window.page_widget("results")
    assert isinstance(page, ResultsPage)
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=SECONDS)
    assert page.head.title.text() == folder.name


def test_one_that_was_stopped_goes_on_from_the_training_page(qtbot: QtBot, window: MainWindow, tmp_path: Path):
    saved(qtbot, window, tmp_path / "flowers.layerdeck", epochs=2_000)
    session = window.context.session
    seen: list[object] = []
    session.happened.connect(seen.append)
    window.train()
    qtbot.waitUntil(lambda: any(isinstance(event, EpochEnd) for event in seen), timeout=SECONDS)
    session.stop()
    folder = ended(qtbot, window)
    step = RunFolder(folder).status().step
    window.context.document.open(projects.Project(), None, "untitled")
    opened(qtbot, window, tmp_path / "flowers.layerdeck")
    window.go("training")
    ending = find(window, Ending, "monitor.ended")
    qtbot.waitUntil(lambda: not ending.deaf, timeout=SECONDS)  # the run that is shown ended long ago
    pressed(qtbot, window, "monitor.go_on")
    qtbot.waitUntil(lambda: session.live is not None and session.live.step > step, timeout=SECONDS)
    assert session.live is not None
    assert session.live.folder == folder
    assert window.context.document.undo_stack.count() == 0, "it is this project already"
    session.stop()
    ended(qtbot, window)


def test_it_is_shown_once_the_run_of_another_project_has_ended(qtbot: QtBot, window: MainWindow, tmp_path: Path):
    session = window.context.session
    saved(qtbot, window, tmp_path / "flowers.layerdeck")
    window.train()
    own = ended(qtbot, window)
    ready(qtbot, window.context, small("circle", epochs=10_000), "other")
    window.train()
    qtbot.waitUntil(lambda: session.state == "running", timeout=SECONDS)
    opened(qtbot, window, tmp_path / "flowers.layerdeck")
    assert session.other == "other"
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
    quiet(qtbot, window)
    assert session.live is not None
    assert session.live.folder == session.chosen.folder == own


def test_a_copy_keeps_the_past_and_each_goes_its_own_way(qtbot: QtBot, window: MainWindow, tmp_path: Path):
    saved(qtbot, window, tmp_path / "first.layerdeck")
    window.train()
    before = ended(qtbot, window)
    window.context.document.save(tmp_path / "copy.layerdeck")
    assert window.context.session.chosen.folder == before
    window.train()
    own = ended(qtbot, window)
    for name, folder in (("first", before), ("copy", own)):
        window.context.document.open(projects.Project(), None, "untitled")
        opened(qtbot, window, tmp_path / f"{name}.layerdeck")
        assert window.context.session.chosen.folder == folder


def test_undo_over_a_save_keeps_the_id(qtbot: QtBot, document: Document, tmp_path: Path):
    document.open(small("iris"), None, "iris")
    document.edit("Epochs", small("iris", epochs=9))
    document.save(tmp_path / "p.layerdeck")
    known = projects.load(tmp_path / "p.layerdeck").id
    document.undo_stack.undo()
    document.save(tmp_path / "p.layerdeck")
    assert projects.load(tmp_path / "p.layerdeck").id == known != ""


def test_a_new_project_has_no_past_and_nothing_is_looked_for(qtbot: QtBot, window: MainWindow, tmp_path: Path):
    saved(qtbot, window, tmp_path / "iris.layerdeck")
    window.train()
    ended(qtbot, window)
    ready(qtbot, window.context, small("iris"), "iris")
    assert not window.context.session.past.busy
    assert window.context.session.live is None
    window.go("results")
    page = window.page_widget("results")
    assert isinstance(page, ResultsPage)
    assert page.head.title.text() == "No results of this project yet"
