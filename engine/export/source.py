"""What every exporter begins with: a run's network, weights, preparation and project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from engine.facts import DataFacts
from engine.plan import answer_form
from engine.project import Project
from engine.runs.evaluate import Trained, trained
from engine.runs.folder import RunFolder
from engine.training.objective.objectives import each

BATCH = 256  # examples at once


@dataclass(frozen=True)
class Source:
    """A trained run, read.

    Attributes:
        preparation: as the run recorded it, with "answers" added: whether the network gives shares of classes, their
            logarithms, or plain numbers; "reads": for each Input its place among the data's inputs; "gives": for each
            Output the place of its target and the form of its answers.
    """

    name: str
    project: Project
    facts: DataFacts
    network: Trained
    preparation: dict[str, Any]

    def outputs(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """What the network itself gives, as an exported one does.

        Args:
            inputs: for each Input (examples, *input).
        Returns:
            for each Output (examples, *output).
        """
        batches = zip(*[torch.split(torch.from_numpy(one), BATCH) for one in inputs], strict=True)
        with torch.inference_mode():
            made = [each(self.network.model(*batch)) for batch in batches]
        return [torch.cat(parts).float().numpy() for parts in zip(*made, strict=True)]


def read(folder: Path, snapshot: str | int = "last") -> Source:
    """Reads a trained run with the weights of a snapshot. FileError where it is none or was not trained.

    Args:
        snapshot: "last", "best", "epoch 12" or a step; `network.trouble` says where another one had to be taken.
    """
    run = RunFolder(folder)
    network, facts = trained(folder, snapshot), run.facts()
    plan, names = network.plan, [fact.name for fact in facts.inputs]
    document = {
        **run.preparation(),
        "answers": answer_form(plan),
        "reads": [names.index(source) for source in plan.sources],
        "gives": [[one.place, one.form] for one in network.objectives],
    }
    return Source(folder.resolve().name, run.project(), facts, network, document)
