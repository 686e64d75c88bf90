"""Seconds that a switch of theme takes in a window with all its pages.

    QT_QPA_PLATFORM=offscreen python benchmarks/theme.py [SWITCHES]

Prints minimum, median and maximum, until all is painted anew, and writes benchmarks/theme.json. The goal: 0.3 s.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from PySide6.QtWidgets import QApplication

from engine.starter import sample_project
from gui.app import compose, show
from gui.kit import theme
from gui.settings import Preferences

PAGES = ("data", "network", "training", "results", "runs", "export", "templates")


def main(switches: int) -> int:
    """Measures and writes; the exit code is 0 whether or not the goal is reached."""
    app = QApplication(["Layerdeck"])
    with tempfile.TemporaryDirectory() as folder:
        settings = Preferences(Path(folder) / "settings.ini", app)
        theme.apply(app, "dark")
        window = compose(settings, Path(folder) / "unsaved", Path(folder) / "runs")
        window.context.document.open(sample_project("digits"), None, "Open")
        show(window)
        for page in PAGES:
            window.go(page)
            app.processEvents()
        seconds = [switched(app, mode) for mode in islice(cycle(("light", "dark")), switches)]
        widgets = len(app.allWidgets())
        window.context.document.undo_stack.setClean()
        window.close()
    result = {
        "widgets": widgets,
        "seconds": [round(value, 3) for value in seconds],
        "median": round(median(seconds), 3),
    }
    print(f"{widgets} widgets: {min(seconds):.2f} .. {median(seconds):.2f} .. {max(seconds):.2f} s (min, median, max)")
    Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


def switched(app: QApplication, mode: theme.Mode) -> float:
    """Seconds until the theme is on and everything that is seen has been painted."""
    begin = time.perf_counter()
    theme.apply(app, mode)
    app.processEvents()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
