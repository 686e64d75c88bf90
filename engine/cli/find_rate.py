"""`find-rate`: the learning rate is raised step by step on a copy of the network, and the loss is looked at."""

from __future__ import annotations

import math
from argparse import Namespace
from pathlib import Path
from typing import Any

from engine import project as projects
from engine.cli.opening import need_trainable, open_project
from engine.cli.output import complain_notes, say, say_json, show_table, telling
from engine.data.dataset import Dataset, Ticket
from engine.errors import EngineError
from engine.project import Project
from engine.training.probing.rate_finder import HIGH, LOW, Found, Tried, find

ROWS = 20  # of the table, about
WIDTH = 40  # of its longest bar


def run(options: Namespace) -> int:
    """Prints the curve and the suggestion; writes it into the project with --save."""
    with telling(options.json) as ticket:
        project, dataset = open_project(options.project, ticket, options.data)
        need_trainable(project, dataset)
        complain_notes(dataset.facts)
        result = _search(project, dataset, ticket)
    if options.json:
        say_json(_document(result))
    else:
        _show(result)
    if result.suggestion is None:
        raise EngineError(
            "The loss does not fall at any learning rate", hint="Look at the data and the network instead of the rate"
        )
    if options.save:
        _save(project, result.suggestion, options.project)
    if not options.json:
        changed = f"{options.project} is set to it" if options.save else "Write it into the project with --save"
        say(f"Learning rate: {result.suggestion:g}. {changed}.")
    return 0


def _search(project: Project, dataset: Dataset, ticket: Ticket) -> Found:
    *_, last = (_told(result, ticket) for result in find(project, dataset, stopping=ticket.cancelled))
    assert isinstance(last, Found)
    return last


def _told(result: Tried | Found, ticket: Ticket) -> Tried | Found:
    if isinstance(result, Tried):
        done = math.log(result.rate / LOW) / math.log(HIGH / LOW)
        ticket.tell(min(done, 1.0), f"Trying a learning rate of {result.rate:.1e}")
    return result


def _show(result: Found) -> None:
    if not result.points:
        return
    shown = result.points[:: max(1, len(result.points) // ROWS)]
    highest = max(point.smoothed for point in result.points)
    lowest = min(0.0, *(point.smoothed for point in result.points))
    scale = WIDTH / (highest - lowest or 1.0)
    rows = [
        (f"{point.rate:.1e}", f"{point.smoothed:.4g}", "*" * round((point.smoothed - lowest) * scale))
        for point in shown
    ]
    show_table(("learning rate", "loss", ""), rows, numbers=(0, 1))
    if result.steepest is not None and result.tenth is not None:
        say(f"Steepest descent at {result.steepest:.1e}; a tenth of the rate with the lowest loss: {result.tenth:.1e}")


def _document(result: Found) -> dict[str, Any]:
    return {
        "event": "found",
        "suggestion": result.suggestion,
        "steepest": result.steepest,
        "tenth": result.tenth,
        "why": result.why,
        "rates": [point.rate for point in result.points],
        "losses": [point.loss for point in result.points],
        "smoothed": [point.smoothed for point in result.points],
    }


def _save(project: Project, rate: float, path: Path) -> None:
    optimizer = project.training.optimizer.changed(learning_rate=rate)
    changed: Project = project.changed(training=project.training.changed(optimizer=optimizer))
    projects.save(changed, path)
