"""How well the time left is foretold: the app's ETA after 5 % of a run beside what was really left.

    PYTHONPATH=. python benchmarks/eta.py [NAME ...]

Each project is trained for about RUN_SECONDS, recorded to disk, with its validation split, ROUNDS times. Its events are
fed to what the Training page reads, gui.live.LiveRun, and its ETA is written down when each share of the steps is done.
Prints the error of each, over the time really left, and writes benchmarks/eta.json. The goal: within 10 % after 5 %.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.networks import NETWORKS, network_project
from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.project import Project
from engine.starter import sample_project
from engine.training.control import Control
from engine.training.events import EpochEnd, Started
from engine.training.request import TrainingRequest
from engine.training.worker import run
from gui.live import LiveRun

RESULT = Path(__file__).with_suffix(".json")
CASES = ("spirals", "diabetes", "digits", "sums", "waves", "reviews", "CNN, batch 32", "transformer, batch 4")
ROUNDS = 2
RUN_SECONDS = 15.0
SHARES = (0.02, 0.05, 0.1, 0.25, 0.5)
GOAL_AT, GOAL = 0.05, 0.10


def main(names: list[str]) -> None:
    """Measures the named projects, or all of them."""
    print(f"{'ETA over what was left, - 1':30}" + "".join(f"{f'after {share:.0%}':>12}" for share in SHARES))
    rows: dict[str, dict[str, Any]] = {}
    for name in names or CASES:
        project, dataset = prepared(name)
        project = _with_epochs(project, epochs_for(project, dataset))
        errors = [errors_of(project, dataset) for _ in range(ROUNDS)]
        rows[name] = {f"{share:g}": [found.get(share) for found in errors] for share in SHARES}
        rows[name]["epochs"] = project.training.epochs
        print(f"{name:30}" + "".join(f"{_worst(errors, share):>12}" for share in SHARES), flush=True)
    at_goal = [error for row in rows.values() for error in row[f"{GOAL_AT:g}"]]
    reached = sum(error is not None and abs(error) <= GOAL for error in at_goal)
    middle = median(abs(error) if error is not None else math.inf for error in at_goal)
    print(f"within {GOAL:.0%} after {GOAL_AT:.0%}: {reached} of {len(at_goal)} runs; median error {middle:.1%}")
    if not names:
        RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def prepared(name: str) -> tuple[Project, Dataset]:
    """A sample project, or a network of the table, and its data."""
    if name in NETWORKS:
        return network_project(name, steps=20)
    project = sample_project(name)
    assert project.data is not None
    return project, load(project.data, Ticket())


def epochs_for(project: Project, dataset: Dataset) -> int:
    """So many that a run takes about RUN_SECONDS, by the second of two epochs."""
    marks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for event in run(TrainingRequest(_with_epochs(project, 2), dataset, Path(folder) / "run"), Control()):
            if isinstance(event, Started | EpochEnd):
                marks.append(time.perf_counter())
    return max(3, round(RUN_SECONDS / (marks[2] - marks[1])))


def errors_of(project: Project, dataset: Dataset) -> dict[float, float | None]:
    """One run: after each share of the steps, the ETA over what was left, minus 1; None where there was no ETA."""
    told: dict[float, tuple[float, float | None]] = {}
    with tempfile.TemporaryDirectory() as folder:
        request = TrainingRequest(project, dataset, Path(folder) / "run")
        live = LiveRun(project, dataset, request.folder)
        for event in run(request, Control()):
            live.feed(event)
            for share in SHARES:
                if share not in told and live.progress >= share:
                    told[share] = time.monotonic(), live.eta
        end = time.monotonic()
    return {share: None if eta is None else eta / (end - at) - 1 for share, (at, eta) in told.items()}


def _with_epochs(project: Project, epochs: int) -> Project:
    return project.changed(training=project.training.changed(epochs=epochs))


def _worst(errors: list[dict[float, float | None]], share: float) -> str:
    known = [error for found in errors if (error := found.get(share)) is not None]
    return f"{max(known, key=abs):+.1%}" if len(known) == len(errors) else "none"


if __name__ == "__main__":
    main(sys.argv[1:])
