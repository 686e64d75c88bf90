"""Takes the pictures of the README and the guide from the running app: `PYTHONPATH=. python docs/make_pictures.py`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from engine.templates.gallery import TEMPLATES
from gui import theme
from gui.app import compose
from gui.main_window import MainWindow
from gui.settings import Preferences

PICTURES = Path(__file__).parent / "pictures"
WIDE = (1440, 900)
SIZES = ((WIDE, ""), ((1024, 700), "-narrow"))
MODES: tuple[theme.Mode, ...] = ("dark", "light")


def main(out: Path) -> int:
    """The guide's pictures, or with a folder given all of them: dark and light, wide and narrow."""
    app = QApplication(["Layerdeck"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Preferences(folder / "settings.ini")
        settings.folder = Path(tempfile.gettempdir())
        window = compose(settings, folder / "unsaved", folder / "runs")
        camera = Camera(app, window, out)
        camera.every_theme("start", lambda: window.go("start"))
        spirals(camera)
        reviews(camera)
        digits(camera)
        templates(camera)
        window.context.document.undo_stack.setClean()
        window.close()
    return 0


class Camera:
    """Waits for the window and takes its picture."""

    def __init__(self, app: QApplication, window: MainWindow, out: Path) -> None:
        self.app, self.window, self.out = app, window, out
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

    def take(self, name: str) -> None:
        self.wait(1.0)
        self.window.grab().save(str(self.out / f"{name}.png"))

    def every_theme(self, name: str, go: Callable[[], None], *, light: bool = False) -> None:
        """The page in dark, in light too where asked, and where all are wanted in both and narrow too."""
        everything = self.out != PICTURES
        for mode in MODES if everything or light else MODES[:1]:
            theme.apply(self.app, mode)
            for size, suffix in SIZES if everything else SIZES[:1]:
                self.window.resize(*size)
                go()
                self.take(f"{name}-{mode}{suffix}")
        theme.apply(self.app, "dark")
        self.window.resize(*WIDE)

    def open_sample(self, name: str) -> None:
        self.window.opening.open_sample(name)
        context = self.window.context
        self.wait(60, lambda: not self.window.opening.busy and context.loader.dataset is not None)
        self.wait(1)

    def open_template(self, name: str) -> None:
        self.window.opening.open_template(name)
        context = self.window.context
        self.wait(60, lambda: not self.window.opening.busy and context.loader.dataset is not None)
        self.wait(1)

    def train(self, until_step: int | None = None) -> None:
        """Trains to the end, or pauses after a step."""
        self.window.train()
        session = self.window.context.session
        if until_step is not None:
            self.wait(120, lambda: session.live is not None and len(session.live.losses) >= until_step)
        else:
            self.wait(5, lambda: session.state == "running")
            self.wait(180, lambda: session.state == "idle")


def spirals(camera: Camera) -> None:
    """A run in the middle, then its results, runs and export."""
    camera.open_sample("spirals")
    window = camera.window
    camera.every_theme("data", lambda: window.go("data"))
    camera.every_theme("settings", lambda: window.go("training"))
    camera.train(until_step=1000)
    session = window.context.session
    session.pause()
    camera.wait(10, lambda: session.state == "paused")
    camera.every_theme("training", lambda: window.go("training"))
    session.go_on()
    camera.wait(180, lambda: session.state == "idle")


def reviews(camera: Camera) -> None:
    """The network page with a problem to fix: ten units for two classes."""
    camera.open_sample("reviews")
    document = camera.window.context.document
    last = document.network.layers[-2].id
    document.edit("Set units", document.network.with_values(last, units=10))
    camera.window.go("network")
    camera.window.network_page.select(document.network.layers[2].id)
    camera.every_theme("network", lambda: camera.window.go("network"))
    document.undo_stack.undo()


def digits(camera: Camera) -> None:
    """Pictures as data, and what came of them."""
    camera.open_sample("digits")
    window = camera.window
    camera.every_theme("pictures", lambda: window.go("data"))
    camera.train()
    window.go("results")
    camera.wait(6)
    camera.every_theme("results", lambda: window.go("results"))
    camera.every_theme("runs", lambda: window.go("runs"))
    camera.every_theme("export", lambda: window.go("export"))


def templates(camera: Camera) -> None:
    """The gallery, each template where all pictures are wanted, and the code beside one of them."""
    window = camera.window
    window.go("templates")
    camera.wait(10)
    camera.every_theme("templates", lambda: window.go("templates"))
    (camera.out / "templates").mkdir(exist_ok=True)
    for name in TEMPLATES:
        camera.open_template(name)
        camera.every_theme(f"templates/{name}", partial(show_whole, window), light=True)
    camera.open_template("lenet")
    window.network_page.code.show()
    window.network_page.select("conv2d_2")
    camera.wait(20)
    camera.every_theme("code", lambda: window.go("network"))
    window.network_page.code.hide()


def show_whole(window: MainWindow) -> None:
    """The network, as much of it as can be read."""
    window.go("network")
    window.network_page.view.fit()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
