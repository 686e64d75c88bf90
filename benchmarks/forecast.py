"""Seconds of an epoch as the two-second probe forecasts them, beside the epochs of real runs.

`python -m benchmarks.forecast [NAME ...]` prints a table and writes benchmarks/forecast.json. A forecast and a run by
turns, ROUNDS times, each run as the window and the commands do it, written to disk; medians, as machines drift. With
one thread: choosing between several is timed in neither.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.networks import NETWORKS, network_project
from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.project import Project
from engine.record.control import Control
from engine.record.events import EpochEnd, Started
from engine.record.request import TrainingRequest
from engine.starter import sample_project
from engine.training.probing import forecast
from engine.training.worker import run

RESULT = Path(__file__).with_suffix(".json")
CASES = ("iris", "circle", "diabetes", "digits", "sums", "waves", "reviews", "CNN, batch 32", "transformer, batch 4")
ROUNDS = 3
SECONDS = 3.0  # of real training in a round, about


def main(names: list[str]) -> None:
    """Measures the named cases, or all of them."""
    rows = []
    for name in names or CASES:
        rows.append(row(name))
        if not names:
            RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def row(name: str) -> dict[str, object]:
    """One case: forecast, reality and their ratio."""
    project, dataset = prepared(name)
    forecasts, real = [], []
    for _ in range(ROUNDS):
        forecast._known.clear()
        speed = forecast.probe(project, dataset)
        forecasts.append(speed.seconds_per_epoch)
        real.append(epoch_seconds(project, dataset, max(2, math.ceil(SECONDS / speed.seconds_per_epoch))))
    ratios = sorted(ahead / behind for ahead, behind in zip(forecasts, real, strict=True))
    found = {"name": name, "forecast": median(forecasts), "real": median(real), "ratio": median(ratios)}
    print(
        f"{name:24} forecast {found['forecast']:8.4f} s  real {found['real']:8.4f} s  "
        f"ratio {found['ratio']:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        flush=True,
    )
    return {**found, "ratios": ratios}


def prepared(name: str) -> tuple[Project, Dataset]:
    """A project and its data."""
    if name in NETWORKS:
        project, dataset = network_project(name, steps=20)
        return _one_thread(project), dataset
    project = sample_project(name)
    assert project.data is not None
    return _one_thread(project), load(project.data, Ticket())


def _one_thread(project: Project) -> Project:
    return project.changed(training=project.training.changed(threads=1))


def epoch_seconds(project: Project, dataset: Dataset, epochs: int) -> float:
    """Mean over a run's epochs but the first, in which kernels are loaded."""
    project = project.changed(training=project.training.changed(epochs=epochs))
    marks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for event in run(TrainingRequest(project, dataset, Path(folder) / "run"), Control()):
            if isinstance(event, Started | EpochEnd):
                marks.append(time.perf_counter())
    return (marks[-1] - marks[1]) / (len(marks) - 2)


if __name__ == "__main__":
    main(sys.argv[1:])
