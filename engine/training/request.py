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
    """

    project: Project
    dataset: Dataset
    folder: Path
    resume: bool = False
