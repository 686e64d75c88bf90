"""Pictures of every page in one go, light and dark, in several sizes and at scale 2: `make screenshots`.

    PYTHONPATH=. python tools/screenshots.py FOLDER [--only results,runs] [--sizes 1024x700,1440x900] [--themes dark]
                                                    [--scales 1,2]

Each scene opens a sample, trains it for some seconds, and goes to a page; pictures are called SCENE-SIZE-THEME.png.
At scale 2 only the usual size is taken. Nothing is read from or left on this machine but the pictures.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QListWidget, QPushButton, QScrollArea, QTabBar, QWidget

from engine.project import Project
from engine.runs import store
from gui.kit.theme import Mode
from gui.pages.results.page import ResultsPage
from gui.pages.runs.page import RunsPage
from tools.camera import WIDE, Camera, camera

SIZES = ((1024, 700), WIDE, (1920, 1080))
THEMES: tuple[Mode, ...] = ("dark", "light")
SETTLE = 0.3  # seconds
SCALE = "QT_SCALE_FACTOR"

Size = tuple[int, int]


@dataclass(frozen=True)
class Scenes:
    """Which pictures are wanted, and the camera that takes them."""

    camera: Camera
    sizes: Sequence[Size]
    themes: Sequence[Mode]
    suffix: str = ""  # of pictures at another scale

    def take(self, name: str, page: str, again: Callable[[], None] = lambda: None) -> None:
        """A page in all themes and sizes; `again` is done before each picture."""
        window = self.camera.window
        for theme in self.themes:
            for width, height in self.sizes:
                self.camera.dress(theme, (width, height))
                window.go(page)
                again()
                self.camera.take(f"{name}-{width}x{height}{self.suffix}-{theme}")
        self.camera.dress(THEMES[0], WIDE)


def begin(scenes: Scenes) -> None:
    """What is there before any project: start page, gallery, and pages that wait for something."""
    scenes.take("start", "start")
    scenes.camera.window.go("templates")
    scenes.camera.wait(8)  # previews are drawn one after another
    scenes.take("templates", "templates")
    for page in ("data", "network", "training", "results", "runs", "export"):
        scenes.take(f"{page}-empty", page)


def spirals(scenes: Scenes) -> None:
    """A run in the middle, and a plane of answers."""
    shown, session = scenes.camera, scenes.camera.window.context.session
    shown.open_sample("spirals")
    scenes.take("data-table", "data")
    scenes.take("training-before", "training")
    shown.train(until_step=700)
    session.turn("learning_rate", 0.0005)
    shown.wait(20, lambda: session.live is not None and len(session.live.losses) >= 1200)
    session.pause()
    shown.wait(10, lambda: session.state == "paused")
    shown.wait(2)  # the charts take turns
    scenes.take("training-paused", "training")
    scenes.take("network-training", "network")
    session.stop()
    shown.wait(20, lambda: session.state == "idle")
    scenes.take("training-stopped", "training")


def reviews(scenes: Scenes) -> None:
    """Texts: a network with a problem, its code, and mistakes to read."""
    shown = scenes.camera
    shown.open_sample("reviews")
    scenes.take("data-texts", "data")
    document, page = shown.window.context.document, shown.window.network_page
    last = document.network.layers[-2].id
    document.edit("Set units", document.network.with_values(last, units=10))
    page.select(document.network.layers[2].id)
    scenes.take("network-problem", "network")
    document.undo_stack.undo()
    page.code.show()
    shown.wait(3)
    scenes.take("network-code", "network")
    page.code.hide()
    measured(scenes, "texts", epochs=1)


def surface(scenes: Scenes) -> None:
    """A number to predict."""
    scenes.camera.open_sample("diabetes")
    measured(scenes, "number", epochs=20)


def answers(scenes: Scenes) -> None:
    """Two answers at once, pictures given back, and next words."""
    for name in ("sums", "autoencoder", "gpt"):
        if name == "sums":
            scenes.camera.open_sample(name)
        else:
            scenes.camera.open_template(name)
        measured(scenes, name, epochs=2)


def digits(scenes: Scenes) -> None:
    """Pictures as data, three runs of them, and all that is shown of these."""
    shown = scenes.camera
    shown.open_sample("digits")
    scenes.take("data-pictures", "data")
    scenes.take("network", "network")
    augmented(scenes)
    folders = [measured(scenes, "classes", epochs=4, cell=True)]
    for change in (faster, slower):
        document = shown.window.context.document
        document.edit("Other settings", change(document.project))
        shown.train()
        folders.append(cast("Path", shown.window.context.session.chosen.folder))
    store.annotate(folders[0], tags=("baseline",), note="What the sample begins with.")
    store.annotate(folders[1], tags=("batch 64", "averaged"), star=True)
    scenes.take("training-finished", "training")
    scenes.take("export", "export")
    compared(scenes, folders)


def augmented(scenes: Scenes) -> None:
    """The card Augmentation with some of them, one that does little to grey pictures, and the wall."""
    shown, document = scenes.camera, scenes.camera.window.context.document
    augment = ({"kind": "shift"}, {"kind": "rotate"}, {"kind": "colour"}, {"kind": "mixup"})
    training = document.project.training.changed(augment=augment)
    document.edit("Augment", document.project.changed(training=training))

    def down() -> None:
        area, wall = shown.find(QScrollArea, "training.side"), shown.find(QWidget, "training.wall")
        shown.wait(20, lambda: wall.layout().count() > 0)
        shown.wait(1)
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())

    scenes.take("training-augmentation", "training", down)
    document.undo_stack.undo()


def compared(scenes: Scenes, folders: Sequence[Path]) -> None:
    """The Runs page: one run, several, two in difference, and the bin."""
    shown, page = scenes.camera, scenes.camera.window.page_widget("runs")
    assert isinstance(page, RunsPage)
    tabs = shown.find(QTabBar, "runs.below")

    def show(count: int, tab: int) -> None:
        shown.wait(10, lambda: not page.busy)
        page.list.view.show_runs(page.list.model.runs, folders[:count])
        tabs.setCurrentIndex(tab)
        shown.wait(10, lambda: not page.busy)

    for count, tab, name in ((1, 0, "runs"), (3, 0, "runs-three"), (2, 1, "runs-difference")):
        scenes.take(name, "runs", partial(show, count, tab))
    store.to_bin(folders[-1])
    page.refresh()
    shown.find(QPushButton, "runs.bin").click()
    scenes.take("runs-bin", "runs")


def measured(scenes: Scenes, name: str, *, epochs: int, cell: bool = False) -> Path:
    """Trains the open project shortly and takes its results; with `cell` those of one cell of the matrix, too."""
    shown, context = scenes.camera, scenes.camera.window.context
    training = context.document.project.training.changed(epochs=epochs)
    context.document.edit("Set epochs", context.document.project.changed(training=training))
    shown.train()
    page = shown.window.page_widget("results")
    assert isinstance(page, ResultsPage)
    shown.window.go("results")
    shown.wait(60, lambda: page.evaluation is not None)
    examples = shown.find(QListWidget, "results.examples")
    scenes.take(f"results-{name}", "results", partial(examples.setCurrentRow, 0))
    if cell:
        page.picture.confusion.picked.emit(0, 0)
        scenes.take(f"results-{name}-cell", "results")
    assert context.session.chosen.folder is not None
    return context.session.chosen.folder


def faster(project: Project) -> Project:
    """Larger batches and steps."""
    optimizer = project.training.optimizer.changed(learning_rate=0.004)
    return project.changed(training=project.training.changed(batch_size=64, optimizer=optimizer))


def slower(project: Project) -> Project:
    """Small steps."""
    optimizer = project.training.optimizer.changed(learning_rate=0.0001)
    return project.changed(training=project.training.changed(optimizer=optimizer))


SCENES: dict[str, Callable[[Scenes], None]] = {
    "begin": begin,
    "spirals": spirals,
    "reviews": reviews,
    "surface": surface,
    "answers": answers,
    "digits": digits,
}


def main() -> int:
    """Takes the pictures; for another scale in a process of its own, as Qt asks for it once."""
    options = _options()
    for scale in options.scales.split(","):
        if float(scale) == float(os.environ.get(SCALE, "1")):
            _take(options)
        else:
            asked = ["--only", options.only, "--sizes", options.sizes, "--themes", options.themes, "--scales", scale]
            environment = {**os.environ, SCALE: scale}
            subprocess.run([sys.executable, __file__, str(options.out), *asked], env=environment, check=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--only", default=",".join(SCENES), help=f"some of {', '.join(SCENES)}")
    parser.add_argument("--sizes", default=",".join(f"{width}x{height}" for width, height in SIZES))
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--scales", default="1,2")
    return parser.parse_args()


def _take(options: argparse.Namespace) -> None:
    sizes = [cast("Size", tuple(map(int, size.split("x")))) for size in options.sizes.split(",")]
    scale = os.environ.get(SCALE, "1")
    with camera(options.out, SETTLE) as shown:
        chosen = sizes if scale == "1" else [WIDE]
        scenes = Scenes(shown, chosen, options.themes.split(","), "" if scale == "1" else f"@{scale}x")
        for name in options.only.split(","):
            SCENES[name](scenes)


if __name__ == "__main__":
    sys.exit(main())
