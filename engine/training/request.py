"""What a run is asked to do, frozen before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.data.dataset import Dataset
from engine.project import Project


@dataclass(frozen=True)
class TrainingRequest:
    """One training of one frozen project.

    Attributes:
        project: with data, network and training settings; without problems.
        dataset: its prepared data.
        folder: the run's folder; made if it is not there.
        resume: go on from the folder's snapshot instead of beginning anew.
        group: name that runs which belong together share, as the folds of a cross-validation do; "" for none.
        parent: name of the run that this one was made from; "" for none.
    """

    project: Project
    dataset: Dataset
    folder: Path
    resume: bool = False
    group: str = ""
    parent: str = ""
