"""How the numbers of each column are written, decided by all of its cells; they come out plain: "1234.56"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from engine.data.feature.vectors import missing
from engine.data.rows import BLANKS, MINUS, MISSING, MONEY, dropped, form, is_missing, number, plain
from engine.data.source.base import Guess

_DIGITS = rf"(\d+|\d{{1,3}}([.,'’{BLANKS}]\d{{3}})+)?([.,]\d*)?([eE][+\-]?\d+)?"
NUMBER = re.compile(rf"[+\-−]? ?[{MONEY}]? ?[+\-−]?{_DIGITS}[{BLANKS}]?[%{MONEY}]?|\([{MONEY}]?{_DIGITS}\)")
COMMAS = re.compile(r"[+-]?\d+(,\d+)?")  # all that the rest reads by itself where a column has nothing else
NONE = f"(?i:{'|'.join(re.escape(word) for word in sorted(MISSING))})"
LOOKED_AT = 1_000  # different cells by which a column of words is known
FEW = 0.05  # share of cells of a column of numbers that may be none
MOST_ODD = 5  # different ones of them
MANY = 20  # different numbers from which on they are no categories
A_GUESS = "which is a guess: it would be 1000 times more if commas part thousands"
SAID = 5  # columns that are named one by one


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any of these forms."""
    return NUMBER.fullmatch(cell) is not None and any(letter.isdecimal() for letter in cell)


class Numeral(NamedTuple):
    """How numbers are written; as `numbers.form` has it."""

    decimal: str
    thousands: str = ""
    percent: bool = False


