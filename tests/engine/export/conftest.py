"""Four small trained runs, one for each kind of data; made once for all the tests here."""

from __future__ import annotations

import csv
import functools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.choices.losses import CrossEntropy, MeanSquaredError
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.settings import DataSettings
from engine.export.writing import export
from engine.layers.catalogue import Block
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import MaxPool2d
from engine.layers.join.joining import Add
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.runs.evaluate import Evaluation, evaluate
from engine.settings import TrainingSettings
from engine.training.worker import run
from tests.data_settings import picture_data, table_data, text_data

KINDS = ("classes", "number", "pictures", "texts")


@dataclass(frozen=True)
class Example:
    """A trained run, what `predict` is given for it, and what the app answers on its training split."""

    folder: Path
    inputs: Path
    evaluation: Evaluation

    def exported(self, kind: str) -> Path:
        """The folder of an export, made once."""
        folder = self.folder.parent / f"out-{kind}"
        if not folder.exists():
            export(kind, self.folder, folder)
        return folder


@pytest.fixture(scope="session")
def example_of(tmp_path_factory):
    return functools.cache(lambda kind: trained(kind, tmp_path_factory.mktemp(kind)))


@pytest.fixture(params=KINDS)
def example(request, example_of) -> Example:
    return example_of(request.param)


@pytest.fixture
def classes_example(example_of) -> Example:
    return example_of("classes")


def trained(kind: str, folder: Path) -> Example:
    data, network, loss = {"classes": classes, "number": number, "pictures": pictures, "texts": texts}[kind](folder)
    settings = TrainingSettings(loss=loss, epochs=2, batch_size=16, threads=1, metrics=())
    project = Project(data=data, network=network, training=settings)
    request = TrainingRequest(project, load(data, Ticket()), folder / "run")
    for _ in run(request, Control()):
        pass
    return Example(folder / "run", Path(data.path), evaluate(folder / "run", "train"))


def write_rows(path: Path, header: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def classes(folder: Path) -> tuple[DataSettings, Network, object]:
    random = np.random.default_rng(0)
    rows = []
    for index in range(90):
        size = random.normal(index % 3, 0.4)
        rows.append(
            [f"{size:.4f}" if index % 11 else "", ["red", "blue"][index % 2], ("small", "mid", "large")[index % 3]]
        )
    path = write_rows(folder / "rows.csv", ["body size", "colour", "class"], rows)
    dense = Dense(units=8, id="first")
    network = Network.stack(
        dense,
        Block(id="twice", repeat=2, layers=(Dense(units=8, activation="tanh"), Dropout(rate=0.1))),
        Add(id="both", inputs=("first", "twice")),
        Dense(units=3, activation="softmax"),
    )
    return table_data(path=str(path), target="class"), network, CrossEntropy()


def number(folder: Path) -> tuple[DataSettings, Network, object]:
    random = np.random.default_rng(1)
    rows = [[f"{x:.4f}", f"{2500 + 300 * math.sin(x):.3f}"] for x in random.uniform(-3, 3, 80)]
    path = write_rows(folder / "rows.csv", ["x", "price"], rows)
    network = Network.stack(Dense(units=16), Dense(units=1, activation="none"))
    return table_data(path=str(path), target="price", scale_target=True), network, MeanSquaredError()


def pictures(folder: Path) -> tuple[DataSettings, Network, object]:
    random = np.random.default_rng(2)
    for index in range(40):
        pixels = random.integers(0, 120, (9, 9, 3), dtype=np.uint8)
        pixels[:, :, index % 2] += 100
        path = folder / "pictures" / ("red", "green")[index % 2] / f"{index:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    network = Network.stack(
        RandomFlip(),
        RandomShift(distance=1, fill="repeat"),
        Cutout(side=2),
        Conv2d(channels=4),
        BatchNorm(),
        MaxPool2d(),
        Flatten(),
        Dense(units=2, activation="log_softmax"),
    )
    return picture_data(path=str(folder / "pictures"), width=8, height=8), network, CrossEntropy()


def texts(folder: Path) -> tuple[DataSettings, Network, object]:
    words = {"glad": "good fine nice", "sad": "bad poor dull"}
    for index in range(40):
        name = ("glad", "sad")[index % 2]
        path = folder / "texts" / name / f"{index:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(" ".join([words[name].split()[index % 3], "film", str(index)] * (1 + index % 4)))
    network = Network.stack(
        Embedding(vocabulary=50, dimensions=6), Lstm(units=5, both_ways=True), Dense(units=2, activation="softmax")
    )
    return text_data(path=str(folder / "texts"), vocabulary=50, length=7), network, CrossEntropy()
