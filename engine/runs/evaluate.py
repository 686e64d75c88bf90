"""A trained run measured on a split of its data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.build import Model, blank
from engine.choices.class_scores import ClassScore, Guess, class_scores, commonest
from engine.choices.metrics import ALWAYS
from engine.data.dataset import Dataset, Part, Ticket
from engine.data.load import load_shared
from engine.data.settings import DataSettings
from engine.errors import DataError, EngineError
from engine.facts import DataFacts, Target
from engine.plan import Plan, plan_of
from engine.project import is_there
from engine.record.states import RunState
from engine.runs.folder import RunFolder, RunStatus
from engine.training.checkpoint import snapshot as snapshots
from engine.training.objective import objectives
from engine.training.objective.objectives import Objective
from engine.training.objective.targets import predicted

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Answered:
    """What a network answers for one target on a split.

    Attributes:
        answers: (examples, units), after the output activation, in the target's own unit; for values
            (examples, *shape), for words the likeliest ones, int64 (examples, time).
        predicted, targets: (examples,) class numbers or numbers; for values and words as `answers`.
        confusion: (classes, classes) int64, true by predicted; None for all but classes.
        also: measures that nobody asked for: F1 of classes, MAE and R2 of numbers.
        first: (examples,) int64, the word that a text begins with, where next words are answered; None else.
    """

    target: Target
    answers: NDArray[Any]
    predicted: NDArray[Any]
    targets: NDArray[Any]
    confusion: NDArray[np.int64] | None
    also: dict[str, float] = field(default_factory=dict)
    first: NDArray[np.int64] | None = None

    @property
    def scores(self) -> tuple[ClassScore, ...]:
        """Of each class; empty for all but classes."""
        return () if self.confusion is None else class_scores(self.confusion, self.target.classes)

    @property
    def guess(self) -> Guess | None:
        """The commonest class; None for all but classes."""
        return None if self.confusion is None else commonest(self.confusion, self.target.classes)

    def document(self) -> dict[str, Any]:
        """As JSON: {"target": "species", "also": {"f1": 0.97}, "commonest": {"name": ...}, "classes": [...]}."""
        found: dict[str, Any] = {"target": self.target.name, "also": self.also}
        if self.guess is not None:
            found |= {"commonest": asdict(self.guess), "classes": [asdict(score) for score in self.scores]}
        return found


@dataclass(frozen=True)
class Evaluation:
    """What a network answers on a split.

    Attributes:
        metrics: of all targets; with several they are called "target: metric".
        target, answers, predicted, targets, confusion: of the first Output, as in Answered.
        parts: what each Output answers, in order.
        rows: (examples,) place in the source.
        others: what the other Outputs answer.
        step, trouble: of the snapshot, as in Trained.
    """

    split: str
    metrics: dict[str, float]
    target: Target
    answers: NDArray[Any]
    predicted: NDArray[Any]
    targets: NDArray[Any]
    rows: NDArray[np.int64]
    confusion: NDArray[np.int64] | None
    others: tuple[Answered, ...] = ()
    step: int = 0
    trouble: str = ""
    parts: tuple[Answered, ...] = ()

    @property
    def examples(self) -> int:
        return len(self.targets)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.target.classes

    def json(self) -> str:
        """One line: {"split": "test", "metrics": {"accuracy": 0.97}, "examples": 69, "targets": [...]}."""
        said = {"split": self.split, "metrics": self.metrics, "examples": self.examples}
        return json.dumps({**said, "targets": [part.document() for part in self.parts]})


@dataclass(frozen=True)
class Trained:
    """A run's network with its weights, ready to answer.

    Attributes:
        objectives: one for each Output.
        step: of the snapshot its weights are from.
        trouble: a sentence where another snapshot than the one that was meant had to be taken, where the run diverged,
            and where nothing is learned yet; "" else.
    """

    plan: Plan
    model: Model
    facts: DataFacts
    objectives: tuple[Objective, ...]
    step: int = 0
    trouble: str = ""

    def answers(self, *inputs: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """All the data's inputs (examples, *input), as prepared -> for each Output its answers, as in Answered."""
        given = objectives.inputs_for(self.plan, self.facts, inputs)
        size = self.plan.measured_at_once
        made = []
        with torch.inference_mode():
            for batch in zip(*[torch.split(one, size) for one in given], strict=True):
                found = objectives.each(self.model(*batch))
                made.append([one.read(answers) for one, answers in zip(self.objectives, found, strict=True)])
        numbers = objectives.joined(made)
        return tuple(one.own_unit(found) for one, found in zip(self.objectives, numbers, strict=True))


