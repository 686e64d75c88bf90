"""Facts of small data of every kind, projects that suit them, and examples made up for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.choices.losses import CrossEntropy, MeanSquaredError
from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, InputFact, Target
from engine.layers.core.basics import Output
from engine.network import Network
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape
from tests.data_settings import table_data

EXAMPLES = 8
WORDS, STEPS = 30, 6
THREE, TWO = Target("species", "classes", ("a", "b", "c")), Target("mood", "classes", ("neg", "pos"))
NUMBER = Target("mpg", "number", scaled=True, minimum=9.0, maximum=40.0)
ROW, PICTURE, TEXT = Shape.of(feature=4), Shape.of(channel=1, height=8, width=8), Shape.ids(WORDS, time=STEPS)


def facts(shape: Shape, target: Target = THREE, **values) -> DataFacts:
    return DataFacts("table", shape, target, EXAMPLES, EXAMPLES, EXAMPLES, **values)


TABLE, PICTURES, TEXTS = facts(ROW), facts(PICTURE), facts(TEXT)
NUMBERS, TWOS = facts(ROW, NUMBER), facts(ROW, TWO)
ITSELF = facts(PICTURE, Target("itself", "values", shape=PICTURE))
NEXT = facts(TEXT, Target("next word", "tokens", shape=Shape.of(time=STEPS, feature=WORDS)))
BOTH = facts(PICTURE, THREE, input_name="picture", more_inputs=(InputFact("table", ROW),))
HEADS = facts(ROW, THREE, more_targets=(replace(NUMBER, name="sum"),))


def project(*layers, ends: Network | None = None, loss=None, metrics=("accuracy",), **training) -> Project:
    """A project of a stack of layers, or of a network."""
    settings = TrainingSettings(
        loss=loss or CrossEntropy(), metrics=metrics, **{"batch_size": 4, "threads": 1, **training}
    )
    return Project(data=table_data(path="t.csv", target="y"), network=ends or Network.stack(*layers), training=settings)


def regression(*layers, loss=None, **training) -> Project:
    return project(*layers, loss=loss or MeanSquaredError(), metrics=("mae",), **training)


def with_outputs(*layers, targets: tuple[tuple[str, str], ...]) -> Project:
    """A project with an Output for each pair of target and layer that it reads."""
    stacked = Network.stack(*layers)
    ends = [
        Output(id=f"output_{number}", target=target, inputs=(source,))
        for number, (target, source) in enumerate(targets, 1)
    ]
    return project(ends=Network(layers=(*stacked.inputs, *stacked.middle, *ends)))


def examples(known: DataFacts) -> Dataset:
    """A few examples of the shapes that the facts tell, at random."""
    random = np.random.default_rng(0)
    rows = np.arange(EXAMPLES, dtype=np.int64)
    inputs = [_values(random, fact.shape) for fact in known.inputs]
    targets = [_answers(random, target) for target in known.targets]
    part = Part(inputs[0], targets[0], rows, tuple(inputs[1:]), tuple(targets[1:]))
    return Dataset(facts=known, train=part, validation=part, test=part)


def _values(random, shape: Shape):
    if shape.values == "ids":
        return random.integers(0, shape.vocabulary, (EXAMPLES, *shape.sizes), dtype=np.int64)
    return random.normal(0, 1, (EXAMPLES, *shape.sizes)).astype(np.float32)


def _answers(random, target: Target):
    if target.kind == "classes":
        return (np.arange(EXAMPLES) % target.size).astype(np.int64)
    if target.kind == "tokens":
        return random.integers(1, WORDS, (EXAMPLES, STEPS), dtype=np.int64)
    sizes = target.shape.sizes if target.shape else ()
    return random.uniform(0, 1, (EXAMPLES, *sizes)).astype(np.float32)
