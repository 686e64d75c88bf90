"""How long the report takes after an edit, at 10, 50, 200 and 1,000 layers; writes benchmarks/report.json.

    PYTHONPATH=. python benchmarks/report.py

One edit is `network.with_values` on a layer near the top, the project around it, and its report: what one turn of a
spin box costs before anything is drawn. Every edit sets a value that was not there before, so that the edited layer is
never looked up. The median of many edits is taken; growth is time at 1,000 layers over five times that at 200.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from engine.analysis import report
from engine.analysis.counting import row
from engine.analysis.shapes import given, inside_of
from engine.choices.losses import CrossEntropy
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool2d
from engine.layers.join.joining import Add
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape

RESULT = Path(__file__).with_name("report.json")
SIZES = (10, 50, 200, 1_000)
EDITS = 15
BUDGET = 20.0  # ms at 200 layers
CLASSES = Target("class", "classes", ("a", "b", "c"))
ROW = DataFacts("table", Shape.of(feature=16), CLASSES, 1_000, 200, 200)
PICTURE = DataFacts("images", Shape.of(channel=3, height=32, width=32), CLASSES, 1_000, 200, 200)
END = Dense(id="end", units=3, activation="softmax")


def dense(count: int) -> tuple[Network, DataFacts, str, str]:
    """A plain stack; its facts, the layer that is edited and the setting."""
    layers = [Dense(id=f"dense_{number}", units=32) for number in range(count - 3)]
    return network(layers), ROW, "dense_1", "units"


def pictures(count: int) -> tuple[Network, DataFacts, str, str]:
    """Convolutions, each with its norm and activation."""
    kinds: tuple[Callable[[str], Layer], ...] = (
        lambda name: Conv2d(id=name, channels=16, activation="none"),
        lambda name: BatchNorm(id=name),
        lambda name: ActivationLayer(id=name),
    )
    layers = [kinds[number % 3](f"layer_{number}") for number in range(count - 4)]
    return network([*layers, GlobalPool2d(id="pool")]), PICTURE, "layer_0", "channels"


def residual(count: int) -> tuple[Network, DataFacts, str, str]:
    """Skips in the open and in blocks: every fifth layer is a block of four, built twice."""
    layers: list[Layer] = [Conv2d(id="stem", channels=16)]
    inner = (
        Conv2d(id="one", channels=16),
        BatchNorm(id="norm"),
        Conv2d(id="two", channels=16, activation="none"),
        Add(id="add", inputs=("entry", "two")),
    )
    while len(layers) < count - 4:
        before, number = layers[-1].id, len(layers)
        layers.append(Conv2d(id=f"conv_{number}", channels=16))
        layers.append(BatchNorm(id=f"norm_{number}"))
        layers.append(ActivationLayer(id=f"bend_{number}"))
        layers.append(Add(id=f"add_{number}", inputs=(before, f"bend_{number}")))
        layers.append(Block(id=f"block_{number}", layers=inner, repeat=2 if count <= 200 else 1))
    return network([*layers[: count - 4], GlobalPool2d(id="pool")]), PICTURE, "conv_1", "kernel"


def network(layers: list[Layer]) -> Network:
    """Input, these, the end, Output."""
    base = Network()
    return Network.model_validate({"layers": (*base.inputs, *layers, END, *base.outputs)})


def measured(made: tuple[Network, DataFacts, str, str]) -> dict[str, float]:
    """Median milliseconds of an edit, of its report, of both, and of a report where nothing is remembered."""
    base, facts, layer, field = made
    project = Project(network=base, training=TrainingSettings(loss=CrossEntropy()))
    if problems := report(project, facts).problems:
        raise SystemExit(problems[0].message)
    start = getattr(base.layer(layer), field)
    edits, reports, fresh = [], [], []
    for number in range(1, EDITS + 1):
        began = time.perf_counter()
        edited = project.changed(network=base.with_values(layer, **{field: start + number}))
        edits.append(time.perf_counter() - began)
        reports.append(timed(edited, facts))
    for _ in range(EDITS // 3):
        for remembered in (given, inside_of, row):
            remembered.cache_clear()
        fresh.append(timed(project, facts))
    both = [sum(pair) for pair in zip(edits, reports, strict=True)]
    columns = {"edit": edits, "report": reports, "both": both, "nothing remembered": fresh}
    return {name: round(1e3 * median(times), 3) for name, times in columns.items()}


def timed(project: Project, facts: DataFacts) -> float:
    """Seconds for a report."""
    began = time.perf_counter()
    report(project, facts)
    return time.perf_counter() - began


def main() -> int:
    """Measures every kind and size, prints and saves; 1 where 200 layers take longer than the budget."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    growth: dict[str, float] = {}
    for title, make in (("dense", dense), ("pictures", pictures), ("residual", residual)):
        found[title] = {}
        for count in SIZES:
            found[title][str(count)] = times = measured(make(count))
            words = ", ".join(f"{name} {value:7.2f}" for name, value in times.items())
            print(f"{title:9} {count:5} layers, ms: {words}")
        growth[title] = round(found[title]["1000"]["both"] / (5 * found[title]["200"]["both"]), 2)
        print(f"{title:9} growth from 200 to 1,000 layers: {growth[title]} (1 is linear)")
    document = {"milliseconds": found, "growth": growth, "budget at 200 layers": BUDGET}
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 1 if any(found[title]["200"]["both"] > BUDGET for title in found) else 0


if __name__ == "__main__":
    sys.exit(main())
