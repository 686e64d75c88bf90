"""The app of test_shell.py that trains a small sample and quits: which thread first loaded each module of Qt.

Prints one JSON line: how the run ended, and the modules loaded on the GUI thread ("here") and on others ("elsewhere").
"""

from __future__ import annotations

import json
import sys
import threading
from importlib.abc import MetaPathFinder
from pathlib import Path

HERE: list[str] = []
ELSEWHERE: list[str] = []
QT = ("PySide6", "shiboken6", "pyqtgraph", "gui")


class Watch(MetaPathFinder):
    """Asked first for each module that is not there yet, on the thread that wants it; finds none."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname.partition(".")[0] in QT:
            here = threading.current_thread() is threading.main_thread()
            (HERE if here else ELSEWHERE).append(fullname)


sys.meta_path.insert(0, Watch())

from PySide6.QtCore import QTimer  # noqa: E402  (the watch comes first)
from PySide6.QtWidgets import QApplication  # noqa: E402

from engine.starter import sample_project  # noqa: E402
from gui.app import compose, show, warm_up  # noqa: E402
from gui.kit import theme  # noqa: E402
from gui.settings import Preferences  # noqa: E402


def main(folder: Path) -> int:
    """Shows the window, warms up, trains, looks at all pages, quits."""
    app = QApplication(["Layerdeck"])
    settings = Preferences(folder / "settings.ini")
    theme.apply(app, "dark")
    window = compose(settings, folder / "unsaved", folder / "runs")
    document, loader, session = window.context.document, window.context.loader, window.context.session
    sample = sample_project("spirals")

    def train() -> None:
        document.open(sample.changed(training=sample.training.changed(epochs=2)), None, "spirals")
        loader.changed.connect(begin)
        begin()

    def begin() -> None:
        if session.live is None and not session.obstacle():
            window.train()

    def leave() -> None:
        if session.live is not None and session.state == "idle":
            for page in ("results", "runs", "export", "templates", "data", "network"):
                window.go(page)
            QTimer.singleShot(0, window, window.close)

    session.state_changed.connect(leave)
    show(window)
    warm_up(window, train)
    code = app.exec()
    ended = type(session.live.ended).__name__ if session.live is not None else ""
    sys.stdout.write(json.dumps({"ended": ended, "here": HERE, "elsewhere": ELSEWHERE}) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