def trained(folder: Path, snapshot: str | int = "last") -> Trained:
    """The network of a run as a snapshot left it, on the CPU. FileError where there is no such snapshot.

    Args:
        snapshot: "last", "best", "epoch 12" or a step. Where it is damaged, the last good one is taken and `trouble`
            says so.
    """
    run = RunFolder(folder)
    project, facts = run.project(), run.facts()
    made = plan_of(project.network, facts, project.training)
    chosen, trouble = snapshots.choose(folder, snapshot)
    weights = snapshots.weights(chosen)
    model = blank(made)
    model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in weights.items()}, assign=True)
    heads = objectives.objectives(made, facts, project.training, run.preparation())
    said = " ".join(part for part in (trouble, _learned(run.status(), chosen.step)) if part)
    return Trained(made, model.eval(), facts, heads, chosen.step, said)


def _learned(status: RunStatus, step: int) -> str:
    """A sentence where the weights of a step are not what a person takes them for; "" else."""
    whose = "those it began with: it has learned nothing" if step == 0 else f"those of step {step:,}, before that"
    if status.state == RunState.DIVERGED:
        return f"The run diverged at step {status.step:,}; its weights are {whose}."
    return "" if step else f"The weights of the run are {whose}."


def evaluate(
    folder: Path,
    split: Split = "test",
    ticket: Ticket | None = None,
    snapshot: str | int = "last",
    data: DataSettings | None = None,
) -> Evaluation:
    """Loads a run's data again, deals the same splits, and measures one of them with the weights of a snapshot.

    Args:
        data: the run's own settings with the data where it is now; None: where the run says.
    """
    ticket = ticket or Ticket()
    network = trained(folder, snapshot)
    dataset = _data_of(folder, data, ticket)
    part = dataset.part(split)
    if not len(part):
        raise EngineError(
            f"The {split} split is empty", hint="Give it a share in the data settings, or measure another"
        )
    ticket.tell(0.9, "Measuring")
    names = RunFolder(folder).project().training.measured
    return _evaluation(split, part, network, names)


def _data_of(folder: Path, data: DataSettings | None, ticket: Ticket) -> Dataset:
    settings = data or RunFolder(folder).project().data
    if settings is None:
        raise EngineError(f"{folder} was trained without data")
    if not is_there(settings.path):
        raise DataError(f"The data of {folder.name} is not there any more, {settings.path}", hint="Put it back there")
    return RunFolder(folder).matched(load_shared(settings, ticket))


def _evaluation(split: str, part: Part, network: Trained, names: tuple[Any, ...]) -> Evaluation:
    answers = network.answers(*part.all_inputs)
    metrics = objectives.named_metrics(network.objectives, names, answers, part)
    parts = [_answered(one, found, part, names) for one, found in zip(network.objectives, answers, strict=True)]
    first, *others = parts
    return Evaluation(
        split,
        metrics,
        first.target,
        first.answers,
        first.predicted,
        first.targets,
        part.rows,
        first.confusion,
        tuple(others),
        network.step,
        network.trouble,
        tuple(parts),
    )


def _answered(objective: Objective, answers: NDArray[Any], part: Part, asked: tuple[Any, ...]) -> Answered:
    guesses, wanted = predicted(answers, objective.target), part.all_targets[objective.place]
    classes = len(objective.target.classes)
    confusion = None
    if classes:
        confusion = np.zeros((classes, classes), np.int64)
        np.add.at(confusion, (wanted, guesses), 1)
    also = objective.metrics([name for name in ALWAYS if name not in asked], answers, part)
    first = part.all_inputs[0][:, 0] if objective.target.kind == "tokens" else None
    return Answered(objective.target, answers, guesses, wanted, confusion, also, first)
