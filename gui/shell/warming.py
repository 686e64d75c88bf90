"""Loads what pages and runs need once the window is up: what belongs to Qt in pieces, then torch beside it.

PySide6 makes its classes when they are first asked for, and not safely on two threads at a time: the other one meets a
class without its converters, and the process ends. So whatever touches PySide6 is loaded on the GUI thread, a few
milliseconds between two events; only modules that know nothing of Qt are loaded on a job's thread.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal

SLICE = 0.008  # seconds: less than a frame
COPIED = ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets")  # pyqtgraph copies all of their names
WANTED = (  # by pyqtgraph
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtSvg",
    "PySide6.QtTest",
    "multiprocessing.connection",
    "xml.etree.ElementTree",
    "pydoc",
)


class Charts(QObject):
    """Loads the library that draws charts, in pieces while the window is idle.

    Signals:
        done: it is there.
    """

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces = pieces()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begins once there is nothing else to do."""
        self._timer.start()

    def _go_on(self) -> None:
        end = time.perf_counter() + SLICE
        for _ in self._pieces:
            if time.perf_counter() > end:
                return
        self._timer.stop()
        self.done.emit()


def pieces() -> Iterator[None]:
    """Loads a little each time it is asked; the library itself comes last, when most of what it needs is there."""
    for name in WANTED:
        import_module(name)
        yield
    for name in COPIED:
        module = import_module(name)
        for one in dir(module):
            getattr(module, one)
            yield
    import_module("pyqtgraph")
    yield
