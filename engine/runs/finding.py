"""Words that choose runs from the list: `iris starred state:finished accuracy>0.9`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterable
from operator import eq, ge, gt, le, lt

from engine.record.states import MEANINGS, state_words
from engine.runs.summary import RunSummary

COMPARED = re.compile(r"^(?P<name>.+?)(?P<sign>>=|<=|>|<|=)(?P<value>[-+]?[\d.]+(?:e[-+]?\d+)?)(?P<percent>%?)$")
STATE = "state:"
SIGNS: dict[str, Callable[[float, float], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt, "=": eq}


def find(runs: Iterable[RunSummary], text: str, shown: Callable[[str], str] = state_words) -> list[RunSummary]:
    """The runs that every word of `text` fits, in the order given; all of them where there is none.

    A word fits a run that has it, in whatever case, in its name, tags, note, group or state; `starred` one with a star.
    `tag:NAME`, `group:NAME` and `state:NAME` look at that alone and for all of it; a state of several words needs no
    quotes. A comparison, `accuracy>0.9` or
    `best.accuracy>90%` or `epoch<5`, looks at a metric (the last or the best one) or at a number of the status. Words
    in quotes belong together, and a word with a minus in front fits the others.

    Args:
        shown: a state as the person reads it; it is found by that, and by its own name.
    """
    try:
        words = shlex.split(text)
    except ValueError:  # a quote that is not closed yet: the person still types
        words = text.replace('"', " ").replace("'", " ").split()
    runs = list(runs)
    said = {run.state: shown(run.state).casefold() for run in runs}
    words = _joined([word.casefold() for word in words], [shown(state).casefold() for state in MEANINGS])
    return [run for run in runs if all(_fits(run, word, said[run.state]) for word in words)]


def numbers(run: RunSummary) -> dict[str, float]:
    """Everything of a run that can be compared, by name: the status's numbers, metrics, best metrics as "best.NAME"."""
    status = run.status
    found = {name: value for name, value in vars(status).items() if isinstance(value, int | float)}
    found |= {"bytes": run.bytes, "snapshots": run.snapshots, **(status.metrics or {})}
    return found | {f"best.{name}": value for name, value in (status.best or {}).items()}


def _joined(words: list[str], states: Collection[str]) -> list[str]:
    """With the words of a state behind `state:` as one word."""
    joined: list[str] = []
    while words:
        start = words[0].removeprefix("-")
        lengths = [
            len(state.split())
            for state in states
            if start.startswith(STATE) and f"{STATE}{state}".split() == [start, *words[1 : len(state.split())]]
        ]
        length = max(lengths, default=1)
        joined.append(" ".join(words[:length]))
        words = words[length:]
    return joined


def _fits(run: RunSummary, word: str, state: str) -> bool:
    if word.startswith("-") and len(word) > 1:
        return not _fits(run, word[1:], state)
    compared = COMPARED.match(word)
    if compared is not None:
        return _compares(run, **compared.groupdict())
    about = run.about
    label, _, rest = word.partition(":")
    chosen = {"tag": about.tags, "group": (about.group,), "state": (run.state, state)}.get(label)
    if chosen is not None and rest:
        return rest in (one.casefold() for one in chosen)
    star = "starred" if about.star else ""
    said = (run.name, run.status.name, *about.tags, about.note, about.group, run.state, state, star)
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
