"""What is doubtful in a set of rows, in plain sentences, and what cures it by one click."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import polars as pl

from engine.data.column import Column, counted
from engine.data.feature.base import Feature
from engine.data.feature.category import Category
from engine.data.feature.date import Date
from engine.data.feature.fitting import leaks
from engine.data.feature.ignored import Ignored
from engine.data.feature.number import Number
from engine.data.feature.text import Text
from engine.data.feature.vectors import Cells
from engine.data.preparing.asked import MOST_NUMBERED_CLASSES, asked_of
from engine.data.preparing.chosen import chosen
from engine.data.settings import DataSettings
from engine.data.source.cells import told_apart
from engine.data.statistics import Summary
from engine.data.tables import IDENTIFIER_NAME, Table
from engine.errors import DataError

Grade = Literal["ill", "doubtful", "note"]
GRADES: tuple[Grade, ...] = ("ill", "doubtful", "note")
FEW = 0.05  # share of the rows below which a class is rare
MOST_MISSING = 0.5  # share of the rows
SAME = 0.999999  # correlation of two columns, from which on they are one
NUMBERED = 0.9  # share of the rows with a whole number of their own, from which on they are numbered
COMPARED = 60  # columns, of which each two are compared
ROWS = 50_000  # in which columns are compared
COUNTED = 500_000  # rows that are looked through for others that are the same


@dataclass(frozen=True)
class Cure:
    """One click: what it is called, and the settings after it."""

    text: str
    apply: Callable[[DataSettings], DataSettings]


@dataclass(frozen=True)
class Finding:
    """Something that a person should know of the data.

    Attributes:
        grade: how bad it is.
        column: it is found in; "" where it is of the whole.
        short: a few words beside the column.
        text: a sentence without a final stop.
    """

    grade: Grade
    column: str
    short: str
    text: str
    cures: tuple[Cure, ...] = ()


def findings(settings: DataSettings, table: Table, columns: Sequence[Column], seen: Sequence[Summary]) -> list[Finding]:
    """All that is found, the worst first; none of what the settings leave out already."""
    if settings.of_files:
        return []
    used = [
        (column, summary)
        for column, summary in zip(columns, seen, strict=True)
        if not isinstance(settings.told(column.name), Ignored) and column.distinct
    ]
    found = [
        *_leaks(settings, table, columns),
        *_twins(settings, table, [column for column, _ in used]),
        *_twice(settings, table),
        *(one for column, summary in used for one in _of_column(settings, column, summary, table.frame.height)),
        *_rare(settings, table, columns),
    ]
    return sorted(found, key=lambda one: GRADES.index(one.grade))


def _ignoring(*names: str) -> Callable[[DataSettings], DataSettings]:
    return partial(_with_all, names=names, feature=Ignored())


def _with_all(settings: DataSettings, names: Sequence[str], feature: Feature) -> DataSettings:
    return settings.changed(columns={**settings.columns, **dict.fromkeys(names, feature)})


def _reading(name: str, feature: Feature) -> Callable[[DataSettings], DataSettings]:
    return partial(_with_all, names=(name,), feature=feature)


def _leaks(settings: DataSettings, table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Columns from which a target can be read off."""
    try:
        asked = asked_of(settings, table, columns, np.arange(table.frame.height, dtype=np.int64))
        row = [column for column, _ in chosen(settings, columns).row]
    except DataError:  # said where it is loaded
        return
    cells = {column.name: Cells(table.frame[column.name].gather(asked.rows)) for column in row}
    for target in asked.targets:
        for column in row:
            for said in leaks([column], cells, target):
                short = f"tells {target.name}"
                yield Finding("ill", column.name, short, said, (Cure("Ignore it", _ignoring(column.name)),))


