"""How a run computes as long as nothing was measured: what its settings say, else what its multiply-adds do."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from engine.analysis import report
from engine.data.dataset import Dataset
from engine.project import Project
from engine.record.execution import Tactics
from engine.training.speed import precision
from engine.training.speed.devices import thread_candidates, threads_each

STEP = 3  # times the way forwards: gradients of answers and of weights each take as long
EACH = 100_000_000  # multiply-adds of a step that a thread is worth having for


def usual(project: Project, dataset: Dataset, device: torch.device) -> Tactics:
    """How a run begins: what is set, else what arithmetic says. EngineError where the device has not the precision."""
    settings = project.training
    threads = threads_each(settings)
    if not threads:
        most = thread_candidates()
        threads = most[-1] if settings.deterministic else usual_threads(macs(project, dataset), most)
    return Tactics(threads, precision.choose(settings, device) or "float32")


def macs(project: Project, dataset: Dataset) -> int:
    """Multiply-adds of a step, forwards and backwards."""
    return STEP * report(project, dataset.facts).macs * min(project.training.batch_size, len(dataset.train))


def usual_threads(macs: int, most: Sequence[int]) -> int:
    """How many threads a step with so many multiply-adds has use for, of the numbers there can be, fewest first."""
    return max(number for number in most if number <= max(1, macs // EACH))
