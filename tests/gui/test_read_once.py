"""From opening a folder of texts to its results no file is read again."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTableView
from pytestqt.qtbot import QtBot

from gui.pages.results.page import ResultsPage
from gui.shell.main_window import MainWindow
from tests.gui.runs_helpers import SECONDS, find

OPENED: Counter[str] = Counter()
WATCHED: list[str] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and WATCHED and str(arguments[0]).startswith(WATCHED[0]):
        OPENED[str(arguments[0])] += 1


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Two classes of sixty short texts, and an ear at their files."""
    folder = tmp_path / "texts"
    for name in ("neg", "pos"):
        (folder / name).mkdir(parents=True)
        for number in range(60):
            (folder / name / f"{number}.txt").write_text(f"a {name} text with words number {number % 7}")
    if not WATCHED:
        sys.addaudithook(_hear)  # it cannot be taken away again
    WATCHED[:] = [str(folder)]
    OPENED.clear()
    return folder


def test_no_file_is_opened_again_whoever_shows_it(qtbot: QtBot, window: MainWindow, texts: Path):
    context = window.context
    with qtbot.waitSignal(window.opening.opened, timeout=SECONDS):
        window.opening.open(texts)
    assert len(OPENED) == 120
    assert max(OPENED.values()) <= 2, "once to see what kind of texts they are, once to read them"
    OPENED.clear()
    window.go("data")
    qtbot.waitUntil(lambda: not context.loader.busy and context.document.facts is not None, timeout=SECONDS)
    preview = find(window, QTableView, "data.texts")
    qtbot.waitUntil(lambda: preview.model() is not None and preview.model().rowCount() > 0, timeout=SECONDS)
    project = context.document.project
    context.document.edit("Epochs", project.changed(training=project.training.changed(epochs=1)))
    qtbot.mouseClick(find(window, QPushButton, "toolbar.train"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: context.session.state != "idle", timeout=SECONDS)
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    window.go("results")
    page = window.page_widget("results")
    assert isinstance(page, ResultsPage)
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=SECONDS)
    assert not OPENED
