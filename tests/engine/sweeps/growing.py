"""Random networks of every kind of layer: stacks, skips, joins, blocks, shared weights, several Inputs and Outputs."""

from __future__ import annotations

import random
import typing
from collections.abc import Sequence

from engine.analysis.fixes.adapters import adapters
from engine.choices.losses import CrossEntropy, MeanSquaredError
from engine.errors import ShapeError
from engine.facts import DataFacts, InputFact, Target
from engine.layers import KINDS, Block
from engine.layers.base import Layer
from engine.layers.core.basics import Input, Output
from engine.layers.wiring import ENTRY
from engine.network import Network, free_id
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape
from tests.data_settings import table_data
from tests.engine.analysis.samples import EXAMPLES, STEPS, THREE, WORDS

BY_KIND = {kind.model_fields["kind"].default: kind for kind in KINDS}
BETWEEN = [kind for kind in BY_KIND if kind not in ("input", "output")]
MOST_NUMBERS = 500  # of one sample, so that a sweep is quick
SHAPES = (
    Shape.of(feature=6),
    Shape.of(time=5, feature=4),
    Shape.of(channel=3, height=8, width=6),
    Shape.of(channel=2, height=4, width=4),
    Shape.of(feature=48),
    Shape.ids(WORDS, time=STEPS),
)


def value(chance: random.Random, name: str, annotation: object, shape: Shape) -> object:
    """A value for a setting, small enough to fit now and then."""
    if typing.get_origin(annotation) is typing.Literal:
        return chance.choice(typing.get_args(annotation))
    if name == "sizes":
        return sizes(chance, shape.count)
    choices: dict[object, Sequence[object]] = {
        bool: (True, False, False),
        float: (0.1, 0.3, 0.01),
        int: (WORDS,) if name == "vocabulary" else (0, 1, 1, 2, 2, 3, 4, 6, 8, -1),
    }
    return chance.choice(choices[annotation])


def sizes(chance: random.Random, count: int) -> tuple[int, ...]:
    found = []
    for _ in range(chance.choice((0, 1, 2, 3, 3))):
        found.append(chance.choice([size for size in range(1, count + 1) if count % size == 0]))
        count //= found[-1]
    return (*found, count)


def layer(chance: random.Random, kind: str, shape: Shape) -> Layer | None:
    """A layer with random settings; None where they do not go together."""
    fields = BY_KIND[kind].model_fields.items()
    own = {name: field.annotation for name, field in fields if name not in Layer.model_fields}
    try:
        return BY_KIND[kind](**{name: value(chance, name, kept, shape) for name, kept in own.items()})
    except ValueError:
        return None


class Growth:
    """Layers grown one by one, each fitting what it reads."""

    def __init__(self, chance: random.Random, entries: dict[str, Shape], depth: int = 0) -> None:
        self.chance, self.shapes, self.depth = chance, dict(entries), depth
        self.layers: list[Layer] = []

    def grow(self, count: int) -> Growth:
        for _ in range(40 * count):
            if len(self.layers) < count:
                self.sprout()
        return self

    def sprout(self) -> None:
        chance, names = self.chance, list(self.shapes)
        source = names[-1] if chance.random() < 0.8 else chance.choice(names)
        shape = self.shapes[source]
        fitting = [kind for kind in BETWEEN if shape.names in BY_KIND[kind].accepts]
        kind = chance.choice(fitting if fitting and chance.random() < 0.5 else BETWEEN)
        if kind == "block":
            self.add(self.block(shape), (source,))
        elif (made := layer(chance, kind, shape)) is not None:
            alike = [name for name in names if self.shapes[name].names == shape.names]
            count = min(len(alike), chance.randint(*BY_KIND[kind].arity) if BY_KIND[kind].arity[1] < 9 else 2)
            self.add(made, tuple(chance.sample(alike, count)) if count > 1 else (source,))

    def block(self, shape: Shape) -> Layer | None:
        if self.depth > 1:
            return None
        inner = Growth(self.chance, {ENTRY: shape}, self.depth + 1).grow(self.chance.randint(1, 3))
        return Block(layers=tuple(inner.layers), repeat=self.chance.choice((1, 2)))

    def add(self, made: Layer | None, inputs: tuple[str, ...]) -> str:
        """The id under which it stands now; "" where it does not fit."""
        if made is None:
            return ""
        alike = [old for old in self.layers if old.kind == made.kind != "block" and not old.shares]
        if alike and self.chance.random() < 0.3 and _learns(alike[-1], self.read(alike[-1])):
            made = alike[-1].changed(shares=alike[-1].id)
        before = list(self.shapes)[-1]
        made = made.changed(id=free_id(made.kind, self.shapes), inputs=() if inputs == (before,) else inputs)
        try:
            shape = made.output([self.shapes[name] for name in inputs])
        except ShapeError:
            return ""
        if shape.count > MOST_NUMBERS or (made.shares and not self.fits(made, inputs)):
            return ""
        self.layers.append(made)
        self.shapes[made.id] = shape
        return made.id

    def read(self, old: Layer) -> list[Shape]:
        above = list(self.shapes)[list(self.shapes).index(old.id) - 1]
        return [self.shapes[name] for name in old.inputs or (above,)]

    def fits(self, made: Layer, inputs: tuple[str, ...]) -> bool:
        owner = next(old for old in self.layers if old.id == made.shares)
        return tuple(made.build([self.shapes[name] for name in inputs])) == tuple(owner.build(self.read(owner)))


