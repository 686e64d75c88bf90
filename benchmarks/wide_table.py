"""How long the window stands still for a wide table: the Data page with thousands of columns; offscreen.

    QT_QPA_PLATFORM=offscreen python benchmarks/wide_table.py

Prints one row a number of columns, in ms of the thread: the longest event while the page shows
the table (`show`), is made narrower and wider (`resize`), is scrolled (`scroll`), and while a column's role changes
(`role`); and how many heads have widgets (`heads`). Writes benchmarks/wide_table.json.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from engine.data.dataset import Ticket
from engine.data.examples import TableExamples
from engine.data.settings import DataSettings, SourceSettings
from engine.project import Project
from gui.document import Document
from gui.kit import theme
from gui.pages.data.edits import change_role
from gui.pages.data.looking import Look, look
from gui.pages.data.preview_card import PreviewCard

SIZES = (5, 100, 784, 4_000)
ROWS = 200
ROUNDS = 5


def written(path: Path, columns: int) -> Path:
    """A table of invented numbers."""
    cells = np.random.default_rng(0).integers(0, 256, (ROWS, columns))
    lines = [",".join(f"pixel{column}" for column in range(columns)), *(",".join(map(str, row)) for row in cells)]
    path.write_text("\n".join(lines) + "\n")
    return path


def longest(act: Callable[[], object]) -> float:
    """Milliseconds of the longest event: the act itself, or one that follows from it."""
    begin = thread_time()
    act()
    times = [thread_time() - begin]
    for _ in range(20):
        for kind in (QEvent.Type.LayoutRequest, QEvent.Type.UpdateRequest, QEvent.Type.None_):
            begin = thread_time()
            QCoreApplication.sendPostedEvents(None, kind.value)
            times.append(thread_time() - begin)
        begin = thread_time()
        QApplication.processEvents()
        times.append(thread_time() - begin)
    return 1000 * max(times)


def measure(folder: Path, columns: int) -> dict[str, float]:
    """Medians in ms of one width."""
    data = DataSettings(
        source=SourceSettings(path=str(written(folder / f"{columns}.csv", columns))), targets=("pixel0",)
    )
    found: Look = look(data, Ticket())
    assert isinstance(found.examples, TableExamples)
    document = Document()
    document.open(Project(data=data), None, "wide")
    card = PreviewCard(document)
    card.resize(1_040, 600)
    card.show()
    QApplication.processEvents()
    bar = card.table.horizontalScrollBar()
    shown, resized, scrolled, roles = [], [], [], []
    for turn in range(ROUNDS):
        card.say("…")
        shown.append(longest(lambda: card.show_look(found)))
        resized.append(longest(lambda turn=turn: card.resize(1_040 - 100 * (turn % 2 + 1), 600)))
        scrolled.append(longest(lambda turn=turn: bar.setValue(bar.maximum() * (turn + 1) // ROUNDS)))
        role = "category" if turn % 2 else "ignore"
        roles.append(longest(lambda role=role: change_role(document, "pixel1", role, "number")))
    heads = card.roles.boxes
    card.close()
    card.deleteLater()
    names = ("show", "resize", "scroll", "role")
    values = (median(times) for times in (shown, resized, scrolled, roles))
    return {**dict(zip(names, values, strict=True)), "heads": heads}


def main() -> int:
    """Measures all widths; the exit code is 0: it measures."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    rows = {}
    with TemporaryDirectory() as folder:
        for columns in SIZES:
            rows[str(columns)] = measure(Path(folder), columns)
            print(columns, " ".join(f"{name} {value:.1f}" for name, value in rows[str(columns)].items()), flush=True)
    Path(__file__).with_suffix(".json").write_text(json.dumps(rows, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
