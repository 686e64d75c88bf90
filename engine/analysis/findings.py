"""What a report is made of: rows, problems and the edits that cure them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.project import Project
from engine.shapes import Shape


@dataclass(frozen=True)
class Fix:
    """An edit that cures a problem. `text` is the button: "Set units to 2"."""

    text: str
    apply: Callable[[Project], Project]


@dataclass(frozen=True)
class Problem:
    """What keeps a project from training.

    Attributes:
        layer: id of the layer it is pinned to; "" for the data or the training settings.
        message: one plain sentence without a final stop.
        short: a few words for the card.
        field: setting it belongs to, or "".
        fixes: edits that cure it, best first.
    """

    layer: str
    message: str
    short: str = ""
    field: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class LayerReport:
    """What analysis says of one layer.

    Attributes:
        layer: its id.
        inputs: shapes it reads; empty where one is unknown.
        output: shape it gives, without the batch axis; None where it is unknown because of a problem.
        parameters: numbers training changes.
        macs: multiply-adds for one sample.
        memory: bytes while training with the project's batch size: weights, gradients, optimizer state, activations.
        source: its modules as PyTorch code, one a line.
    """

    layer: str
    inputs: tuple[Shape, ...] = ()
    output: Shape | None = None
    parameters: int = 0
    macs: int = 0
    memory: int = 0
    source: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What analysis says of a project. It can be trained where `problems` is empty."""

    layers: dict[str, LayerReport]
    problems: tuple[Problem, ...]
    parameters: int
    macs: int
    memory: int

    @property
    def trainable(self) -> bool:
        return not self.problems

    def problems_of(self, layer_id: str) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.layer == layer_id)