def _learns(old: Layer, read: list[Shape]) -> bool:
    return any(call.parameters for call in old.build(read))


def project(seed: int) -> tuple[Project, DataFacts]:
    """A project and the facts of its data; most of them can be trained."""
    chance = random.Random(seed)
    shapes = [chance.choice(SHAPES) for _ in range(chance.choice((1, 1, 2)))]
    targets = [THREE, Target("size", "number")][: chance.choice((1, 1, 2))]
    more = {
        "more_inputs": tuple(InputFact("second", shape) for shape in shapes[1:]),
        "more_targets": tuple(targets[1:]),
    }
    facts = DataFacts("table", shapes[0], THREE, *[EXAMPLES] * 3, input_name="first", **more)
    entries = [Input(id=f"in_{fact.name}", source=fact.name) for fact in facts.inputs]
    grown = Growth(chance, dict(zip((entry.id for entry in entries), shapes, strict=True))).grow(chance.randint(1, 10))
    outputs = [_ended(grown, entries, target) for target in targets]
    network = Network.model_validate({"layers": (*entries, *grown.layers, *outputs)})
    loss = chance.choice((CrossEntropy(), MeanSquaredError(form="one-hot")))
    training = TrainingSettings(loss=loss, metrics=(), batch_size=4, threads=1)
    return Project(data=table_data(path="/t.csv", target="y"), network=network, training=training), facts


def _ended(grown: Growth, entries: list[Input], target: Target) -> Output:
    """An Output that reads every loose end, side by side as rows, through what makes an answer of them."""
    read = {name for made in grown.layers for name in made.inputs}
    below = zip(list(grown.shapes)[len(entries) - 1 :], grown.layers, strict=False)
    read |= {above for above, made in below if not made.inputs}
    rows = []
    for name in [name for name in grown.shapes if name not in read] or [list(grown.shapes)[-1]]:
        chain = next(adapters(grown.shapes[name], target.output))
        rows.append(_chained(grown, name, chain))
    join = BY_KIND["add"]()
    end = rows[0] if len(rows) == 1 else free_id(join.kind, grown.shapes)
    if len(rows) > 1:
        grown.layers.append(join.changed(id=end, inputs=tuple(rows)))
        grown.shapes[end] = target.output
    return Output(id=f"out_{target.name}", target=target.name, inputs=(end,))


def _chained(grown: Growth, name: str, chain: tuple[Layer, ...]) -> str:
    for one in chain:
        made = one.changed(id=free_id(one.kind, grown.shapes), inputs=(name,))
        if "activation" in type(made).model_fields:
            made = made.changed(activation="none")
        grown.layers.append(made)
        grown.shapes[made.id] = made.output([grown.shapes[name]])
        name = made.id
    return name
