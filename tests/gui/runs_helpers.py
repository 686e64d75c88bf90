"""A small trained run, made by the real engine, for tests of the pages that show runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.optimizers import Sgd
from engine.choices.schedules import Constant
from engine.project import Project
from engine.starter import sample_project
from gui.shared.context import Context

T = TypeVar("T", bound=QObject)
SECONDS = 60_000  # ms a small run may take on a busy machine, torch loaded and all


def small(name: str, epochs: int = 3) -> Project:
    """A sample's project with fewer epochs."""
    project = sample_project(name)
    return project.changed(training=project.training.changed(epochs=epochs))


def ready(qtbot: QtBot, context: Context, project: Project, title: str = "small") -> None:
    """Opens a project and waits for its data."""
    context.document.open(project, None, title)
    qtbot.waitUntil(lambda: not context.loader.busy, timeout=SECONDS)
    assert context.loader.error is None
    assert context.document.report.problems == ()


def trained(qtbot: QtBot, context: Context, project: Project, title: str = "small") -> Path:
    """Trains a project to the end; the run's folder."""
    ready(qtbot, context, project, title)
    context.session.train()
    assert context.session.state == "starting"
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert context.session.live is not None
    return context.session.live.folder


def put_away(qtbot: QtBot, page: QWidget, quiet: Callable[[], bool]) -> None:
    """Waits for the page's jobs, then deletes it. Not left to qtbot, which deletes widgets before fixtures can wait."""
    qtbot.waitUntil(quiet, timeout=SECONDS)
    page.hide()
    page.deleteLater()


def worsened() -> Project:
    """A project whose last epoch is worse than the one before, its steps are so large: best and last weights differ."""
    project = small("iris", epochs=4)
    wild = project.training.changed(optimizer=Sgd(learning_rate=2.0), schedule=Constant())
    return project.changed(training=wild)


def find(page: QWidget, kind: type[T], name: str) -> T:
    """The control of this name; the test fails where there is none."""
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot: QtBot, page: QWidget, name: str) -> None:
    """Clicks the button of this name, which must be on."""
    button = find(page, QPushButton, name)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(name: str) -> None:
    """Presses this answer of the question that comes up next."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if box is None:
            QTimer.singleShot(20, look)
        else:
            find(box, QPushButton, f"question.{name}").click()

    QTimer.singleShot(20, look)
