"""Dates and times: how long ago, and where in the year, the week and the day, as points on circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.data.column import Column, counted
from engine.data.feature.base import Document, Fitted, Indexes, RowFeature
from engine.data.feature.scaling import spread
from engine.data.rows import is_missing

if TYPE_CHECKING:
    from engine.data.feature.vectors import Cells

DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y")
MONTH_FIRST = ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%m/%d/%y", "%m.%d.%y")
OTHERS = ("iso", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
CLOCKS = (" %H:%M", " %H:%M:%S", " %I:%M %p")
CIRCLES = ("year", "week", "day")
KNOWN = 0.9  # share of the cells that have to be dates of one form
Order = Literal["guessed", "day first", "month first"]


class Date(RowFeature):
    """A date, or a date and a time.

    It becomes days, scaled by the training rows, then sine and cosine of where it stands in the year and the week, and
    in the day where there are times.
    """

    title: ClassVar[str] = "date"

    kind: Literal["date"] = "date"
    order: Annotated[
        Order, Field(title="Order", description="What 3/4/2020 is; guessed: the way in which all dates can be read")
    ] = "guessed"

    @classmethod
    def suits(cls, column: Column) -> bool:
        return not column.decimal and bool(column.examples) and _form_of(column.examples, "guessed", 1.0) is not None

    def fit(self, column: Column, cells: Cells, train: Indexes) -> Fitted:
        present = [cell for cell in cells.series.gather(train).str.strip_chars().to_list() if not is_missing(cell)]
        form = _form_of(present, self.order, KNOWN) or "iso"
        moments = [moment for moment in (_moment(cell, form) for cell in present) if moment is not None]
        days = np.array([_days(moment) for moment in moments] or [0.0])
        incomplete = len(moments) < len(train)
        document: Document = {
            "column": column.name,
            "kind": self.kind,
            "form": form,
            "mean": float(days.mean()),
            "deviation": spread(days),
            "timed": any((moment.hour, moment.minute, moment.second) != (0, 0, 0) for moment in moments),
            "missing": incomplete,
        }
        circles = CIRCLES if document["timed"] else CIRCLES[:2]
        around = [f"{column.name}: {part} of the {circle}" for circle in circles for part in ("sine", "cosine")]
        names = (column.name, *around, *([f"{column.name} is missing"] if incomplete else []))
        return Fitted(document, names, self._notes(column.name, present, form, len(present) - len(moments)))

    def _notes(self, name: str, present: Sequence[str], form: str, odd: int) -> tuple[str, ...]:
        notes = [f"{counted(odd, 'value')} of {name} not a date: taken as missing"] if odd else []
        turned = dict(zip((*DAY_FIRST, *MONTH_FIRST), (*MONTH_FIRST, *DAY_FIRST), strict=True))
        date, clock = form[:8], form[8:]
        if self.order == "guessed" and date in turned and _share(present, turned[date] + clock) == 1:
            first = "day" if date in DAY_FIRST else "month"
            notes.append(f"{name} is read with the {first} first, as {present[0]} leaves it open: say so if it is not")
        return tuple(notes)

    @staticmethod
    def encode_cells(document: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
        from datetime import datetime  # this function stands alone

        circles = ((365.25, 1), (7, 2), (1, 3)) if document["timed"] else ((365.25, 1), (7, 2))
        found = np.full((len(cells), 4), np.nan)  # days, day of the year, of the week, share of the day
        for row, cell in enumerate(cells):
            try:
                form = document["form"]
                moment = datetime.fromisoformat(cell) if form == "iso" else datetime.strptime(cell, form)
            except ValueError:
                continue
            part = (moment.hour + moment.minute / 60 + moment.second / 3600) / 24
            day = moment.timetuple().tm_yday - 1
            found[row] = moment.toordinal() + part, day + part, moment.weekday() + part, part
        unknown = np.isnan(found[:, 0])
        days = np.where(unknown, 0.0, (found[:, 0] - document["mean"]) / document["deviation"])
        columns = [days.clip(-1e30, 1e30)]
        for length, place in circles:
            angle = 2 * np.pi * found[:, place] / length
            columns += [np.where(unknown, 0.0, np.sin(angle)), np.where(unknown, 0.0, np.cos(angle))]
        columns += [unknown] if document["missing"] else []
        return np.stack(columns, axis=1).astype(np.float32)


def days_of(cells: Sequence[str]) -> NDArray[np.float64]:
    """Days since the year 1 of those that are dates, in the form in which most are."""
    form = _form_of(cells, "guessed", 0.0) or "iso"
    return np.array([_days(moment) for moment in (_moment(cell, form) for cell in cells) if moment is not None])


def _form_of(cells: Sequence[str], order: Order, share: float) -> str | None:
    """How the dates are written: the form in which most can be read, at least that share; None where there is none."""
    first = {"day first": DAY_FIRST, "month first": MONTH_FIRST}.get(order, (*DAY_FIRST, *MONTH_FIRST))
    plain = (*OTHERS, *first)
    forms = [*plain, *(form + clock for form in plain if form != "iso" for clock in CLOCKS)]
    likely = [form for form in forms if _share(cells[:100], form) >= share]
    best = max(likely, key=lambda form: _share(cells, form), default=None)
    return best if best is not None and _share(cells, best) >= share else None


def _share(cells: Sequence[str], form: str) -> float:
    return sum(_moment(cell, form) is not None for cell in cells) / max(1, len(cells))


def _moment(cell: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cell) if form == "iso" else datetime.strptime(cell, form)
    except ValueError:
        return None


def _days(moment: datetime) -> float:
    """Days since the year 1, with their parts."""
    return moment.toordinal() + (moment.hour + moment.minute / 60 + moment.second / 3600) / 24
