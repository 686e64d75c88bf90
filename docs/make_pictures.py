"""Takes the pictures of the README and the guide from the running app: `PYTHONPATH=. python docs/make_pictures.py`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QScrollArea, QTabBar, QWidget

from engine.project import Project
from engine.runs import store
from engine.templates.gallery import TEMPLATES
from gui.app import compose
from gui.kit import theme
from gui.pages.runs.page import RunsPage
from gui.settings import Preferences
from gui.shell.main_window import MainWindow

PICTURES = Path(__file__).parent / "pictures"
WIDE = (1440, 900)
SIZES = ((WIDE, ""), ((1024, 700), "-narrow"))
MODES: tuple[theme.Mode, ...] = ("dark", "light")
MORE = ("length", "optimizer")  # groups of training settings that are shown with all they have
Found = TypeVar("Found", bound=QWidget)


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

    def take(self, name: str, widget: QWidget | None = None) -> None:
        self.wait(1.0)
        (widget or self.window).grab().save(str(self.out / f"{name}.png"))

    def find(self, kind: type[Found], name: str) -> Found:
        """A widget of the window by its objectName."""
        found: Found | None = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def every_theme(
        self, name: str, go: Callable[[], None], *, light: bool = False, widget: QWidget | None = None
    ) -> None:
        """The page in dark, in light too where asked, and where all are wanted in both and narrow too.

        `widget`: a dialog that is wanted alone.
        """
        everything = self.out != PICTURES
        for mode in MODES if everything or light else MODES[:1]:
            theme.apply(self.app, mode)
            for size, suffix in SIZES if everything and widget is None else SIZES[:1]:
                self.window.resize(*size)
                go()
                self.take(f"{name}-{mode}{suffix}", widget)
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
    camera.train(until_step=1000)
    session = window.context.session
    session.pause()
    camera.wait(10, lambda: session.state == "paused")
    camera.wait(3)  # the charts take turns
    camera.every_theme("training", lambda: window.go("training"))
    session.turn("learning_rate", 0.0003)
    session.go_on()
    camera.wait(10, lambda: session.live is not None and len(session.live.losses) >= 1800)
    session.pause()
    camera.wait(10, lambda: session.state == "paused")
    camera.wait(3)
    camera.every_theme("knobs", lambda: window.go("training"))
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
    settings(camera)
    finder(camera)
    camera.train()
    window.go("results")
    camera.wait(6)
    camera.every_theme("results", lambda: window.go("results"))
    camera.every_theme("export", lambda: window.go("export"))
    runs(camera)


def settings(camera: Camera) -> None:
    """The settings of a run, two groups with all they have."""
    camera.window.go("training")
    folds = [camera.find(QPushButton, f"training.more.{name}") for name in MORE]
    for fold in folds:
        fold.click()
    area = camera.find(QScrollArea, "training.side")
    last = camera.find(QWidget, "training.averaging")

    def show() -> None:
        camera.window.go("training")
        camera.wait(0.5)
        area.ensureWidgetVisible(last)

    camera.every_theme("settings", show)
    for fold in folds:
        fold.click()


def finder(camera: Camera) -> None:
    """A learning rate that is searched for."""
    camera.find(QPushButton, "training.find_rate").click()
    dialog = camera.find(QDialog, "finder")
    use = camera.find(QPushButton, "finder.use")
    camera.wait(60, use.isEnabled)
    camera.every_theme("finder", dialog.repaint, widget=dialog)
    dialog.reject()


def runs(camera: Camera) -> None:
    """Several runs with tags and a star; two of them selected, and what they have different."""
    window = camera.window
    document, session = window.context.document, window.context.session
    first = session.chosen.folder
    document.edit("Other settings", faster(document.project))
    camera.wait(30, lambda: not session.obstacle())
    camera.train()
    second = session.chosen.folder
    document.undo_stack.undo()
    assert first is not None
    assert second is not None
    store.annotate(first, tags=("baseline",), note="What the sample begins with.")
    store.annotate(second, tags=("batch 64", "averaged"), star=True)
    page = window.page_widget("runs")
    assert isinstance(page, RunsPage)

    def show(tab: int) -> None:
        window.go("runs")
        camera.wait(10, lambda: not page.busy)
        page.list.view.show_runs(page.list.runs, {first, second})
        camera.find(QTabBar, "runs.below").setCurrentIndex(tab)
        camera.wait(10, lambda: not page.busy)

    for tab, name in enumerate(("runs", "difference")):
        camera.every_theme(name, partial(show, tab))


def faster(project: Project) -> Project:
    """The project with larger batches and steps, and a running mean of the weights."""
    training = project.training
    optimizer = training.optimizer.changed(learning_rate=0.004)
    return project.changed(training=training.changed(batch_size=64, optimizer=optimizer, averaging=0.99))


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
