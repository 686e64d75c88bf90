"""Layerdeck's window, open on its Training page while it trains."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.speed.cases import Case
from benchmarks.speed.contestants.gated import gate
from benchmarks.speed.ours import dataset_of, project_of
from benchmarks.speed.turns import Turns
from engine.data import load
from engine.data.dataset import Dataset, Ticket
from engine.data.settings import DataSettings
from engine.project import save
from gui.app import compose, warm_up
from gui.kit import theme
from gui.settings import Preferences
from gui.shell.collecting import Collecting
from gui.shell.main_window import MainWindow

EVERY = 50  # ms between two looks whether all is there to begin


def compete(case: Case, folder: Path) -> None:
    """Trains by turns until nobody wants more."""
    turns = Turns()
    app = QApplication(["Layerdeck"])
    gate(turns)
    window = opened(case, folder, bool)
    turns.tell(parameters=window.context.document.report.parameters)
    timer = _train_when_ready(window)
    timer.start()
    sys.exit(app.exec())


def opened(case: Case, folder: Path, ready: Callable[[], object]) -> MainWindow:
    """The window with a case's project; `ready` once all is loaded. A QApplication is there."""
    project, dataset = project_of(case), dataset_of(case, folder)
    path = folder / f"{case.name}.layerdeck"
    save(project, path)

    def made_up(settings: DataSettings, ticket: Ticket) -> Dataset:
        return dataset

    load.load = made_up
    runs = folder / "window"
    runs.mkdir()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    window = compose(Preferences(runs / "settings.ini"), runs / "unsaved", runs)
    window.resize(1440, 900)
    window.show()
    window.opening.open(path)
    collecting = Collecting(lambda: window.context.session.state != "idle", window)
    collecting.start()

    def there() -> None:
        collecting.freeze()
        ready()

    warm_up(window, there)
    return window


def _train_when_ready(window: MainWindow) -> QTimer:
    """A timer that presses Train once the data is there, and ends the app where the run has ended."""
    session, timer = window.context.session, QTimer(window, interval=EVERY)

    def look() -> None:
        if session.live is None and not session.obstacle():
            window.train()
        elif session.live is not None and session.state == "idle":
            raise SystemExit(f"The run has ended: {session.live.ended}")

    timer.timeout.connect(look)
    return timer
