"""A network that reads several parts of the data and answers one or more questions about them."""

from __future__ import annotations

from engine.facts import DataFacts, InputFact
from engine.layers.base import Layer
from engine.layers.core.basics import Dense, Input, Output
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool1d, MaxPool2d
from engine.layers.join.joining import Concatenate
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.templates.base import PICTURE

KNOWN = (PICTURE, ("feature",), ("time",))


def has_several(facts: DataFacts) -> bool:
    """Pictures, rows or texts in, more than one of them; classes and numbers out."""
    told = all(target.kind in ("classes", "number") for target in facts.targets)
    return told and len(facts.inputs) > 1 and all(fact.shape.names in KNOWN for fact in facts.inputs)


def both(facts: DataFacts) -> Network:
    """A branch for each input, joined side by side (late fusion), then an answer for each target."""
    entries = [
        Input(id=f"input_{letter}", name=fact.name[:60], source=fact.name)
        for letter, fact in zip("abcdefghijklmnopqrstuvwxyz", facts.inputs, strict=False)
    ]
    layers: list[Layer] = []
    ends = []
    for entry, fact in zip(entries, facts.inputs, strict=False):
        branch = _branch(fact, entry.id.removeprefix("input_"))
        layers += [branch[0].changed(inputs=(entry.id,)), *branch[1:]]
        ends.append(branch[-1].id)
    layers += [Concatenate(id="concatenate", inputs=tuple(ends)), Dense(id="together", units=64)]
    answers, outputs = _answers(facts)
    return Network.model_validate({"layers": (*entries, *layers, *answers, *outputs)})


def _branch(fact: InputFact, letter: str) -> list[Layer]:
    """From one input to a row of features."""
    if fact.shape.names == PICTURE:
        layers: list[Layer] = [Conv2d(channels=16), BatchNorm(), MaxPool2d(), Conv2d(), Flatten(), Dense()]
        if min(fact.shape.size("height"), fact.shape.size("width")) < 2:
            layers = [Flatten(), Dense()]
    elif fact.shape.values == "ids":
        layers = [Embedding(vocabulary=fact.shape.vocabulary, dimensions=32), GlobalPool1d()]
    else:
        layers = [Dense(units=32)]
    return [layer.changed(id=f"{layer.kind}_{letter}{number}") for number, layer in enumerate(layers, 1)]


def _answers(facts: DataFacts) -> tuple[list[Layer], list[Layer]]:
    """What answers each target, and the Outputs."""
    answers: list[Layer] = []
    outputs: list[Layer] = []
    for number, target in enumerate(facts.targets, 1):
        activation = "softmax" if target.kind == "classes" else "none"
        dense = Dense(id=f"answer_{number}", name=target.name[:60], units=target.size, inputs=("together",))
        answers.append(dense.changed(activation=activation))
        output = Output(id=f"output_{number}", name=target.name[:60], target=target.name)
        outputs.append(output.changed(inputs=(f"answer_{number}",)))
    return answers, outputs
