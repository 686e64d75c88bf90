"""Layerdeck as the commands run it: default settings, recorded to disk, threads measured at the start."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from benchmarks.speed.cases import Case
from benchmarks.speed.contestants.gated import gate
from benchmarks.speed.ours import dataset_of, project_of
from benchmarks.speed.turns import Turns
from engine.analysis import report
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.training import worker


def compete(case: Case, folder: Path) -> None:
    """Trains by turns until nobody wants more."""
    turns = Turns()
    project, dataset = project_of(case), dataset_of(case, folder)
    turns.tell(parameters=report(project, dataset.facts).parameters)
    gate(turns)
    deque(worker.run(TrainingRequest(project, dataset, folder / "layerdeck"), Control()), maxlen=0)
