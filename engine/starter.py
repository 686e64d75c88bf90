"""Data in, a network and training settings out that learn: a start to change, not the best there is."""

from __future__ import annotations

from typing import Any

from engine.blocks import words_with_places
from engine.choices.losses import AnyLoss, CrossEntropy, MeanSquaredError
from engine.choices.metrics import MetricName
from engine.choices.optimizers import Adam
from engine.choices.schedules import Constant, Cosine
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.data.samples import settings as sample_settings
from engine.data.settings import DataSettings
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout, Input, Output
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool2d, MaxPool2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.sequence.attention import MultiHeadAttention, PositionalEncoding
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.layers.shape.shaping import Flatten, Reshape
from engine.layers.wiring import ENTRY
from engine.network import Network, free_id
from engine.project import Project
from engine.settings import Head, TrainingSettings
from engine.shapes import Shape

STEPS = 2000  # of a table's training, as far as its epochs allow
CHANNELS = (32, 64, 128, 128)  # of the blocks of a picture network
LONG = 200  # words; longer texts are soon learned by heart at the usual rate
SLOW = 0.0005  # learning rate for them
SMALLEST_MAP = 4  # pixels; a block is not put on a smaller picture


def starter(settings: DataSettings, facts: DataFacts) -> Project:
    """A project whose network and training settings suit the data; it has no problems and can be trained as it is."""
    if len(facts.inputs) > 1 or len(facts.targets) > 1:
        return _joint_project(settings, facts)
    if facts.target.kind == "values":
        return _project(settings, facts, _autoencoder(facts), epochs=_table_epochs(facts))
    if facts.target.kind == "tokens":
        return _project(settings, facts, _writer(facts), epochs=10, batch_size=32)
    if facts.input.values == "ids":
        return text_project(settings, facts)
    if "channel" in facts.input.names:
        return _project(settings, facts, _picture_layers(facts.input), epochs=_picture_epochs(facts))
    layers: list[Layer] = [Dense(units=units, activation="relu") for units in _table_units(facts)]
    return _project(settings, facts, layers, epochs=_table_epochs(facts))


def sample_project(name: str) -> Project:
    """A shipped sample with a network that learns it. DataError where there is none of that name."""
    settings = sample_settings(name)
    project = starter(settings, load(settings, Ticket()).facts)
    return project.changed(about=SAMPLES[name].about)


def text_project(settings: DataSettings, facts: DataFacts) -> Project:
    """The example that opens many a course: Embedding, LSTM, softmax, with one-hot targets; for any texts."""
    layers: list[Layer] = [Embedding(vocabulary=facts.input.vocabulary, dimensions=128), Lstm(units=64)]
    training: dict[str, Any] = {"epochs": 10, "batch_size": 32, "schedule": Constant()}
    training["loss"] = CrossEntropy(form="one-hot") if facts.target.kind == "classes" else _loss(facts.target)
    if facts.input.size("time") > LONG:
        training["optimizer"] = Adam(learning_rate=SLOW)
    return _project(settings, facts, layers, **training)


def _project(settings: DataSettings, facts: DataFacts, layers: list[Layer], **training: Any) -> Project:
    network = Network.stack(*layers, *answer_layers(facts.target))
    return Project(data=settings, network=network, training=_training(facts, **training))


def _training(facts: DataFacts, **values: Any) -> TrainingSettings:
    names = dict.fromkeys(name for target in facts.targets for name in usual_metrics(target))
    heads = {target.name: Head(loss=_loss(target)) for target in facts.targets} if facts.more_targets else {}
    chosen: dict[str, Any] = {
        "loss": _loss(facts.target),
        "heads": heads,
        "optimizer": Adam(),
        "schedule": Cosine(),
        "metrics": tuple(names),
        "batch_size": _batch_size(facts),
        **values,
    }
    return TrainingSettings(**chosen)


