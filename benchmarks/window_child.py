"""The window of benchmarks/window_open.py: opens a project, trains it, tells how late its events were meanwhile."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import compose
from gui.kit import theme
from gui.settings import Preferences
from gui.shell.main_window import MainWindow

EVERY = 0.010  # seconds between two ticks


class Watch:
    """Trains once the data is there and writes down how late each tick comes."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.late, self.began = window, [], False
        self.due = time.perf_counter()
        self.timer = QTimer(window, interval=1000 * EVERY, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        self.timer.start()

    def tick(self) -> None:
        """One tick. The timer keeps its own beat: lateness is counted from when this tick was due."""
        now = time.perf_counter()
        session = self.window.context.session
        if session.state == "running":
            self.late.append(max(0.0, now - self.due))
        self.due = now + EVERY
        if not self.began and self.window.context.loader.dataset is not None:
            self.began = True
            self.window.train()
        elif self.began and session.state == "idle":
            QApplication.exit(0)


def main(project: Path, runs: Path) -> int:
    """Shows the window and prints one JSON line."""
    app = QApplication(["Layerdeck"])
    runs.mkdir(parents=True)
    settings = Preferences(runs / "settings.ini")
    theme.apply(app, "dark")
    window = compose(settings, runs / "unsaved", runs)
    window.resize(1440, 900)
    window.show()
    window.opening.open(project)
    watch = Watch(window)
    code = app.exec()
    late = sorted(watch.late)
    print(json.dumps({"ticks": len(late), "late_99_ms": 1000 * late[int(0.99 * len(late))]}))
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
