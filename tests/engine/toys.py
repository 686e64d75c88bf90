"""Small prepared data for tests of training, made here so that they need no file."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape


def rings(examples: int = 200, seed: int = 0) -> Dataset:
    """Two classes in the plane, one around the other; a third of the examples each for validation and test."""
    random = np.random.default_rng(seed)
    classes = np.arange(examples, dtype=np.int64) % 2
    angles = random.uniform(0, 2 * np.pi, examples)
    radius = np.where(classes == 0, 0.5, 1.5) + random.normal(0, 0.1, examples)
    inputs = np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1).astype(np.float32)
    return dataset(inputs, classes, Target("ring", "classes", ("inner", "outer")), Shape.of(feature=2))


def line(examples: int = 120, seed: int = 0) -> Dataset:
    """A number that is 3 x + 100, trained on scaled."""
    random = np.random.default_rng(seed)
    inputs = random.normal(0, 1, (examples, 1)).astype(np.float32)
    numbers = (3 * inputs[:, 0] + 100).astype(np.float32)
    scale = {"target": {"mean": float(numbers.mean()), "deviation": float(numbers.std())}}
    return dataset(inputs, numbers, Target("y", "number", scaled=True), Shape.of(feature=1), scale)


def halves(examples: int = 120, seed: int = 1) -> Dataset:
    """Pictures of noise, 8 × 8, with a brighter upper or lower half."""
    random = np.random.default_rng(seed)
    classes = np.arange(examples, dtype=np.int64) % 2
    inputs = random.normal(0, 1, (examples, 1, 8, 8)).astype(np.float32)
    inputs[classes == 0, :, :4] += 0.7
    inputs[classes == 1, :, 4:] += 0.7
    return dataset(inputs, classes, Target("half", "classes", ("top", "low")), Shape.of(channel=1, height=8, width=8))


def dataset(inputs, targets, target, shape, preparation=None) -> Dataset:
    cut, rows = len(targets) // 5, np.arange(len(targets), dtype=np.int64)
    places = {"test": rows[:cut], "validation": rows[cut : 2 * cut], "train": rows[2 * cut :]}
    parts = {name: Part(inputs[rows], targets[rows], rows) for name, rows in places.items()}
    facts = DataFacts("table", shape, target, **{name: len(part) for name, part in parts.items()})
    return Dataset(facts=facts, preparation=preparation or {}, **parts)


def project(network: Network | None = None, **training: object) -> Project:
    """A small network with dropout, so that the random state matters, few epochs; no snapshots but best and last.

    It begins as modules of torch do, so that a loop by hand can begin alike.
    """
    first, last = Dense(units=16, initialisation="torch"), Dense(units=2, activation="softmax", initialisation="torch")
    network = network or Network.stack(first, Dropout(rate=0.1), last)
    settings = {"epochs": 3, "batch_size": 16, "threads": 1, "keep_snapshots": 0, **training}
    return Project(network=network, training=TrainingSettings().changed(**settings))