def _twins(settings: DataSettings, table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Two columns of which one says the same as the other."""
    known: list[tuple[Column, Cells]] = []
    for column in [one for one in columns if one.name not in settings.targets and one.distinct > 1][:COMPARED]:
        cells = Cells(table.frame[column.name].head(ROWS))
        alike = (other for other, theirs in known if _same(other, theirs, column, cells))
        twin = next(alike, None)
        if twin is None:
            known.append((column, cells))
            continue
        text = f"{column.name} says the same as {twin.name} in every row"
        cure = Cure("Leave one out", _ignoring(column.name))
        yield Finding("doubtful", column.name, f"says the same as {twin.name}", text, (cure,))


def _same(first: Column, its: Cells, second: Column, others: Cells) -> bool:
    """Whether each value of one stands with one of the other, or one is the other in another unit."""
    if first.distinct != second.distinct:
        return False
    if first.distinct <= len(its) / 2:
        pairs = pl.DataFrame({"a": its.series, "b": others.series}).unique().height
        return bool(pairs == its.series.n_unique() == others.series.n_unique())
    if not first.decimal or not second.decimal:
        return False
    x, y = its.numbers(first.decimal), others.numbers(second.decimal)
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < 20 or np.ptp(x[known]) == 0 or np.ptp(y[known]) == 0:
        return False
    return bool(abs(np.corrcoef(x[known], y[known])[0, 1]) > SAME)


def _twice(settings: DataSettings, table: Table) -> Iterator[Finding]:
    if settings.unique:
        return
    frame = table.frame.head(COUNTED)
    more = frame.height - told_apart(frame).unique().height
    if more:
        share = more / frame.height
        among = f" among the first {COUNTED:,}" if frame.height < table.frame.height else ""
        text = f"{counted(more, 'row')}{among} {'stands' if more == 1 else 'stand'} there a second time"
        if more < frame.height / 2 and settings.split.test + settings.split.validation > 0:
            text += ": what is measured may have been learned by heart"
        cure = Cure("Keep one of each", _once)
        yield Finding("doubtful" if share > 0.001 else "note", "", "", text, (cure,))


def _once(settings: DataSettings) -> DataSettings:
    return settings.changed(unique=True)


def _of_column(settings: DataSettings, column: Column, summary: Summary, rows: int) -> Iterator[Finding]:
    name, told = column.name, settings.told(column.name)
    is_target = name in settings.targets
    if column.missing > MOST_MISSING * rows and not is_target:
        text = f"{name} is missing in {column.missing / rows:.0%} of the rows"
        yield Finding("doubtful", name, f"{column.missing:,} missing", text, (Cure("Ignore it", _ignoring(name)),))
    elif column.missing:
        yield Finding(
            "note", name, f"{column.missing:,} missing", f"{name} is missing in {counted(column.missing, 'row')}"
        )
    if told is None and column.role in ("text", "category", "identifier") and Date.suits(column) and not is_target:
        yield Finding("note", name, "dates", f"{name} holds dates", (Cure("Read dates", _reading(name, Date())),))
    elif told is None and column.role == "text" and not is_target:
        cures = (Cure("Read its words", _reading(name, Text(length=100))), Cure("Ignore it", _ignoring(name)))
        yield Finding("note", name, "free text, not used", f"{name} is free text and is not used", cures)
    numbers = told is None and column.role == "number" and column.whole
    if numbers and not is_target and column.distinct > NUMBERED * rows and IDENTIFIER_NAME.search(name):
        text = f"{name} seems to number the rows: nothing can be learned from that"
        yield Finding("doubtful", name, "numbers the rows", text, (Cure("Ignore it", _ignoring(name)),))
    if is_target:
        yield from _of_target(settings, column)
    elif summary.sort == "numbers" and (told is None or isinstance(told, Number)):
        yield from _far(column, summary, told if isinstance(told, Number) else None)


def _of_target(settings: DataSettings, column: Column) -> Iterator[Finding]:
    """Whole numbers may be classes or amounts."""
    if settings.told(column.name) is not None or not column.whole or column.distinct <= 2:
        return
    if column.distinct <= MOST_NUMBERED_CLASSES:
        text = f"{column.name} has {column.distinct} whole numbers, taken for classes"
        cure = Cure("They are amounts", _reading(column.name, Number()))
        yield Finding("note", column.name, f"{column.distinct} classes", text, (cure,))
    elif column.distinct <= 5 * MOST_NUMBERED_CLASSES:
        text = f"{column.name} has {column.distinct} whole numbers, taken for amounts"
        cure = Cure("They are classes", _reading(column.name, Category()))
        yield Finding("note", column.name, "amounts", text, (cure,))


def _far(column: Column, summary: Summary, told: Number | None) -> Iterator[Finding]:
    """Numbers of which a few lie far beyond all others."""
    if told is not None and told.scale != "deviation":
        return
    name, counts = column.name, summary.counts
    alone = max(counts, default=0) / max(1, sum(counts))
    if alone < 0.9 or len(counts) < 2 or column.distinct < 5:
        return
    zeros = f"{summary.zeros:.0%} are zero and " if summary.zeros > 0.5 else ""
    text = f"{name}: {zeros}the largest is {summary.high:,.6g}, far beyond most"
    if summary.low < 0 < summary.high and -summary.low > summary.high:
        text = f"{name}: {zeros}the smallest is {summary.low:,.6g}, far below most"
    short = f"{summary.zeros:.0%} zero, largest {summary.high:,.6g}" if zeros else f"largest {summary.high:,.6g}"
    number = (told or Number()).changed(scale="logarithm")
    yield Finding("doubtful", name, short, text, (Cure("Take the logarithm", _reading(name, number)),))


def _rare(settings: DataSettings, table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Classes with few examples beside one with many."""
    try:
        asked = asked_of(settings, table, columns, np.arange(table.frame.height, dtype=np.int64))
    except DataError:  # said where it is loaded
        return
    for target in asked.targets:
        counts = np.array(target.counts())
        if len(counts) < 2:
            continue
        least, most = int(counts.argmin()), int(counts.argmax())
        if counts[least] < FEW * counts.sum() and counts[most] > 0.5 * counts.sum():
            first, last = f"{counts[most] / counts.sum():.0%} are {target.classes[most]}", target.classes[least]
            text = f"Of {target.name}, {first} and {counted(int(counts[least]), 'row')} {last}: guessing looks good"
            yield Finding("doubtful", target.name, "unequal classes", text)
