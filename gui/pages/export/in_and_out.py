"""What an exported network reads and answers, as a sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from engine.errors import EngineError
from engine.facts import DataFacts, InputFact, Target
from engine.runs.folder import RunFolder
from gui.shared.snapshots import meant


def in_and_out(run: Path) -> str:
    """ "It reads table (2 numbers) and picture (1 × 8 × 8 numbers), and answers digit and sum."; "" if unreadable."""
    try:
        folder = RunFolder(run)
        facts, network = folder.facts(), folder.project().network
    except EngineError:
        return ""  # exporting says what is wrong with it
    inputs = [fact for entry in network.inputs if (fact := _input(facts, entry.source)) is not None]
    targets = [target for output in network.outputs if (target := facts.target_of(output.target)) is not None]
    if not inputs or not targets:
        return ""
    given, answered = _listed([_measure(fact) for fact in inputs]), _listed([_answer(target) for target in targets])
    return _tr("It reads {0}, and answers {1}.").format(given, answered)


def which(run: Path, snapshot: str | int) -> str:
    """Which weights are taken and why, as a sentence; "" if the run is unreadable."""
    try:
        step = RunFolder(run).snapshot(snapshot).step
        return f"{meant(snapshot, step, run)}."
    except EngineError:
        return ""  # exporting says what is wrong with it


def _input(facts: DataFacts, source: str) -> InputFact | None:
    return next((fact for fact in facts.inputs if not source or fact.name == source), None)


def _measure(fact: InputFact) -> str:
    words = _tr("{0} ({1} words)") if fact.shape.values == "ids" else _tr("{0} ({1} numbers)")
    if fact.shape.short == "1":
        words = _tr("{0} (1 word)") if fact.shape.values == "ids" else _tr("{0} (1 number)")
    return words.format(fact.name, fact.shape.short)


def _answer(target: Target) -> str:
    if target.kind == "tokens":
        return _tr("the next word at each step")
    if target.kind == "values" and target.name == "itself":
        return _tr("the same, as far as it can give it back")
    return target.name


def _listed(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _tr("{0} and {1}").format(", ".join(words[:-1]), words[-1])


def _tr(text: str) -> str:
    return QCoreApplication.translate("Export", text)
