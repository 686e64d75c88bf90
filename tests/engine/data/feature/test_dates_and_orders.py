"""Columns of dates and of names that have an order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.data.column import Column
from engine.data.feature.base import Fitted, RowFeature
from engine.data.feature.date import Date
from engine.data.feature.ordered import Ordered
from engine.data.feature.vectors import Cells
from engine.data.sources import propose
from tests.data_settings import kinds_of
from tests.engine.data.helpers import prepared, write


def fitted(feature: RowFeature, cells: list[str]) -> tuple[Fitted, np.ndarray]:
    column = Column("x", "category", 0, len(set(cells)), tuple(cells[:5]))
    held = Cells(pl.Series("x", cells, dtype=pl.String))
    made = feature.fit(column, held, np.arange(len(cells)))
    return made, feature.encode(made.document, held)


def test_a_date_becomes_days_and_points_on_circles() -> None:
    made, numbers = fitted(Date(), ["2024-01-01", "2024-01-02", "2024-07-01"])
    assert made.names == ("x", *(f"x: {part} of the {of}" for of in ("year", "week") for part in ("sine", "cosine")))
    days = np.array([0, 1, 182]) - 61
    np.testing.assert_allclose(numbers[:, 0], days / days.std(), atol=1e-6)
    np.testing.assert_allclose(numbers[0, 1:], [0, 1, 0, 1], atol=1e-6)  # the first of January, a Monday
    angle = 2 * np.pi * np.array([1 / 365.25, 1 / 7])
    np.testing.assert_allclose(
        numbers[1, 1:], [np.sin(angle[0]), np.cos(angle[0]), np.sin(angle[1]), np.cos(angle[1])], atol=1e-6
    )


def test_times_add_a_circle_and_holes_a_column() -> None:
    made, numbers = fitted(Date(), ["2024-03-04T06:00:00", "2024-03-04T18:30:00", "", "soon"] * 5)
    assert made.names[-3:] == ("x: sine of the day", "x: cosine of the day", "x is missing")
    assert made.notes == ("5 values of x not a date: taken as missing",)
    assert numbers[:4, -1].tolist() == [0, 0, 1, 1]
    np.testing.assert_allclose(numbers[0, 5:7], [1, 0], atol=1e-6)
    assert (numbers[2] == [0, 0, 0, 0, 0, 0, 0, 1]).all()


@pytest.mark.parametrize(
    ("cells", "form", "said"),
    [
        (["13/02/2020", "01/02/2020"], "%d/%m/%Y", ""),
        (["02/13/2020", "02/01/2020"], "%m/%d/%Y", ""),
        (["01/02/2020", "03/04/2020"], "%d/%m/%Y", "x is read with the day first, as 01/02/2020 leaves it open"),
        (["3.4.2021 17:05", "24.12.2021 8:00"], "%d.%m.%Y %H:%M", ""),
        (["Mar 4, 2020", "Dec 24, 2020"], "%b %d, %Y", ""),
        (["2020/03/04"], "%Y/%m/%d", ""),
    ],
)
def test_forms_of_dates(cells: list[str], form: str, said: str) -> None:
    made, numbers = fitted(Date(), cells)
    assert made.document["form"] == form
    assert np.isfinite(numbers).all()
    assert [note.startswith(said) for note in made.notes] == [True] * bool(said)
    other, _ = fitted(Date(order="month first"), ["01/02/2020"])
    assert other.document["form"] == "%m/%d/%Y"


def test_what_is_no_date_is_said() -> None:
    made, _ = fitted(Date(), ["2024-01-01"] * 30 + ["soon"])
    assert made.notes == ("1 value of x not a date: taken as missing",)


def test_an_order_becomes_one_number() -> None:
    made, numbers = fitted(Ordered(), ["high", "low", "medium", "low"])
    assert made.document["order"] == ["low", "medium", "high"]
    np.testing.assert_allclose(numbers[:, 0], (np.array([2, 0, 1, 0]) - 0.75) / np.std([2, 0, 1, 0]), atol=1e-6)
    made, numbers = fitted(Ordered(order=("c", "a")), ["a", "c", "b", ""])
    assert made.notes == ("1 value of x not in its order: taken as missing",)
    assert numbers[:, 1].tolist() == [0, 0, 1, 1]
    assert fitted(Ordered(), ["10", "9", "grade 2"])[0].document["order"] == ["9", "10", "grade 2"]


def test_new_data_is_proposed_so_and_old_settings_are_not(tmp_path: Path) -> None:
    rows = [
        f"2024-02-{day % 28 + 1:02},{['low', 'medium', 'high'][day % 3]},{day * 1.5},{'ab'[day % 2]}"
        for day in range(60)
    ]
    path = write(tmp_path / "t.csv", "\n".join(["when,grade,x,kind", *rows]))
    settings = propose(path)
    assert kinds_of(settings) == {"when": "date", "grade": "ordered"}
    facts = prepared(settings).facts
    assert facts.features[:3] == ("when", "when: sine of the year", "when: cosine of the year")
    before = prepared(settings.changed(columns={})).facts
    assert "grade = low" in before.features