def answer_layers(target: Target) -> list[Layer]:
    """The last layers for a target: units and activation, and the shape of a picture that is given back."""
    if target.kind == "values":
        shape = target.output
        flat: list[Layer] = [Dense(units=shape.count, activation="none")]
        return flat if shape.names == ("feature",) else [*flat, Reshape(sizes=shape.sizes)]
    return [Dense(units=target.size, activation="none" if target.kind == "number" else "softmax")]


def _loss(target: Target) -> AnyLoss:
    return CrossEntropy() if target.kind in ("classes", "tokens") else MeanSquaredError()


def usual_metrics(target: Target) -> tuple[MetricName, ...]:
    """What most people measure of such a target."""
    return ("accuracy",) if target.kind in ("classes", "tokens") else ("r2", "mae")


def _joint_project(settings: DataSettings, facts: DataFacts) -> Project:
    """A branch for each input; they are joined, and every target has an output of its own."""
    layers: list[Layer] = []
    ends: list[str] = []
    for number, fact in enumerate(facts.inputs):
        entry = Input(id="input" if not number else f"input_{number + 1}", source=fact.name)
        layers.insert(number, entry)
        branch = _named(_branch(fact.shape), [*layers, Concatenate(id="concatenate")], entry.id)
        layers += branch
        ends.append(branch[-1].id)
    trunk: list[Layer] = [Concatenate(inputs=tuple(ends))] if len(ends) > 1 else []
    layers += _named([*trunk, Dense(units=64)], layers)
    joint = layers[-1].id
    outputs: list[Layer] = []
    for number, target in enumerate(facts.targets):
        layers += _named(answer_layers(target), layers, joint)
        name = "output" if not number else f"output_{number + 1}"
        outputs.append(Output(id=name, inputs=(layers[-1].id,), target=target.name))
    network = Network.model_validate({"layers": (*layers, *outputs)})
    return Project(data=settings, network=network, training=_training(facts, epochs=_picture_epochs(facts)))


def _branch(shape: Shape) -> list[Layer]:
    """What makes one row of features of an input."""
    if shape.values == "ids":
        return [Embedding(vocabulary=shape.vocabulary, dimensions=64), Lstm(units=32)]
    return _picture_layers(shape) if "channel" in shape.names else [Dense(units=32)]


def _named(layers: list[Layer], others: list[Layer], reads: str = "") -> list[Layer]:
    """The layers with ids that are free beside the others; the first one reads `reads`."""
    taken = {layer.id for layer in others}
    named: list[Layer] = []
    for layer in layers:
        name = free_id(layer.id or layer.kind, taken)
        taken.add(name)
        named.append(layer.changed(id=name, inputs=(reads,)) if reads and not named else layer.changed(id=name))
    return named


def _autoencoder(facts: DataFacts) -> list[Layer]:
    """Down to a quarter of the numbers, 32 at most, and up again."""
    count = facts.input.count
    narrow = min(32, max(1, count // 4))
    wide = min(256, max(16, count // 2))
    flat: list[Layer] = [] if facts.input.names == ("feature",) else [Flatten()]
    return [*flat, Dense(units=wide), Dense(units=narrow, name="Code"), Dense(units=wide)]


def _writer(facts: DataFacts) -> list[Layer]:
    """A small GPT: each word looks back at those before it (Radford et al. 2019, norms first)."""
    width = 64
    block = Block(
        id="block",
        repeat=2,
        layers=(
            LayerNorm(id="norm_1"),
            MultiHeadAttention(id="attention", heads=4, causal=True),
            Add(id="add_1", inputs=(ENTRY, "attention")),
            LayerNorm(id="norm_2"),
            Dense(id="widen", units=4 * width, activation="gelu"),
            Dense(id="narrow", units=width, activation="none"),
            Add(id="add_2", inputs=("add_1", "narrow")),
        ),
    )
    places = PositionalEncoding(form="learned")
    return [words_with_places(facts.input.vocabulary, width), places, block, LayerNorm()]


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


def _picture_layers(shape: Shape) -> list[Layer]:
    """Blocks that look at ever larger parts of a picture in less and less detail, then one row of features."""
    height, width = shape.size("height"), shape.size("width")
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
