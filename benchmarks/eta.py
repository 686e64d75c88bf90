"""How well the time left is foretold: the app's ETA after 5 % of a run beside what was really left.

    PYTHONPATH=. python benchmarks/eta.py [NAME ...]

Each project is trained for about RUN_SECONDS, recorded to disk, with its validation split, ROUNDS times, the projects
by turns. Its events are fed to what the Training page reads, gui.live.run.LiveRun; its ETA is written down when each
share of the steps is done. Prints the error of each, over the time really left, and writes benchmarks/eta.json; with
names only their rows of it. The goal: within 10 % after 5 %.

A machine does not run evenly, and what happens later cannot be known. How much that is stands beside: "drift" is how
much shorter (+) or longer (-) a step took before 5 % than after it, where steps of the run's beginning are left out. It
is the error of whoever knows exactly what steps have cost so far. "seconds" are those of the same run, time and again,
"others" is what other processes took of one processor meanwhile: where that is not next to nothing, measure again.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.networks import NETWORKS, network_project
from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.project import Project
from engine.record.control import Control
from engine.record.events import EpochEnd, Event, Progress, Started
from engine.record.request import TrainingRequest
from engine.starter import sample_project
from engine.training.worker import run
from gui.live.run import LiveRun

RESULT = Path(__file__).with_suffix(".json")
SAMPLES = ("spirals", "diabetes", "digits", "sums", "waves", "reviews")
EPOCHS_OF = {"CNN, batch 32": 0, "transformer, batch 4": 0, "LSTM of two layers, batch 8": 2, "text CNN, batch 128": 2}
# of a network of the table; 0: as many short ones as there is time for. With two, none has ended after 5 %
CASES = (*SAMPLES, *EPOCHS_OF)
ROUNDS = 2
RUN_SECONDS = 15.0
SHORT = 20  # steps of a network's epoch that is timed
SHARES = (0.02, 0.05, 0.1, 0.25, 0.5)
GOAL_AT, GOAL = 0.05, 0.10


@dataclass
class Told:
    """One run.

    Attributes:
        errors: after each share of the steps, the ETA over what was left, minus 1; None where there was no ETA.
        drift: how much longer a step took before GOAL_AT than after it, minus 1.
        seconds: of the whole run.
        others: processors that other processes used meanwhile.
    """

    errors: dict[str, float | None] = field(default_factory=dict)
    drift: float = 0.0
    seconds: float = 0.0
    others: float = 0.0


def main(names: list[str]) -> None:
    """Measures the named projects, or all of them."""
    rows = json.loads(RESULT.read_text(encoding="utf-8")) if names else {}
    made = {name: prepared(name) for name in names or CASES}
    rows |= {name: [] for name in made}
    for _ in range(ROUNDS):
        for name, (project, dataset) in made.items():
            rows[name].append(asdict(told_by(project, dataset)))
            rows = {known: rows[known] for known in CASES if known in rows}
            RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    show(rows)


def prepared(name: str) -> tuple[Project, Dataset]:
    """A sample project, or a network of the table, and its data; so many epochs or steps that it takes RUN_SECONDS."""
    if name in NETWORKS:
        project, dataset = network_project(name, SHORT)
        epochs = round(RUN_SECONDS / second_epoch(project, dataset))
        if not EPOCHS_OF[name]:
            return _with_epochs(project, epochs), dataset
        project, dataset = network_project(name, SHORT * epochs // EPOCHS_OF[name])
        return _with_epochs(project, EPOCHS_OF[name]), dataset
    project = sample_project(name)
    assert project.data is not None
    dataset = load(project.data, Ticket())
    return _with_epochs(project, max(3, round(RUN_SECONDS / second_epoch(project, dataset)))), dataset


def second_epoch(project: Project, dataset: Dataset) -> float:
    """Seconds that the second of two epochs takes."""
    marks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for event in run(TrainingRequest(_with_epochs(project, 2), dataset, Path(folder) / "run"), Control()):
            if isinstance(event, Started | EpochEnd):
                marks.append(time.perf_counter())
    return marks[2] - marks[1]


def told_by(project: Project, dataset: Dataset) -> Told:
    """One run, and what was said on its way."""
    told: dict[float, tuple[float, float | None]] = {}
    busy = 0.0
    events: list[tuple[float, Event]] = []
    with tempfile.TemporaryDirectory() as folder:
        request = TrainingRequest(project, dataset, Path(folder) / "run")
        live = LiveRun(project, dataset, request.folder)
        for event in run(request, Control()):
            live.feed(event)
            busy = busy if events else busy_elsewhere()
            events.append((time.monotonic(), event))
            for share in SHARES:
                if share not in told and live.progress >= share:
                    told[share] = events[-1][0], live.eta
    begin, end = events[0][0], events[-1][0]
    errors = {f"{share:g}": None if eta is None else eta / (end - at) - 1 for share, (at, eta) in told.items()}
    others = (busy_elsewhere() - busy) / (end - begin)
    return Told(errors, drift(events, round(live.total_steps * GOAL_AT)), end - begin, others)


def busy_elsewhere() -> float:
    """Seconds of processors that other processes have used since the machine was started."""
    all_, own = psutil.cpu_times(), psutil.Process().cpu_times()
    return float(sum(all_) - all_.idle - getattr(all_, "iowait", 0.0) - own.user - own.system)


def drift(events: list[tuple[float, Event]], until: int) -> float:
    """How much longer a step took up to step `until` than after it, minus 1; the first bunch and those that are still
    settling left out; 0 where that leaves none.
    """
    seconds, steps = [0.0, 0.0], [0, 0]
    bunches = 0
    for (before, _), (at, event) in pairwise(events):
        if isinstance(event, Progress):
            bunches += 1
            if bunches > 1 and not event.settling:
                seconds[event.step > until] += at - before
                steps[event.step > until] += len(event.losses)
    if not all(steps):
        return 0.0
    return seconds[0] / steps[0] / (seconds[1] / steps[1]) - 1


def show(rows: dict[str, list[dict[str, Any]]]) -> None:
    """The table, and how many runs reach the goal."""
    heads = [*(f"after {share:.0%}" for share in SHARES), "drift", "seconds", "others"]
    print(f"{'ETA over what was left, - 1':30}" + "".join(f"{head:>16}" for head in heads))
    for name, runs in rows.items():
        cells = [[run["errors"].get(f"{share:g}") for run in runs] for share in SHARES]
        texts = [" ".join(map(_percent, cell)) for cell in [*cells, [run["drift"] for run in runs]]]
        texts += [
            " ".join(f"{run[what]:.{digits}f}" for run in runs) for what, digits in (("seconds", 1), ("others", 2))
        ]
        print(f"{name:30}" + "".join(f"{text:>16}" for text in texts))
    found = [(run["errors"].get(f"{GOAL_AT:g}"), run["drift"]) for runs in rows.values() for run in runs]
    errors = [(error, (1 + error) / (1 + lag) - 1) for error, lag in found if error is not None]
    hidden = len(found) - len(errors)
    for words, all_ in zip(("", ", drift taken out"), zip(*errors, strict=True), strict=True):
        sizes = [abs(error) for error in all_]
        reached = sum(size <= GOAL for size in sizes)
        print(
            f"within {GOAL:.0%} after {GOAL_AT:.0%}{words}: {reached} of {len(found)} runs, {hidden} without an ETA; "
            f"median error {median(sizes):.1%}, largest {max(sizes):.1%}"
        )


def _percent(error: float | None) -> str:
    return "none" if error is None else f"{error:+.1%}"


def _with_epochs(project: Project, epochs: int) -> Project:
    return project.changed(training=project.training.changed(epochs=epochs))


if __name__ == "__main__":
    main(sys.argv[1:])
