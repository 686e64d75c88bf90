"""A trained run measured on a split of its data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.build import Model, blank
from engine.choices.measure import measure
from engine.data.dataset import Dataset, Part, Ticket
from engine.data.load import load
from engine.errors import EngineError
from engine.facts import Target
from engine.plan import Plan, answer_form, plan
from engine.runs.folder import RunFolder
from engine.training import snapshot as snapshots
from engine.training.files import SNAPSHOT
from engine.training.learner import MEASURE_BATCH, target_scale
from engine.training.targets import in_own_unit, predicted, shares

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Evaluation:
    """What a network answers on a split.

    Attributes:
        answers: (examples, units) float32, after the output activation, in the target's own unit.
        predicted, targets: (examples,) class numbers or numbers.
        rows: (examples,) place in the source.
        confusion: (classes, classes) int64, true by predicted; None for a number.
    """

    split: str
    metrics: dict[str, float]
    target: Target
    answers: NDArray[np.float32]
    predicted: NDArray[Any]
    targets: NDArray[Any]
    rows: NDArray[np.int64]
    confusion: NDArray[np.int64] | None

    @property
    def examples(self) -> int:
        return len(self.targets)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.target.classes

    def json(self) -> str:
        """One line: {"split": "test", "metrics": {"accuracy": 0.97}, "examples": 69}."""
        return json.dumps({"split": self.split, "metrics": self.metrics, "examples": self.examples})


@dataclass(frozen=True)
class Trained:
    """A run's network with its weights, ready to answer."""

    plan: Plan
    model: Model
    target: Target
    scale: tuple[float, float]

    def answers(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """(examples, *input) as prepared -> (examples, units) float32, in the target's own unit."""
        form = answer_form(self.plan)
        with torch.inference_mode():
            made = [shares(self.model(batch), form) for batch in torch.split(torch.from_numpy(inputs), MEASURE_BATCH)]
        return in_own_unit(torch.cat(made).float().numpy(), self.target, self.scale)


def trained(folder: Path) -> Trained:
    """The network of a run as its last snapshot left it, on the CPU. FileError where there is no snapshot."""
    run = RunFolder(folder)
    project, facts = run.project(), run.facts()
    made = plan(project.network, facts.input, project.training.loss)
    weights = snapshots.weights(snapshots.read(folder / SNAPSHOT))
    model = blank(made)
    model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in weights.items()}, assign=True)
    return Trained(made, model.eval(), facts.target, target_scale(run.preparation()))


def evaluate(folder: Path, split: Split = "test", ticket: Ticket | None = None) -> Evaluation:
    """Loads a run's data again, deals the same splits, and measures one of them."""
    ticket = ticket or Ticket()
    network = trained(folder)
    dataset = _data_of(folder, ticket)
    part = dataset.part(split)
    if not len(part):
        raise EngineError(
            f"The {split} split is empty", hint="Give it a share in the data settings, or measure another"
        )
    ticket.tell(0.9, "Measuring")
    names = RunFolder(folder).project().training.metrics
    return _evaluation(split, part, network, names)


def _data_of(folder: Path, ticket: Ticket) -> Dataset:
    settings = RunFolder(folder).project().data
    if settings is None:
        raise EngineError(f"{folder} was trained without data")
    dataset = load(settings, ticket)
    RunFolder(folder).check(dataset)
    return dataset


def _evaluation(split: str, part: Part, network: Trained, names: tuple[Any, ...]) -> Evaluation:
    answers = network.answers(part.inputs)
    guesses = predicted(answers, network.target)
    classes = len(network.target.classes)
    confusion = None
    if classes:
        confusion = np.zeros((classes, classes), np.int64)
        np.add.at(confusion, (part.targets, guesses), 1)
    metrics = measure(names, answers, part.targets, classes)
    return Evaluation(split, metrics, network.target, answers, guesses, part.targets, part.rows, confusion)
