"""How a broken network is told: by the problem it has."""

from __future__ import annotations

from dataclasses import dataclass

from engine.facts import DataFacts
from engine.layers.core.basics import Dense, Input, Output
from engine.layers.sequence.recurrent import Embedding
from engine.network import Network
from engine.project import Project
from tests.engine.analysis.samples import WORDS, project


@dataclass(frozen=True)
class Broken:
    """A broken project and the problem it has: kind, layer, and words (the clashing shapes) of its message."""

    kind: str
    layer: str
    project: Project
    facts: DataFacts
    says: tuple[str, ...] = ()


END = Dense(units=3, activation="softmax", id="end")
ONE = Dense(units=1, activation="none", id="end")
WORD = Dense(units=WORDS, activation="softmax", id="end")
EMBED = Embedding(vocabulary=WORDS, dimensions=8)


def skip(kind, *above, inputs: tuple[str, str], below=(END,)) -> Project:
    """Layers, a join of two of them, and the end."""
    return project(*above, kind(inputs=inputs, id="join"), *below)


def inputs(*layers, sources: tuple[str, ...], output: Output | None = None) -> Project:
    """Several Inputs above a stack."""
    entries = [Input(id=f"in_{source}", source=source) for source in sources]
    named = [layer if layer.id else layer.changed(id=layer.kind) for layer in layers]
    return project(ends=Network(layers=(*entries, *named, output or Output(id="output"))))
