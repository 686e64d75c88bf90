"""Takes pictures of the running window: opens samples, trains, waits, and saves what a person would see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from gui.app import compose
from gui.kit import theme
from gui.kit.redraw import Redraw
from gui.settings import Preferences
from gui.shell.main_window import MainWindow

WIDE = (1440, 900)
Found = TypeVar("Found", bound=QWidget)


class Camera:
    """Waits for the window and takes its picture.

    Attributes:
        settle: seconds that the window lives before each picture.
    """

    def __init__(self, app: QApplication, window: MainWindow, out: Path, settle: float = 1.0) -> None:
        self.app, self.window, self.out, self.settle = app, window, out, settle
        out.mkdir(parents=True, exist_ok=True)
        theme.apply(app, "dark")
        window.resize(*WIDE)
        window.show()

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Lets the window live until something is true, at most so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            self.app.processEvents()
            time.sleep(0.005)

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """A PNG of the window, or of a widget alone, when its charts are drawn."""
        self.wait(self.settle)
        self.wait(5, lambda: not any(redraw.waiting for redraw in self.window.findChildren(Redraw)))
        self.wait(self.settle / 2)  # an axis finds the room for its numbers when it is painted
        (widget or self.window).grab().save(str(self.out / f"{name}.png"))

    def dress(self, mode: theme.Mode, size: tuple[int, int]) -> None:
        """Another theme and another size, where they are others."""
        if theme.watcher().mode != mode:
            theme.apply(self.app, mode)
        self.window.resize(*size)

    def find(self, kind: type[Found], name: str) -> Found:
        """A widget of the window by its objectName."""
        found: Found | None = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def open_sample(self, name: str) -> None:
        """Opens a sample and waits for its data."""
        self.window.opening.open_sample(name)
        self._opened()

    def open_template(self, name: str) -> None:
        """Opens a template and waits for its data."""
        self.window.opening.open_template(name)
        self._opened()

    def train(self, until_step: int | None = None) -> None:
        """Trains to the end, or until a step is done."""
        session = self.window.context.session
        self.wait(30, lambda: not session.obstacle())
        self.window.train()
        if until_step is not None:
            self.wait(120, lambda: session.live is not None and len(session.live.losses) >= until_step)
        else:
            self.wait(5, lambda: session.state == "running")
            self.wait(180, lambda: session.state == "idle")
            session.stop()  # a busy machine: what was learned by then is shown
            self.wait(60, lambda: session.state == "idle")

    def _opened(self) -> None:
        context = self.window.context
        self.wait(60, lambda: not self.window.opening.busy and context.loader.dataset is not None)
        self.wait(self.settle)


@contextmanager
def camera(out: Path, settle: float = 1.0) -> Iterator[Camera]:
    """A camera on a window of its own, which keeps nothing: settings and runs are in a folder that goes with it."""
    app = QApplication(["Layerdeck"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = Preferences(folder / "settings.ini")
        settings.folder = Path(gettempdir())
        window = compose(settings, folder / "unsaved", folder / "runs")
        yield Camera(app, window, out, settle)
        window.context.document.undo_stack.setClean()
        window.close()
