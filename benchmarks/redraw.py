"""How long the canvas takes to show an edit, by the number of layers; offscreen, at the size of a usual window.

    QT_QPA_PLATFORM=offscreen python benchmarks/redraw.py [ROUNDS]

Prints one row a size, in ms and as medians: `edit` (a value is set, until all is painted again, analysis and all), its
share `canvas` (from the report on), `step` (to the next card with the arrow key), `insert` (a layer more, by undo and
redo). Then how much more the largest network takes for a layer than the smallest: 1 is linear, below 1 better.
Writes benchmarks/redraw.json.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.facts import DataFacts, Target
from engine.layers import AnyLayer
from engine.layers.core.basics import Dense, Input, Output
from engine.layers.image.convolution import Conv2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.shapes import Shape
from gui.document import Document
from gui.kit import theme
from gui.pages.canvas.bars import Middle
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.editing.selection import Selection

SIZES = (10, 50, 200, 1_000)
FACTS = DataFacts(
    "images", Shape.of(channel=8, height=16, width=16), Target("kind", "classes", ("a", "b", "c")), 70, 15, 15
)


def network(size: int) -> Network:
    """Units of five: a skip around two layers, then two columns that join; as many as make `size` layers."""
    layers: list[AnyLayer] = [Input(id="input")]
    while len(layers) + 3 < size:
        n, last = len(layers), layers[-1].id
        unit = (
            Conv2d(id=f"c{n}", channels=8),
            BatchNorm(id=f"n{n}"),
            Add(id=f"a{n}", inputs=(last, f"n{n}")),
            Conv2d(id=f"l{n}", channels=4),
            Conv2d(id=f"r{n}", channels=4, kernel=1, inputs=(f"a{n}",)),
            Concatenate(id=f"j{n}", inputs=(f"l{n}", f"r{n}")),
        )
        layers += unit if len(layers) + len(unit) + 3 <= size else [Conv2d(id=f"c{n}", channels=8)]
    ends = (Flatten(id="flatten"), Dense(id="dense", units=3, activation="softmax"), Output(id="output"))
    return Network(layers=(*layers, *ends))


class Canvas:
    """The canvas in a window of its own, with a clock that starts when a new report is there."""

    def __init__(self, size: int) -> None:
        self.document = Document()
        self.document.changed.connect(self._on_changed)
        self.reported = 0.0
        self.selection = Selection(self.document)
        self.window = QWidget()
        self.middle = Middle(Edits(self.document, self.selection), self.window)
        self.window.resize(900, 760)
        self.middle.resize(900, 760)
        self.document.open(self.document.project.changed(network=network(size)), None, "redraw")
        self.document.set_facts(FACTS)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        QApplication.processEvents()

    def edit(self, kernel: int) -> tuple[float, float]:
        """Seconds until a value is painted, and of these since the report."""
        begin = perf_counter()
        layer = next(layer for layer in self.document.network.layers if layer.kind == "conv2d")
        self.document.edit("Set window", self.document.network.with_values(layer.id, kernel=kernel))
        QApplication.processEvents()
        end = perf_counter()
        return end - begin, end - self.reported

    def step(self) -> float:
        """Seconds until the next card is chosen."""
        begin = perf_counter()
        self.selection.step(1)
        QApplication.processEvents()
        return perf_counter() - begin

    def insert(self) -> float:
        """Seconds until one more layer, or one less, is painted."""
        stack = self.document.undo_stack
        if not stack.canRedo() and stack.undoText() != "Add":
            self.document.edit("Add", self.document.network.insert(BatchNorm(), 1)[0])
        begin = perf_counter()
        stack.undo() if stack.canUndo() and not stack.canRedo() else stack.redo()
        QApplication.processEvents()
        return perf_counter() - begin

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()

    def _on_changed(self) -> None:
        self.reported = perf_counter()


def measure(size: int, rounds: int) -> dict[str, float]:
    """Medians in ms of one size."""
    canvas = Canvas(size)
    edits = [canvas.edit(5 if turn % 2 else 3) for turn in range(rounds + 2)][2:]
    steps = [canvas.step() for _ in range(min(rounds, size - 1))]
    inserts = [canvas.insert() for _ in range(rounds)]
    live = len(canvas.middle.view.sheet.cards)
    canvas.close()
    return {
        "edit": 1000 * median(whole for whole, _ in edits),
        "canvas": 1000 * median(part for _, part in edits),
        "step": 1000 * median(steps),
        "insert": 1000 * median(inserts),
        "live_cards": live,
    }


def main(rounds: int) -> int:
    """Runs all sizes; the exit code is 0: it measures."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    rows: dict[str, dict[str, float]] = {}
    for size in SIZES:
        rows[str(size)] = measure(size, rounds)
        print(size, " ".join(f"{name} {value:.1f}" for name, value in rows[str(size)].items()), flush=True)
    first, last = rows[str(SIZES[0])], rows[str(SIZES[-1])]
    growth = {name: last[name] / first[name] / (SIZES[-1] / SIZES[0]) for name in ("edit", "canvas", "step", "insert")}
    print("growth", " ".join(f"{name} {value:.3f}" for name, value in growth.items()))
    result = {"milliseconds": rows, "growth": growth}
    Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 31))
