"""Words that choose runs from the list: `iris starred state:finished accuracy>0.9`. Torch-free."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from operator import eq, ge, gt, le, lt

from engine.runs.summary import RunSummary

COMPARED = re.compile(r"^(?P<name>.+?)(?P<sign>>=|<=|>|<|=)(?P<value>[-+]?[\d.]+(?:e[-+]?\d+)?)(?P<percent>%?)$")
SIGNS: dict[str, Callable[[float, float], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt, "=": eq}


def find(runs: Iterable[RunSummary], text: str) -> list[RunSummary]:
    """The runs that every word of `text` fits, in the order given; all of them where there is none.

    A word fits a run that has it, in whatever case, in its name, tags, note, group or state; `starred` one with a star.
    `tag:NAME`, `group:NAME` and `state:NAME` look at that alone and for all of it. A comparison, `accuracy>0.9` or
    `best.accuracy>90%` or `epoch<5`, looks at a metric (the last or the best one) or at a number of the status. Words
    in quotes belong together, and a word with a minus in front fits the others.
    """
    try:
        words = shlex.split(text)
    except ValueError:  # a quote that is not closed yet: the person still types
        words = text.replace('"', " ").replace("'", " ").split()
    return [run for run in runs if all(_fits(run, word.casefold()) for word in words)]


def numbers(run: RunSummary) -> dict[str, float]:
    """Everything of a run that can be compared, by name: the status's numbers, metrics, best metrics as "best.NAME"."""
    status = run.status
    found = {name: value for name, value in vars(status).items() if isinstance(value, int | float)}
    found |= {"bytes": run.bytes, "snapshots": run.snapshots, **(status.metrics or {})}
    return found | {f"best.{name}": value for name, value in (status.best or {}).items()}


def _fits(run: RunSummary, word: str) -> bool:
    if word.startswith("-") and len(word) > 1:
        return not _fits(run, word[1:])
    compared = COMPARED.match(word)
    if compared is not None:
        return _compares(run, **compared.groupdict())
    about = run.about
    label, _, rest = word.partition(":")
    chosen = {"tag": about.tags, "group": (about.group,), "state": (run.state,)}.get(label)
    if chosen is not None and rest:
        return rest in (one.casefold() for one in chosen)
    said = (run.name, run.status.name, *about.tags, about.note, about.group, run.state, "starred" if about.star else "")
    return any(word in one.casefold() for one in said)


def _compares(run: RunSummary, name: str, sign: str, value: str, percent: str) -> bool:
    """Also by a metric's own name where it is one of several targets', "digit: accuracy"; one that fits is enough."""
    try:
        wanted = float(value) / (100 if percent else 1)
    except ValueError:
        return False
    for known, number in numbers(run).items():
        whole = known.casefold()
        start = "best." if whole.startswith("best.") else ""
        if name in (whole, start + whole.rpartition(": ")[2]) and SIGNS[sign](number, wanted):
            return True
    return False
