"""The columns of the list of runs, each declared once: what stands in a cell, and what it is sorted by.

As many are shown as have room: the least important ones give way first, a person's choice comes before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QCoreApplication

from engine.record.states import RunState
from engine.runs.summary import RunSummary
from gui.kit.amounts import short
from gui.kit.cards import clock
from gui.kit.numbers import choice_of, measured, plain, title
from gui.shared.states import state_words

Name = Literal[
    "star", "name", "tags", "group", "state", "metric", "best_metric", "loss", "best_loss",
    "epochs", "started", "time", "parameters",
]  # fmt: skip
Key = str | float | tuple[str, ...] | None
NOTHING = "–"
LEAST_NAME, WISHED_NAME = 150, 230  # px of the column of names: never less; before a column that nobody chose goes
FIRST_TO_GO: tuple[Name, ...] = (
    "parameters", "group", "time", "best_loss", "best_metric", "epochs", "tags", "loss", "started", "metric", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        shown: the cell's text.
        key: what it is sorted by; None stands last in both directions.
        optional: it is hidden where no run has anything in it.
        number: it stands at the right.
    """

    name: Name
    shown: Callable[[RunSummary], str]
    key: Callable[[RunSummary], Key]
    optional: bool = False
    number: bool = False


def heading(name: Name) -> str:
    """A column's title on screen."""
    words: dict[Name, str] = {
        "star": "",
        "name": QCoreApplication.translate("runs", "Run"),
        "tags": QCoreApplication.translate("runs", "Tags"),
        "group": QCoreApplication.translate("runs", "Group"),
        "state": QCoreApplication.translate("runs", "State"),
        "metric": QCoreApplication.translate("runs", "Last metric"),
        "best_metric": QCoreApplication.translate("runs", "Record"),
        "loss": QCoreApplication.translate("runs", "Val loss"),
        "best_loss": QCoreApplication.translate("runs", "Lowest"),
        "epochs": QCoreApplication.translate("runs", "Epochs"),
        "started": QCoreApplication.translate("runs", "Started"),
        "time": QCoreApplication.translate("runs", "Time"),
        "parameters": QCoreApplication.translate("runs", "Parameters"),
    }
    return words[name]


def explained(name: Name) -> str:
    """What a title does not say by itself."""
    words: dict[Name, str] = {
        "star": QCoreApplication.translate("runs", "Star"),
        "metric": QCoreApplication.translate("runs", "First metric on the validation split, after the last epoch"),
        "best_metric": QCoreApplication.translate("runs", "The furthest that the same metric got after any epoch"),
        "loss": QCoreApplication.translate("runs", "Loss on the validation split, after the last epoch"),
        "best_loss": QCoreApplication.translate("runs", "The lowest validation loss after any epoch"),
        "group": QCoreApplication.translate("runs", "Runs that belong together, as the folds of a cross-validation"),
    }
    return words.get(name, heading(name))


def started(run: RunSummary) -> datetime | None:
    """In local time; None where it is not known."""
    try:
        return datetime.fromisoformat(run.status.started).astimezone()
    except ValueError:
        return None


def first_metric(run: RunSummary) -> str:
    """Name of its first metric; "" where it has none."""
    return next(iter(run.status.metrics or {}), "")


def readable(run: RunSummary) -> bool:
    """Whether anything is known of it."""
    return run.state != RunState.UNREADABLE


def _when(run: RunSummary) -> str:
    """To the minute; with the year where it is another than now."""
    when = started(run)
    if when is None:
        return NOTHING
    return f"{when:%m-%d %H:%M}" if when.year == datetime.now().year else f"{when:%Y-%m-%d %H:%M}"


def _metric(run: RunSummary) -> str:
    name = first_metric(run)
    return f"{title(name)} {measured(name, (run.status.metrics or {})[name])}" if name else NOTHING


def _best_metric(run: RunSummary) -> str:
    name = first_metric(run)
    return measured(name, (run.status.best or {}).get(name)) if name else NOTHING


def _upwards(run: RunSummary, value: float | None) -> float | None:
    """So that a better one is more, whichever way the metric goes."""
    choice = choice_of(first_metric(run))
    if value is None or math.isnan(value):
        return None
    return value if choice is None or choice.higher_is_better else -value


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


COLUMNS: tuple[Column, ...] = (
    Column("star", lambda run: "", lambda run: float(run.about.star)),
    Column("name", lambda run: run.name, lambda run: _natural(run.name)),
    Column("state", lambda run: state_words(run.state), lambda run: state_words(run.state)),
    Column(
        "metric", _metric, lambda run: _upwards(run, (run.status.metrics or {}).get(first_metric(run))), number=True
    ),
    Column(
        "best_metric",
        _best_metric,
        lambda run: _upwards(run, (run.status.best or {}).get(first_metric(run))),
        number=True,
    ),
    Column("loss", lambda run: plain(run.status.loss), lambda run: _number(run.status.loss), number=True),
    Column("best_loss", lambda run: plain(best_loss(run)), lambda run: _number(best_loss(run)), number=True),
    Column("tags", lambda run: ", ".join(run.about.tags), lambda run: run.about.tags or None, optional=True),
    Column("group", lambda run: run.about.group, lambda run: run.about.group.casefold() or None, optional=True),
    Column(
        "epochs", lambda run: f"{run.status.epoch:,} / {run.status.epochs:,}", lambda run: run.status.epoch, number=True
    ),
    Column("started", _when, lambda run: run.status.started or None),
    Column("time", lambda run: clock(run.status.seconds), lambda run: run.status.seconds, number=True),
    Column("parameters", lambda run: short(run.status.parameters), lambda run: run.status.parameters, number=True),
)
PLACES: dict[Name, int] = {column.name: place for place, column in enumerate(COLUMNS)}


def best_loss(run: RunSummary) -> float | None:
    """The lowest validation loss of all epochs; None where none was measured."""
    return (run.status.best or {}).get("loss")


def _natural(name: str) -> tuple[str, ...]:
    """So that digits-10 comes after digits-9."""
    stem = name.casefold().rstrip("0123456789")
    return stem, name[len(stem) :].rjust(12, "0")


def fitting(needed: Mapping[Name, int], room: int, chosen: Mapping[Name, bool]) -> set[Name]:
    """The columns to show in so many pixels.

    Args:
        needed: width of each column that has anything in it; that of names as all of them are read whole.
        room: px.
        chosen: columns that a person wants to see (True) or not (False), however little room there is.
    """
    shown = {name for name in needed if chosen.get(name, True)}
    names = max(LEAST_NAME, min(needed.get("name", LEAST_NAME), WISHED_NAME))
    for name in FIRST_TO_GO:
        if names + sum(needed[one] for one in shown if one != "name") <= room:
            break
        if not chosen.get(name, False):
            shown.discard(name)
    return shown


def written(chosen: Mapping[Name, bool]) -> str:
    """As the preferences keep it: `+time -group`."""
    return " ".join(f"{'+' if wanted else '-'}{name}" for name, wanted in chosen.items())


def read(words: str) -> dict[Name, bool]:
    """What `written` wrote; what it does not know is left out."""
    known: dict[str, Name] = {name: name for name in FIRST_TO_GO}
    return {known[word[1:]]: word[0] == "+" for word in words.split() if word[0] in "+-" and word[1:] in known}
