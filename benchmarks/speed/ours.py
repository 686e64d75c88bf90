"""The networks of the cases as Layerdeck's projects, and their data as its datasets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.speed.cases import RATE, Case, read
from engine.choices.optimizers import Adam
from engine.data.dataset import Dataset, Part
from engine.data.samples import settings
from engine.data.settings import DataSettings
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import MaxPool2d
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape
from engine.templates.pictures import resnet18
from engine.templates.transformers import gpt

ENDLESS = 100_000  # epochs; the contestant is ended before


def _stack(*layers: Layer) -> Callable[[DataFacts], Network]:
    def network(facts: DataFacts) -> Network:
        return Network.stack(*layers, Dense(units=facts.target.size, activation="softmax"))

    return network


def _gpt(facts: DataFacts) -> Network:
    """The template, with four heads."""
    network = gpt(facts)
    layers = [_four_heads(layer) if isinstance(layer, Block) else layer for layer in network.layers]
    return network.changed(layers=tuple(layers))


def _four_heads(block: Block) -> Block:
    inside = (layer.changed(heads=4) if layer.kind == "attention" else layer for layer in block.layers)
    return block.changed(layers=tuple(inside))


NETWORKS: dict[str, Callable[[DataFacts], Network]] = {
    "mlp": _stack(Dense(units=64), Dense(units=32)),
    "wide": _stack(Dense(units=128)),
    "cnn": _stack(Conv2d(channels=32), MaxPool2d(), Conv2d(channels=64), MaxPool2d(), Flatten(), Dense(units=128)),
    "lstm": _stack(Embedding(vocabulary=10_000, dimensions=128), Lstm(units=64)),
    "gpt": _gpt,
    "resnet": resnet18,
}


def facts_of(case: Case) -> DataFacts:
    """What is known of a case's data: all of it is trained on."""
    kind, shape = ("table", Shape.of(feature=case.shape[0]))
    if case.is_picture:
        kind, shape = "images", Shape.of(**dict(zip(("channel", "height", "width"), case.shape, strict=True)))
    if case.vocabulary:
        kind, shape = "text", Shape.ids(case.vocabulary, time=case.shape[0])
    target = Target("class", "classes", tuple(f"class {number}" for number in range(case.classes)))
    if case.next_word:
        target = Target("next word", "tokens", shape=Shape.of(time=case.shape[0], feature=case.classes))
    return DataFacts(kind, shape, target, case.examples, 0, 0)


def project_of(case: Case) -> Project:
    """Default settings but for the batch size; epochs without end."""
    facts = facts_of(case)
    training = TrainingSettings(batch_size=case.batch, epochs=ENDLESS, optimizer=Adam(learning_rate=RATE))
    return Project(data=_data(facts), network=NETWORKS[case.name](facts), training=training)


def dataset_of(case: Case, folder: Path) -> Dataset:
    """The written data, all of it to train on."""
    inputs, answers = read(folder)
    rows = np.arange(case.examples)
    nothing = Part(inputs[:0], answers[:0], rows[:0])
    return Dataset(facts_of(case), Part(inputs, answers, rows), nothing, nothing)


def _data(facts: DataFacts) -> DataSettings:
    """Settings of the right kind, for the window; the made-up data comes in place of what they name."""
    if facts.kind == "images":
        return settings("digits")
    if facts.kind == "text":
        return settings("reviews")
    return settings("iris")
