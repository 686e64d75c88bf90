"""What is tortured: small projects of every sort whose result hangs on all that a snapshot has to hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.choices.augmentations import Colour, CutMix, Erase, Flip, Mixup, Rotate
from engine.choices.augmentations import Noise as Disturbed
from engine.choices.clipping import ClipNorm
from engine.choices.optimizers import Adam, AdamW, NAdam, Sgd
from engine.choices.schedules import Cosine, OneCycle, Plateau
from engine.data.dataset import Dataset
from engine.facts import Target
from engine.layers.core.basics import Dense, Dropout
from engine.layers.core.regularising import Noise, SpatialDropout
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import MaxPool2d
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.record.control import Knob
from engine.settings import EarlyStopping
from engine.shapes import Shape
from tests.engine import toys

ANSWER = Dense(units=2, activation="softmax")
WIDE = Shape.of(feature=13)


@dataclass(frozen=True)
class Case:
    """A project, its data, and a hand that turns knobs after these steps."""

    project: Project
    data: Dataset
    turns: dict[int, Knob] = field(default_factory=dict)


def _mlp(**training: object) -> Project:
    return toys.project(
        Network.stack(Dense(units=24), Dropout(rate=0.3), Dense(units=16), ANSWER), keep_snapshots=5, **training
    )


def _texts() -> Dataset:
    """Words 1 to 19; the class is whether a small word comes last."""
    random = np.random.default_rng(2)
    words = random.integers(1, 20, (120, 10))
    classes = (words[:, -1] < 10).astype(np.int64)
    return toys.dataset(words, classes, Target("end", "classes", ("large", "small")), Shape.ids(20, time=10))


def mlp() -> Case:
    return Case(_mlp(epochs=10, optimizer=Adam(learning_rate=0.01)), toys.rings())


def cnn() -> Case:
    """Every picture is changed anew at each step, so that the random state counts, and batch norm keeps means."""
    changed = (RandomFlip(), RandomShift(distance=1, fill="repeat"), Cutout(side=3), Noise(deviation=0.3))
    layers = (*changed, Conv2d(channels=6), BatchNorm(), SpatialDropout(), MaxPool2d(), Flatten(), ANSWER)
    return Case(
        toys.project(
            Network.stack(*layers), epochs=8, keep_snapshots=5, optimizer=Sgd(momentum=0.9, learning_rate=0.02)
        ),
        toys.halves(),
    )


def lstm() -> Case:
    layers = (Embedding(vocabulary=20, dimensions=8), Lstm(units=8, layers=2, dropout=0.2), Dropout(), ANSWER)
    return Case(
        toys.project(Network.stack(*layers), epochs=10, keep_snapshots=5, optimizer=NAdam(learning_rate=0.01)), _texts()
    )


def one_cycle() -> Case:
    return Case(_mlp(epochs=10, schedule=OneCycle(), optimizer=AdamW(learning_rate=0.05)), toys.rings())


def early() -> Case:
    stopping = EarlyStopping(patience=6, restore_best=True)
    settings = {"schedule": Plateau(patience=1, by=0.5), "optimizer": Adam(learning_rate=0.2)}
    return Case(_mlp(epochs=200, early_stopping=stopping, **settings), toys.rings())


def windows() -> Case:
    """Gradients are gathered over three batches, clipped, and the weights averaged."""
    settings = {"accumulate": 3, "averaging": 0.95, "clipping": ClipNorm(limit=0.5), "sampling": "balanced"}
    keeps = EarlyStopping(restore_best=True)
    return Case(_mlp(epochs=10, early_stopping=keeps, optimizer=Adam(learning_rate=0.02), **settings), toys.rings())


def knobs() -> Case:
    turns = {
        5: Knob("learning_rate", 0.05),
        16: Knob("dropout", 0.6),
        30: Knob("weight_decay", 0.1),
        41: Knob("frozen", True, "dense_2"),
        58: Knob("frozen", False, "dense_2"),
        66: Knob("dropout", 0.0, "dropout"),
        70: Knob("learning_rate", 0.001),
    }
    return Case(_mlp(epochs=10, schedule=Cosine(), optimizer=AdamW()), toys.rings(), turns)


def odd() -> Case:
    """Batches that lie at any place in memory: of sizes and widths that are no multiple of four numbers."""
    random = np.random.default_rng(3)
    inputs = random.normal(0, 1, (120, 13)).astype(np.float32)
    data = toys.dataset(inputs, (inputs[:, 0] > 0).astype(np.int64), Target("side", "classes", ("low", "high")), WIDE)
    return Case(toys.project(Network.stack(Dense(units=10), ANSWER), epochs=12, batch_size=7), data)


def augmented() -> Case:
    """Batches are moved, coloured, blanked, disturbed and mixed before each step."""
    augment = (Flip(), Rotate(), Colour(), Erase(), Disturbed(), Mixup(alpha=1.0), CutMix())
    layers = (Conv2d(channels=6), Dropout(), MaxPool2d(), Flatten(), ANSWER)
    return Case(toys.project(Network.stack(*layers), epochs=8, keep_snapshots=5, augment=augment), toys.halves())


CASES = {case.__name__: case for case in (odd, mlp, cnn, lstm, one_cycle, early, windows, knobs, augmented)}
