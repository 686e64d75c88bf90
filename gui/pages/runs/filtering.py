"""The words of the filter box: which runs they leave, and which of them mean nothing to these runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from PySide6.QtCore import QCoreApplication

from engine.runs.finding import COMPARED, find, numbers
from engine.runs.summary import RunSummary
from gui.shared.states import state_words

SIGNS = "<>="


@dataclass(frozen=True)
class Found:
    """What a filter leaves.

    Attributes:
        doubt: one sentence of what was not understood; "" where all was.
    """

    runs: tuple[RunSummary, ...]
    doubt: str = ""


def filtered(runs: Sequence[RunSummary], words: str) -> Found:
    """The runs that fit all words, in the order given."""
    return Found(tuple(find(runs, words, state_words)), _doubt(runs, words))


def _doubt(runs: Sequence[RunSummary], words: str) -> str:
    try:
        parts = shlex.split(words)
    except ValueError:
        return QCoreApplication.translate("runs", "A quote is not closed")
    compared = [part.removeprefix("-").casefold() for part in parts if any(sign in part for sign in SIGNS)]
    if not compared or not runs:
        return ""
    known = _measures(runs)
    for part in compared:
        match = COMPARED.match(part)
        if match is None:
            return QCoreApplication.translate("runs", "“{0}” compares with no number").format(part)
        if match["name"] not in known:
            return _unknown(match["name"], known)
    return ""


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    if near:
        words = QCoreApplication.translate("runs", "No run here has “{0}”. Is “{1}” meant?")
        return words.format(name, near[0])
    return QCoreApplication.translate("runs", "No run here has “{0}”").format(name)


def _measures(runs: Iterable[RunSummary]) -> set[str]:
    """All that can be compared, also by a metric's name without its target's."""
    whole = {name.casefold() for name in {name for run in runs for name in numbers(run)}}
    short = {("best." if name.startswith("best.") else "") + name.rpartition(": ")[2] for name in whole}
    return whole | {name.replace("best.best.", "best.") for name in short}
