"""What a report is made of: rows, problems and the edits that cure them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.analysis.kinds import OF_OTHER_DATA, PROBLEMS, Severity
from engine.project import Project
from engine.shapes import Shape


@dataclass(frozen=True)
class Fix:
    """An edit that cures a problem. `text` is the button: "Set units to 2"."""

    text: str
    apply: Callable[[Project], Project]


@dataclass(frozen=True)
class Problem:
    """What keeps a project from training, or what could be better.

    Attributes:
        layer: path of the layer it is pinned to ("dense", "block.conv2d"); "" for the data or the training settings.
        message: one plain sentence without a final stop.
        short: a few words for the card.
        field: setting it belongs to, or "".
        fixes: edits that cure it, best first.
        kind: its key in PROBLEMS.
    """

    layer: str
    message: str
    short: str = ""
    field: str = ""
    fixes: tuple[Fix, ...] = ()
    kind: str = "shape"

    @property
    def severity(self) -> Severity:
        """ "error" keeps the project from training; "advice" does not."""
        return PROBLEMS[self.kind].severity

    @property
    def passes(self) -> bool:
        """Whether it goes by itself: something is waited for."""
        return self.kind == "being_read"

    @property
    def of_other_data(self) -> bool:
        """Whether it comes of data other than the network was made for, so that suiting the network may cure it."""
        return self.kind in OF_OTHER_DATA


@dataclass(frozen=True)
class LayerReport:
    """What analysis says of one layer.

    Attributes:
        layer: its path.
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
    """What analysis says of a project. It can be trained where `problems` is empty.

    Attributes:
        layers: by path; of a block's inside, the first repeat. Sums are over the network's own layers.
        problems: what keeps it from training, in the order in which to cure it.
        advice: what could be better.
        labels: what each layer is called, by its path, as in `rewiring.labels`.
    """

    layers: dict[str, LayerReport]
    problems: tuple[Problem, ...]
    parameters: int
    macs: int
    memory: int
    advice: tuple[Problem, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, path: str) -> str:
        """What a layer is called in sentences and on its card, unlike all others; its path where there is none."""
        return self.labels.get(path, path)

    @property
    def reason(self) -> str:
        """Why Train is grey, one sentence without a final stop; "" where it is not."""
        if not self.problems:
            return ""
        first, more = self.problems[0].message, len(self.problems) - 1
        rest = f", and {more} more {'problem' if more == 1 else 'problems'}" if more else ""
        return f"Train waits: {first}{rest}"

    def problems_of(self, path: str) -> tuple[Problem, ...]:
        return self._by_layer.get(path, ())

    @cached_property
    def _by_layer(self) -> dict[str, tuple[Problem, ...]]:
        found: dict[str, tuple[Problem, ...]] = {}
        for problem in self.problems:
            found[problem.layer] = (*found.get(problem.layer, ()), problem)
        return found
