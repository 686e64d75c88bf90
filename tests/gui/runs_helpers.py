"""A small trained run, made by the real engine, for tests of the pages that show runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.choices.optimizers import Sgd
from engine.choices.schedules import Constant
from engine.project import Project
from engine.starter import sample_project
from gui.context import Context

SECONDS = 20_000  # ms a small run may take on a busy machine


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
