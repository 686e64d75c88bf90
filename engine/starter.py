"""Data in, a network and training settings out that learn: a start to change, not the best there is."""

from __future__ import annotations

from typing import Any

from engine.choices.losses import CrossEntropy, Loss, MeanSquaredError
from engine.choices.metrics import MetricName
from engine.choices.optimizers import Adam
from engine.choices.schedules import Constant, Cosine
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.data.samples import settings as sample_settings
from engine.facts import DataFacts, Target
from engine.layers.base import Layer
from engine.layers.convolution import Conv2d
from engine.layers.core import ActivationLayer, Dense, Dropout
from engine.layers.normalisation import BatchNorm
from engine.layers.pooling import GlobalPool2d, MaxPool2d
from engine.layers.recurrent import Embedding, Lstm
from engine.layers.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.settings import AnyData, TextData, TrainingSettings

STEPS = 2000  # of a table's training, as far as its epochs allow
CHANNELS = (32, 64, 128, 128)  # of the blocks of a picture network
SMALLEST_MAP = 4  # pixels; a block is not put on a smaller picture


def starter(settings: AnyData, facts: DataFacts) -> Project:
    """A project whose network and training settings suit the data; it has no problems and can be trained as it is."""
    if facts.kind == "text":
        return text_project(settings, facts)
    if facts.kind == "images":
        return _project(settings, facts, _picture_layers(facts), epochs=_picture_epochs(facts))
    layers: list[Layer] = [Dense(units=units, activation="relu") for units in _table_units(facts)]
    return _project(settings, facts, layers, epochs=_table_epochs(facts))


def sample_project(name: str) -> Project:
    """A shipped sample with a network that learns it. DataError where there is none of that name."""
    settings = sample_settings(name)
    project = starter(settings, load(settings, Ticket()).facts)
    return project.changed(about=SAMPLES[name].about)


def text_project(settings: AnyData, facts: DataFacts) -> Project:
    """The example that opens many a course: Embedding, LSTM, softmax, with one-hot targets; for any texts."""
    vocabulary = settings.vocabulary if isinstance(settings, TextData) else facts.input.vocabulary
    layers: list[Layer] = [Embedding(vocabulary=vocabulary, dimensions=128), Lstm(units=64)]
    loss = CrossEntropy(form="one-hot") if facts.target.kind == "classes" else _loss(facts.target)
    return _project(settings, facts, layers, epochs=10, batch_size=32, loss=loss, schedule=Constant())


def _project(settings: AnyData, facts: DataFacts, layers: list[Layer], **training: Any) -> Project:
    target = facts.target
    ends = {"units": target.size, "activation": "softmax" if target.kind == "classes" else "none"}
    chosen: dict[str, Any] = {
        "loss": _loss(target),
        "optimizer": Adam(),
        "schedule": Cosine(),
        "metrics": _metrics(target),
        "batch_size": _batch_size(facts),
        **training,
    }
    return Project(data=settings, network=Network.stack(*layers, Dense(**ends)), training=TrainingSettings(**chosen))


def _loss(target: Target) -> Loss:
    return CrossEntropy() if target.kind == "classes" else MeanSquaredError()


def _metrics(target: Target) -> tuple[MetricName, ...]:
    return ("accuracy",) if target.kind == "classes" else ("r2", "mae")


def _batch_size(facts: DataFacts) -> int:
    for most, size in ((200, 16), (2_000, 32), (20_000, 64)):
        if facts.train < most:
            return size
    return 256


def _table_units(facts: DataFacts) -> tuple[int, ...]:
    if facts.input.count <= 2:
        return 64, 64, 32
    return (128, 64) if facts.input.count > 64 else (64, 32)


def _table_epochs(facts: DataFacts) -> int:
    per_epoch = max(1, facts.train // _batch_size(facts))
    most = 100 if facts.input.count <= 2 else 60  # small tables of many columns are soon learned by heart
    return min(most, max(10, STEPS // per_epoch))


def _picture_epochs(facts: DataFacts) -> int:
    return 6 if facts.train >= 5_000 else 20 if facts.train >= 1_000 else 30


def _picture_layers(facts: DataFacts) -> list[Layer]:
    """Blocks that look at ever larger parts of a picture in less and less detail, then one row of features."""
    height, width = facts.input.size("height"), facts.input.size("width")
    layers: list[Layer] = []
    for channels in CHANNELS:
        if min(height, width) < SMALLEST_MAP:
            break
        layers += [Conv2d(channels=channels, activation="none"), BatchNorm(), ActivationLayer(), MaxPool2d()]
        height, width = height // 2, width // 2
    if not layers:  # a strip of one to three pixels
        return [Flatten(), Dense(units=64)]
    if height * width > 16:
        return [*layers, GlobalPool2d(), Dropout()]
    return [*layers, Flatten(), Dropout(), Dense(units=64)]