@dataclass(frozen=True)
class Plain:
    """A frame with plain numbers.

    Attributes:
        numerals: of the columns that were changed, by name.
    """

    frame: pl.DataFrame
    numerals: dict[str, dict[str, Any]]
    guesses: tuple[Guess, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Seen:
    """What the cells of a column tell.

    Attributes:
        decimals, groups: signs that can only stand before decimals, or between groups, each with a cell that shows it.
        unclear: signs before three digits, which may be either, with a cell.
        small, large: a number below and above 1,000 without any sign.
        bare, percent: a number that is not 0 without, and with %.
        other: a number with a sign that plain ones do not have.
    """

    decimals: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    small: str = ""
    large: str = ""
    bare: str = ""
    percent: str = ""
    other: str = ""

    def add(self, cell: str) -> None:
        core = cell.strip(f"()%+-{MINUS}{MONEY}{BLANKS}")
        mantissa, *power = re.split("[eE]", core)
        signs = [_SAME.get(letter, letter) for letter in mantissa if not letter.isdecimal()]
        if "%" in cell:
            self.percent = self.percent or cell
        elif mantissa.strip("0.,"):
            self.bare = self.bare or cell
        if core != cell.strip("+-"):
            self.other = self.other or cell
        if not signs:
            self.small, self.large = (self.small or cell, self.large) if len(core) < 4 else (self.small, cell)
        elif len(set(signs)) > 1:
            self.groups.setdefault(signs[0], cell)
            self.decimals.setdefault(signs[-1], cell)
        elif len(signs) > 1 or signs[0] in " '":
            self.groups.setdefault(signs[0], cell)
        else:
            before, _, after = mantissa.partition(signs[0])
            grouped = len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0" and not power
            (self.unclear if grouped else self.decimals).setdefault(signs[0], cell)


_SAME = {"’": "'", **dict.fromkeys(BLANKS, " ")}
_CALLED = {",": "a comma", ".": "a point", " ": "a space", "'": "an apostrophe"}


def made_plain(frame: pl.DataFrame, separator: str, decimal: str | None = None, *, powers: bool = True) -> Plain:
    """Makes the numbers of all columns plain that are not; what is no number stays.

    A column that has nothing but decimal commas stays too: the rest reads it by itself. In a column of numbers a few
    cells that are none become missing, and that is said.

    Args:
        separator: of the cells: where it is a comma, one inside a cell is more often one of thousands.
        decimal: what the person says stands before the decimals.
        powers: whether there may be numbers such as 1e308 and inf, which nothing can be reckoned with.
    """
    called = {str(place): name for place, name in enumerate(frame.columns)}
    frame = pl.DataFrame([cells.alias(name) for name, cells in zip(called, frame.get_columns(), strict=True)])
    unread = _counted(frame, powers)
    seen = {name: _seen(frame[name]) for name, count in unread.items() if count and _some_numbers(frame[name])}
    known = decimal or _known(frame, seen)
    if known == ",":
        seen |= {name: _seen(frame[name]) for name in frame.columns if name not in seen and _grouped(frame[name])}
    columns, notes = dict[str, pl.Series](), list[str]()
    numerals, guesses = dict[str, dict[str, Any]](), list[Guess]()
    for name, one in seen.items():
        numeral, why, example = _decided(one, separator, known)
        if numeral is None or not _suits(frame[name], numeral):
            continue
        guesses.append(Guess(f"decimal of {called[name]}", numeral.decimal, why))
        by_itself = numeral == Numeral(",") and _holds_commas(frame[name])
        if not by_itself:
            columns[name], numerals[called[name]] = _plain(frame[name], numeral), numeral._asdict()
        if not by_itself or why == A_GUESS:
            notes.append(f"{called[name]}: {example} is read as {plain(example, numeral._asdict())}, {why}")
    frame = frame.with_columns(*columns.values()) if columns else frame
    frame, odd = _without_odd(frame, unread | _counted(pl.DataFrame(list(columns.values())), powers), called)
    frame.columns = list(called.values())
    return Plain(frame, numerals, tuple(guesses), tuple(_shortened(notes) + _shortened(odd)))


def _counted(frame: pl.DataFrame, powers: bool) -> dict[str, int]:
    """How many cells of each column are no plain number."""
    unread = _unread(pl.all()).sum() if powers else pl.all().cast(pl.Float64, strict=False).null_count()
    counts = frame.select(unread).row(0) if frame.width else ()
    return dict(zip(frame.columns, counts, strict=True))


def _some_numbers(column: pl.Series) -> bool:
    """Whether the first different cells are mostly numbers, and one of them is not plain."""
    values = [cell for cell in column.head(LOOKED_AT).unique().to_list() if not is_missing(cell)]
    if sum(map(is_number, values)) < len(values) / 2:
        return False
    strange = column.filter(column.cast(pl.Float64, strict=False).is_null()).unique()
    return any(is_number(cell) for cell in strange.to_list())


def _seen(column: pl.Series) -> _Seen:
    found = _Seen()
    for cell in column.unique(maintain_order=True).to_list():
        if is_number(cell):
            found.add(cell)
    return found


def _known(frame: pl.DataFrame, seen: dict[str, _Seen]) -> str | None:
    """The sign before decimals in any column that leaves no doubt."""
    signs = {sign for one in seen.values() if len(one.decimals) == 1 for sign in one.decimals}
    if len(signs) != 1 and any(_has_points(frame[name]) for name in frame.columns if name not in seen):
        return "."
    return signs.pop() if len(signs) == 1 else None


def _has_points(column: pl.Series) -> bool:
    some = column.head(LOOKED_AT)
    return bool(some.str.contains(r"^[+-]?\d*\.\d+$").any())


def _grouped(column: pl.Series) -> bool:
    """Whether all points of a column of plain numbers stand where those of thousands do."""
    written = column.str.contains(rf"^(?:[+-]?\d{{1,3}}(?:\.\d{{3}})*|{NONE})$")
    return bool(written.all()) and bool(column.str.contains(r"^[+-]?[1-9]\d{0,2}\.\d{3}$").any())


def _decided(seen: _Seen, separator: str, known: str | None) -> tuple[Numeral | None, str, str]:
    """How the numbers are written, why, and a cell that is so; None where they contradict each other."""
    decimals, groups, unclear = seen.decimals, seen.groups, seen.unclear
    percent = bool(seen.percent)
    none = (None, "", "")
    if len(decimals) > 1 or len(groups) > 1 or decimals.keys() & groups.keys() or (percent and seen.bare):
        return none
    if decimals:
        ((sign, cell),) = decimals.items()
        others = [other for other in (*groups, *unclear) if other != sign]
        numeral = Numeral(sign, others[0] if others else "", percent)
        return numeral, f"for {_CALLED[sign]} stands before the decimals", groups.get(numeral.thousands, cell)
    if groups:
        ((sign, cell),) = groups.items()
        others = [other for other in unclear if other != sign]
        numeral = Numeral(others[0] if others else "," if sign == "." else ".", sign, percent)
        return numeral, f"for {_CALLED[sign]} parts thousands", cell
    if not unclear:
        return Numeral(".", "", percent), "without its sign", seen.other
    if len(unclear) > 1:
        return none
    ((sign, cell),) = unclear.items()
    return (*_cleared(sign, seen, separator, known, percent), cell)


def _cleared(sign: str, seen: _Seen, separator: str, known: str | None, percent: bool) -> tuple[Numeral, str]:
    """Whether a sign that always stands before three digits is one of decimals or of thousands."""
    called, other = _CALLED[sign], "," if sign == "." else "."
    thousands = True
    if known:
        thousands, why = known != sign, f"for {_CALLED[known]} stands before the decimals of other columns"
    elif sign == ".":
        thousands, why = False, "for a point mostly stands before decimals"
    elif seen.large:
        thousands, why = False, f"for {seen.large} stands beside it without {called}"
    elif seen.small:
        why = f"for {seen.small} stands beside it without {called}"
    elif separator == ",":
        why = "for cells are parted by commas too: it would be 1000 times less if they are decimals"
    else:
        thousands, why = False, A_GUESS
    return (Numeral(other, sign, percent) if thousands else Numeral(sign, "", percent)), why


def _suits(column: pl.Series, numeral: Numeral) -> bool:
    """Whether nearly all cells are numbers written so, or plain, or missing."""
    read = (
        column.str.contains(rf"{form(numeral._asdict())}|^(?:{NONE})$")
        | column.cast(pl.Float64, strict=False).is_not_null()
    )
    return int((~read).sum()) <= FEW * len(column)


def _plain(column: pl.Series, numeral: Numeral) -> pl.Series:
    """The same as `numbers.plain` for all cells."""
    described = numeral._asdict()
    bare = column.str.replace_all(MINUS, "-", literal=True).str.replace_all(r"([eE])\+", "$1")
    bare = bare.str.replace_all(dropped(described), "").str.replace_all(",", ".", literal=True)
    written, negative = column.str.contains(form(described)), column.str.starts_with("(")
    made = pl.when(written & negative).then("-" + bare).when(written).then(bare).otherwise(column)
    return pl.select(made.alias(column.name)).to_series()


def _without_odd(frame: pl.DataFrame, unread: dict[str, int], called: dict[str, str]) -> tuple[pl.DataFrame, list[str]]:
    """Columns of many different numbers without the few cells that are none, and what is said of these."""
    changed, notes = dict[str, pl.Series](), list[str]()
    for name, count in unread.items():
        column = frame[name]
        if not count or count == len(column):
            continue
        empty = pl.Series("empty", missing(column))
        present = len(column) - int(empty.sum())
        if count - (len(column) - present) > FEW * present:
            continue
        cells = pl.DataFrame([column.alias("cell"), empty]).with_row_index("row", 1)
        cells = cells.with_columns(unread=_unread(pl.col("cell")) & ~pl.col("empty"))
        strange = cells.filter(pl.col("unread"))
        odd = {cell: row for row, cell in strange.select("row", "cell").unique("cell", keep="first").rows()}
        if not odd or strange.height > FEW * present or len(odd) > MOST_ODD or _holds_commas(column):
            continue
        odd = {cell: row for cell, row in odd.items() if math.isnan(number(cell))}
        if not odd or cells.filter(~pl.col("unread") & ~pl.col("empty"))["cell"].n_unique() <= MANY:
            continue
        times = int(strange["cell"].is_in(list(odd)).sum())
        named = ", ".join(f"{cell} in row {row:,}" for cell, row in sorted(odd.items(), key=lambda item: item[1]))
        counts = "1 cell that is no number counts" if times == 1 else f"{times:,} cells that are no numbers count"
        notes.append(f"{called[name]}: {counts} as missing, {named}")
        changed[column.name] = column.replace(list(odd), [""] * len(odd))
    return frame.with_columns(*changed.values()) if changed else frame, notes


def _unread(cells: pl.Expr) -> pl.Expr:
    """Whether a cell is no number that can be reckoned with."""
    value = cells.cast(pl.Float64, strict=False)
    return value.is_null() | (value.abs() >= 1e150)


def _holds_commas(column: pl.Series) -> bool:
    return bool(column.str.contains(rf"^(?:{COMMAS.pattern}|{NONE})$").all())


def _shortened(notes: list[str]) -> list[str]:
    more = len(notes) - SAID
    return notes if more < 2 else [*notes[:SAID], f"{more:,} more columns likewise"]
