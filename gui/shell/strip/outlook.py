"""What the strip says before a run: how much work there is, and what it costs on this machine."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.settings import steps_in_epoch
from gui.document import Document
from gui.kit.amounts import counted, size
from gui.live.forecast import Forecast


def plan(document: Document, forecast: Forecast) -> list[str]:
    """Epochs and steps, time, memory and the largest batch, as far as they are known; one line each."""
    facts, training = document.facts, document.project.training
    epochs = counted(training.epochs, _tr("1 epoch"), _tr("{0} epochs"))
    if facts is None:
        return [epochs]
    steps = steps_in_epoch(facts.train, training.batch_size) * training.epochs
    many = counted(steps, _tr("1 step"), _tr("{0} steps"))
    lines = [_tr("{0} · {1} of {2}").format(epochs, many, f"{training.batch_size:,}")]
    if forecast.seconds is not None:
        words = _tr("about {0}, as in an earlier run") if forecast.learned else _tr("about {0} on this machine")
        lines.append(words.format(duration(forecast.seconds)))
    if forecast.memory is not None:
        memory = _tr("{0} of memory").format(size(forecast.memory))
        lines.append(" · ".join([memory, *_largest(forecast, facts.train)]))
    return lines


def waits(document: Document) -> str:
    """How many problems hold Train back, and where the first one is."""
    problems = document.report.problems
    first = problems[0]
    where = document.report.label(first.layer) or first.short or first.message
    if len(problems) == 1:
        return _tr("Train waits for 1 problem: {0}").format(where)
    return _tr("Train waits for {0} problems: {1}").format(len(problems), where)


def duration(seconds: float) -> str:
    """A stretch of time in two units: `2 min 40 s`, `1 h 5 min`, `3 days 2 h`."""
    whole = round(seconds)
    if whole < 1:
        return _tr("a second")
    hours, minutes, rest = whole // 3_600, whole // 60 % 60, whole % 60
    if hours >= 48:
        return _tr("{0} days {1} h").format(hours // 24, hours % 24)
    if hours:
        return _tr("{0} h {1} min").format(hours, minutes)
    return _tr("{0} min {1} s").format(minutes, rest) if minutes else _tr("{0} s").format(rest)


def _largest(forecast: Forecast, examples: int) -> list[str]:
    if forecast.largest is None:
        return []
    if forecast.largest >= examples:
        return [_tr("any batch fits")]
    return [_tr("largest batch {0}").format(f"{forecast.largest:,}")]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Strip", text)
