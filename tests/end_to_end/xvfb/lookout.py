"""Starts main.py as it is and, for names read from stdin, says on stdout where on the screen a control stands.

It only looks: what is pressed and typed comes from the X server. An answer is one JSON line: the centre and whether the
control is enabled, or null where none of that name is to be seen. "focus" answers for the control that gets the keys.
"""

from __future__ import annotations

import json
import queue
import runpy
import sys
import threading
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QWidget

ROOT = Path(__file__).resolve().parents[3]


def look(name: str) -> dict[str, object] | None:
    """Called on the window's thread."""
    focus = QApplication.focusWidget()
    if name == "focus":
        return None if focus is None else {"class": type(focus).__name__, "name": focus.objectName()}
    for widget in QApplication.allWidgets():
        if widget.objectName() == name and widget.isVisible() and not widget.visibleRegion().isEmpty():
            return place(widget)
    return None


def tell(name: str, found: queue.Queue[object]) -> None:
    """Puts what is seen into the queue."""
    found.put(look(name))


def place(widget: QWidget) -> dict[str, object]:
    """The middle of what can be seen of it, in the screen's pixels."""
    middle = widget.mapToGlobal(widget.visibleRegion().boundingRect().center())
    return {"x": middle.x(), "y": middle.y(), "enabled": widget.isEnabled()}


def answer() -> None:
    """On a thread of its own: a name in, an answer out."""
    for line in sys.stdin:
        found: queue.Queue[object] = queue.Queue()
        app = QCoreApplication.instance()
        if app is None:
            found.put(None)
        else:
            QTimer.singleShot(0, app, partial(tell, line.strip(), found))
        sys.stdout.write(json.dumps(found.get()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    threading.Thread(target=answer, daemon=True).start()
    sys.argv = [str(ROOT / "main.py")]
    sys.path.insert(0, str(ROOT))
    runpy.run_path(str(ROOT / "main.py"), run_name="__main__")
