"""Networks of many shapes on made-up data, for benchmarks that want more than the shipped samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.image.convolution import Conv1d, Conv2d
from engine.layers.image.pooling import GlobalPool1d, GlobalPool2d, MaxPool2d
from engine.layers.join.joining import Add
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.sequence.attention import MultiHeadAttention, PositionalEncoding
from engine.layers.sequence.recurrent import Embedding, Gru, Lstm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape

CLASSES = 10
PICTURE, ROW, TEXT = Shape.of(channel=3, height=32, width=32), Shape.of(feature=256), Shape.ids(5_000, time=64)


@dataclass(frozen=True)
class Wanted:
    """A network on data of `shape`, trained with batches of `batch` examples."""

    shape: Shape
    batch: int
    layers: Callable[[], list[Layer]]


def _wide() -> list[Layer]:
    return [Dense(units=2_048), Dense(units=2_048), Dropout(rate=0.5), Dense(units=512, activation="gelu")]


def _cnn() -> list[Layer]:
    layers: list[Layer] = []
    for channels in (32, 64, 128):
        layers += [Conv2d(channels=channels, activation="none"), BatchNorm(), ActivationLayer(), MaxPool2d()]
    return [*layers, Flatten(), Dense(units=128)]


def _residual() -> list[Layer]:
    inner = (
        Conv2d(id="first", channels=32),
        Conv2d(id="second", channels=32, activation="none"),
        Add(id="add", inputs=("second", "entry")),
        ActivationLayer(id="bend"),
    )
    return [Conv2d(channels=32), Block(layers=inner, repeat=4), GlobalPool2d()]


def _lstm() -> list[Layer]:
    return [Embedding(vocabulary=5_000, dimensions=96), Lstm(units=128, layers=2), Dropout()]


def _gru() -> list[Layer]:
    return [
        Embedding(vocabulary=5_000, dimensions=64),
        Gru(units=96, both_ways=True, returns="every step"),
        GlobalPool1d(),
    ]


def _words() -> list[Layer]:
    return [Embedding(vocabulary=5_000, dimensions=64), Conv1d(channels=128, kernel=5), GlobalPool1d()]


def _transformer() -> list[Layer]:
    inner = (
        LayerNorm(id="norm"),
        MultiHeadAttention(id="look", heads=4, causal=True),
        Add(id="add", inputs=("look", "entry")),
        LayerNorm(id="norm_2"),
        Dense(id="wide", units=512, activation="gelu"),
        Dense(id="narrow", units=128, activation="none"),
        Add(id="add_2", inputs=("narrow", "add")),
    )
    layers: list[Layer] = [Embedding(vocabulary=5_000, dimensions=128), PositionalEncoding()]
    return [*layers, Block(layers=inner, repeat=4), LayerNorm(), GlobalPool1d()]


NETWORKS: dict[str, Wanted] = {
    **{f"wide MLP, batch {batch:,}": Wanted(ROW, batch, _wide) for batch in (1, 32, 1_024)},
    **{f"CNN, batch {batch:,}": Wanted(PICTURE, batch, _cnn) for batch in (2, 32, 256)},
    "residual CNN, batch 64": Wanted(PICTURE, 64, _residual),
    **{f"LSTM of two layers, batch {batch:,}": Wanted(TEXT, batch, _lstm) for batch in (8, 256)},
    "GRU both ways, batch 64": Wanted(TEXT, 64, _gru),
    "text CNN, batch 128": Wanted(TEXT, 128, _words),
    **{f"transformer, batch {batch:,}": Wanted(TEXT, batch, _transformer) for batch in (4, 64)},
}


def network_project(name: str, steps: int = 6) -> tuple[Project, Dataset]:
    """A network of the table, and `steps` batches of random examples for it, with a validation split half as large."""
    wanted = NETWORKS[name]
    network = Network.stack(*wanted.layers(), Dense(units=CLASSES, activation="softmax"))
    random = np.random.default_rng(0)
    count = max(4, steps * wanted.batch)
    parts = [_part(wanted.shape, examples, random) for examples in (count, count // 2, 2)]
    target = Target("class", "classes", tuple(str(number) for number in range(CLASSES)))
    kind = "text" if wanted.shape.values == "ids" else "images" if "channel" in wanted.shape.names else "table"
    facts = DataFacts(kind, wanted.shape, target, *(len(part) for part in parts))
    training = TrainingSettings(batch_size=wanted.batch, epochs=2)
    return Project(network=network, training=training), Dataset(facts, *parts)


def _part(shape: Shape, examples: int, random: np.random.Generator) -> Part:
    if shape.values == "ids":
        inputs = random.integers(1, shape.vocabulary, (examples, *shape.sizes))
    else:
        inputs = random.random((examples, *shape.sizes), dtype=np.float32)
    return Part(inputs, random.integers(0, CLASSES, examples), np.arange(examples))


def template_projects() -> dict[str, Callable[[], Project]]:
    """How to make the project of each template that is shipped."""
    if find_spec("engine.templates.gallery") is None:
        return {}
    templates = import_module("engine.templates.gallery").TEMPLATES
    return {name: template.sample_project for name, template in templates.items()}
