"""Small prepared data with several inputs and targets, made here so that it needs no file."""

from __future__ import annotations

import numpy as np

from engine.choices.losses import MeanSquaredError
from engine.data.dataset import NO_WORD, Dataset, Part
from engine.facts import DataFacts, InputFact, Target
from engine.layers.core.basics import Dense, Dropout, Input, Output
from engine.layers.join.joining import Concatenate
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.settings import Head, TrainingSettings
from engine.shapes import Shape

SIGN = Target("sign", "classes", ("minus", "plus"))
SCALE = (40.0, 8.0)


def dealt(inputs, targets, facts_of) -> Dataset:
    """A fifth of the examples each for test and validation."""
    count = len(targets[0])
    rows, cut = np.arange(count, dtype=np.int64), count // 5
    places = {"test": rows[:cut], "validation": rows[cut : 2 * cut], "train": rows[2 * cut :]}

    def part(chosen) -> Part:
        first, *others = [values[chosen] for values in inputs]
        target, *more = [values[chosen] for values in targets]
        return Part(first, target, chosen, tuple(others), tuple(more))

    parts = {name: part(chosen) for name, chosen in places.items()}
    mean, deviation = SCALE
    preparation = {"target": {}, "more_targets": [{"mean": mean, "deviation": deviation}]}
    return Dataset(facts_of({name: len(part) for name, part in parts.items()}), preparation=preparation, **parts)


def two(examples: int = 200, seed: int = 0) -> Dataset:
    """A row and a small picture -> the sign of their sum, and 8 times the sum + 40."""
    random = np.random.default_rng(seed)
    row = random.normal(0, 1, (examples, 2)).astype(np.float32)
    picture = random.normal(0, 1, (examples, 1, 2, 2)).astype(np.float32)
    total = row.sum(axis=1) + picture.sum(axis=(1, 2, 3))
    targets = (total > 0).astype(np.int64), (8 * total + 40).astype(np.float32)

    def facts(counts) -> DataFacts:
        shape, other = Shape.of(feature=2), Shape.of(channel=1, height=2, width=2)
        number = Target("sum", "number", scaled=True)
        more = {"more_inputs": (InputFact("picture", other),), "more_targets": (number,)}
        return DataFacts("table", shape, SIGN, **counts, input_name="table", **more)

    return dealt((row, picture), targets, facts)


def two_project(*, first: str = "table", order: tuple[str, str] = ("sign", "sum"), **training: object) -> Project:
    """Both inputs, joined; an output for each target, in this order."""
    second = "picture" if first == "table" else "table"
    units = {"sign": 2, "sum": 1}
    ends = {name: Dense(id=name, units=units[name], activation="none", inputs=("trunk",)) for name in order}
    layers = (
        Input(id="one", source=first),
        Input(id="other", source=second),
        Flatten(id="flat_one", inputs=("one",)),
        Flatten(id="flat_other", inputs=("other",)),
        Concatenate(id="both", inputs=("flat_one", "flat_other")),
        Dropout(id="dropout", rate=0.1),
        Dense(id="trunk", units=16),
        *ends.values(),
        *[Output(id=f"output_{name}", inputs=(name,), target=name) for name in order],
    )
    heads = {"sum": Head(loss=MeanSquaredError(), weight=0.5)}
    values = {"heads": heads, "metrics": ("accuracy", "r2"), "epochs": 3, "batch_size": 16, "threads": 1, **training}
    return Project(network=Network(layers=layers), training=TrainingSettings().changed(**values))


def words(examples: int = 60, steps: int = 6, vocabulary: int = 8) -> Dataset:
    """Texts that count up, each word the one before plus one; the last ones have no next word."""
    starts = np.arange(examples, dtype=np.int64) % (vocabulary - 2)
    ids = 2 + (starts[:, None] + np.arange(steps + 1)) % (vocabulary - 2)
    inputs, following = ids[:, :-1].copy(), ids[:, 1:].copy()
    inputs[::2, -2:], following[::2, -2:] = 0, NO_WORD

    def facts(counts) -> DataFacts:
        target = Target("next word", "tokens", shape=Shape.of(time=steps, feature=vocabulary))
        return DataFacts("text", Shape.ids(vocabulary, time=steps), target, **counts, input_name="text")

    return dealt((inputs,), (following,), facts)


def rows(examples: int = 100) -> Dataset:
    """Rows of four numbers that hang together, wanted back as they are."""
    random = np.random.default_rng(1)
    hidden = random.normal(0, 1, (examples, 2))
    values = (hidden @ random.normal(0, 1, (2, 4))).astype(np.float32)

    def facts(counts) -> DataFacts:
        shape = Shape.of(feature=4)
        return DataFacts("table", shape, Target("itself", "values", shape=shape), **counts, input_name="table")

    return dealt((values,), (values,), facts)
