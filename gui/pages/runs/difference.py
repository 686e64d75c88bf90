"""Two runs beside each other: which settings, layers and data differ, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QWidget

from engine.project import Project
from engine.runs.compare import KNOBS, Row
from engine.runs.summary import RunSummary
from gui.kit.cards import clock
from gui.kit.numbers import measured, plain, title
from gui.kit.theme import font
from gui.pages.runs.cells import cell, dress, set_heads
from gui.shared.states import state_words

NONE = "–"


@dataclass(frozen=True)
class Line:
    """One line of the table; a heading has its `where` alone."""

    where: str
    what: str = ""
    first: str = ""
    second: str = ""

    @property
    def heading(self) -> bool:
        return not (self.what or self.first or self.second)


def difference(runs: Sequence[RunSummary], changes: Sequence[Row]) -> list[Line]:
    """Changes under the headings Project, Data, Network, Training and Live knobs, then the results; where nothing
    differs it says so.
    """
    say = QCoreApplication.translate
    groups = {
        "project": say("runs", "Project"),
        "data": say("runs", "Data"),
        "network": say("runs", "Network"),
        "training": say("runs", "Training"),
        KNOBS: say("runs", "Live knobs"),
    }
    lines: list[Line] = []
    for name, heading in groups.items():
        found = [change for change in changes if _group(change) == name]
        if found:
            lines.append(Line(heading))
            lines += [_line(change) for change in found]
    if not changes:
        lines.append(Line(say("runs", "Data, network, training and live knobs are the same in both")))
    return [*lines, Line(say("runs", "Results")), *results(runs[0], runs[1])]


def results(first: RunSummary, second: RunSummary) -> Iterator[Line]:
    """What came of both; measures that neither of them has are left out."""
    say = QCoreApplication.translate
    old, new = first.status, second.status
    yield Line("", say("runs", "State"), state_words(first.state), state_words(second.state))
    yield from _both(say("runs", "Validation loss, last"), old.loss, new.loss, plain)
    yield from _both(say("runs", "Validation loss, lowest"), _best(first, "loss"), _best(second, "loss"), plain)
    yield from _both(say("runs", "Training loss, last epoch"), old.train_loss, new.train_loss, plain)
    for name in dict.fromkeys((*(old.metrics or {}), *(new.metrics or {}))):
        shown = partial(measured, name)
        last = (old.metrics or {}).get(name), (new.metrics or {}).get(name)
        yield from _both(say("runs", "{0}, last").format(_capital(title(name))), *last, shown)
        best = _best(first, name), _best(second, name)
        yield from _both(say("runs", "{0}, record").format(_capital(title(name))), *best, shown)
    yield Line("", say("runs", "Epochs"), f"{old.epoch:,}", f"{new.epoch:,}")
    yield Line("", say("runs", "Steps"), f"{old.step:,}", f"{new.step:,}")
    yield Line("", say("runs", "Time"), clock(old.seconds), clock(new.seconds))
    yield Line("", say("runs", "Parameters"), f"{old.parameters:,}", f"{new.parameters:,}")


class DifferenceTable(QTableWidget):
    """Where, what, and a column for each of the two runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setObjectName("runs.difference")
        self.setAccessibleName(self.tr("Difference of the two selected runs"))
        dress(self)
        header = self.horizontalHeader()
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # long names differ at their end
        for place in range(4):
            stretch = QHeaderView.ResizeMode.Stretch if place > 1 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(place, stretch)

    def show_lines(self, names: tuple[str, str], lines: Sequence[Line]) -> None:
        """Another comparison."""
        self.clearSpans()
        self.setRowCount(0)
        set_heads(self, [self.tr("Where"), self.tr("What"), *names])
        for place, name in enumerate(names, start=2):
            head = cell(name)
            head.setToolTip(name)
            self.setHorizontalHeaderItem(place, head)
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            if line.heading:
                self.setSpan(row, 0, 1, 4)
            for place, words in enumerate((line.where, line.what, line.first, line.second)):
                item = cell(words)
                item.setToolTip(words)
                if line.heading:
                    item.setFont(font(bold=True))
                self.setItem(row, place, item)


def _both(what: str, first: float | None, second: float | None, shown: Callable[[float | None], str]) -> Iterator[Line]:
    if first is not None or second is not None:
        yield Line("", what, shown(first), shown(second))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _best(run: RunSummary, name: str) -> float | None:
    return (run.status.best or {}).get(name)


def _group(change: Row) -> str:
    if change.where == KNOBS:
        return KNOBS
    if change.where not in Project.model_fields:
        return "network"  # a layer's path
    return change.where if change.where in ("data", "network", "training") else "project"


def _line(change: Row) -> Line:
    say = QCoreApplication.translate
    where = change.where if _group(change) == "network" and change.where != "network" else ""
    if change.kind == "added":
        return Line(where, say("runs", "Only in the second"), NONE, change.after)
    if change.kind == "removed":
        return Line(where, say("runs", "Only in the first"), change.before, NONE)
    if change.kind == "moved":
        return Line(where, say("runs", "Stands at"), change.before, change.after)
    return Line(where, _capital(change.what or change.where), change.before, change.after)
