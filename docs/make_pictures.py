"""Takes the pictures of the README and the guide from the running app: `PYTHONPATH=. python docs/make_pictures.py`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QDialog, QPushButton, QScrollArea, QTabBar, QWidget

from engine.project import Project
from engine.runs import store
from engine.templates.gallery import TEMPLATES
from gui.kit import theme
from gui.pages.runs.page import RunsPage
from gui.shell.main_window import MainWindow
from tools.camera import WIDE, Camera, camera

PICTURES = Path(__file__).parent / "pictures"
SIZES = ((WIDE, ""), ((1024, 700), "-narrow"))
MODES: tuple[theme.Mode, ...] = ("dark", "light")
MORE = ("length", "optimizer")  # groups of training settings that are shown with all they have


def main(out: Path) -> int:
    """The guide's pictures, or with a folder given all of them: dark and light, wide and narrow."""
    with camera(out) as shown:
        every_theme(shown, "start", lambda: shown.window.go("start"))
        for scene in (spirals, reviews, digits, templates):
            scene(shown)
    return 0


def every_theme(
    camera: Camera, name: str, go: Callable[[], None], *, light: bool = False, widget: QWidget | None = None
) -> None:
    """The page in dark, in light too where asked, and where all are wanted in both and narrow too.

    `widget`: a dialog that is wanted alone.
    """
    everything = camera.out != PICTURES
    for mode in MODES if everything or light else MODES[:1]:
        for size, suffix in SIZES if everything and widget is None else SIZES[:1]:
            camera.dress(mode, size)
            go()
            camera.take(f"{name}-{mode}{suffix}", widget)
    camera.dress("dark", WIDE)


def spirals(camera: Camera) -> None:
    """A run in the middle, then its results, runs and export."""
    camera.open_sample("spirals")
    window = camera.window
    every_theme(camera, "data", lambda: window.go("data"))
    camera.train(until_step=1000)
    session = window.context.session
    session.pause()
    camera.wait(10, lambda: session.state == "paused")
    camera.wait(3)  # the charts take turns
    every_theme(camera, "training", lambda: window.go("training"))
    session.turn("learning_rate", 0.0003)
    session.go_on()
    camera.wait(10, lambda: session.live is not None and len(session.live.losses) >= 1800)
    session.pause()
    camera.wait(10, lambda: session.state == "paused")
    camera.wait(3)
    every_theme(camera, "knobs", lambda: window.go("training"))
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
    every_theme(camera, "network", lambda: camera.window.go("network"))
    document.undo_stack.undo()


def digits(camera: Camera) -> None:
    """Pictures as data, and what came of them."""
    camera.open_sample("digits")
    window = camera.window
    every_theme(camera, "pictures", lambda: window.go("data"))
    settings(camera)
    finder(camera)
    camera.train()
    window.go("results")
    camera.wait(6)
    every_theme(camera, "results", lambda: window.go("results"))
    every_theme(camera, "export", lambda: window.go("export"))
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

    every_theme(camera, "settings", show)
    for fold in folds:
        fold.click()


def finder(camera: Camera) -> None:
    """A learning rate that is searched for."""
    camera.find(QPushButton, "training.find_rate").click()
    dialog = camera.find(QDialog, "finder")
    use = camera.find(QPushButton, "finder.use")
    camera.wait(60, use.isEnabled)
    every_theme(camera, "finder", dialog.repaint, widget=dialog)
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
        every_theme(camera, name, partial(show, tab))


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
    every_theme(camera, "templates", lambda: window.go("templates"))
    (camera.out / "templates").mkdir(exist_ok=True)
    for name in TEMPLATES:
        camera.open_template(name)
        every_theme(camera, f"templates/{name}", partial(show_whole, window), light=True)
    camera.open_template("lenet")
    window.network_page.code.show()
    window.network_page.select("conv2d_2")
    camera.wait(20)
    every_theme(camera, "code", lambda: window.go("network"))
    window.network_page.code.hide()


def show_whole(window: MainWindow) -> None:
    """The network, as much of it as can be read."""
    window.go("network")
    window.network_page.view.zoom.fit()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
