"""What every exporter begins with: a run's network, weights, preparation and project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.facts import DataFacts
from engine.plan import answer_form
from engine.project import Project
from engine.runs.evaluate import Trained, trained
from engine.runs.folder import RunFolder

BATCH = 256  # examples at once


@dataclass(frozen=True)
class Source:
    """A trained run, read.

    Attributes:
        preparation: as the run recorded it, with "answers" added: whether the network gives shares of classes, their
            logarithms, or plain numbers.
    """

    name: str
    project: Project
    facts: DataFacts
    network: Trained
    preparation: dict[str, Any]

    def outputs(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """What the network itself gives, (examples, *input) -> (examples, units): as an exported one does."""
        with torch.inference_mode():
            made = [self.network.model(batch) for batch in torch.split(torch.from_numpy(inputs), BATCH)]
        return torch.cat(made).float().numpy()


def read(folder: Path) -> Source:
    """Reads a trained run. FileError where it is none or was not trained."""
    run = RunFolder(folder)
    network = trained(folder)
    preparation = {**run.preparation(), "answers": answer_form(network.plan)}
    return Source(folder.resolve().name, run.project(), run.facts(), network, preparation)
