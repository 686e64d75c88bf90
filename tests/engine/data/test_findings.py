"""What is found in a table, each with the click that cures it, and the bars that its columns are shown as."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.feature.ignored import Ignored
from engine.data.findings import Finding, findings
from engine.data.settings import DataSettings
from engine.data.sources import propose
from engine.data.statistics import summaries
from engine.data.tables import read_table
from tests.data_settings import kinds_of
from tests.engine.data.helpers import birds, prepared, table, write


def found(settings: DataSettings) -> dict[str, Finding]:
    """By their short words, or their sentence where they have none."""
    rows = read_table(settings.path, lambda _share, _text: None)
    made = findings(settings, rows, rows.columns, summaries(rows.columns, rows.frame))
    return {one.short or one.text: one for one in made}


def cured(settings: DataSettings, short: str, place: int = 0) -> DataSettings:
    """After its click the finding is gone, and the data can still be loaded."""
    after = found(settings)[short].cures[place].apply(settings)
    assert short not in found(after)
    prepared(after)
    return after


@pytest.fixture
def trouble(tmp_path: Path) -> Path:
    """A table with something of everything."""
    dice = np.random.default_rng(0)
    rows = []
    for row in range(200):
        kind = "no" if row % 40 else "yes"
        gain = 0 if row % 25 else 4000 + row * 400
        size = dice.normal()
        note = f"this is a longer note of number {row} that says nothing at all"
        when = f"2024-{row % 12 + 1:02}-{row % 28 + 1:02}"
        hole, told = "" if row % 3 else "x", int(kind == "yes")
        rows.append(f"{size:.4f},{round(size, 4) * 2 + 1:.4f},{gain},{hole},{note},{when},{kind},{told}")
    rows.append(rows[0])
    return write(tmp_path / "t.csv", "\n".join(["size,double,gain,hole,note,when,kind,told", *rows]))


def test_each_finding_is_cured_by_its_click(trouble: Path) -> None:
    settings = table(trouble)
    names = set(found(settings))
    assert names == {
        "tells kind",
        "1 row stands there a second time: what is measured may have been learned by heart",
        "96% zero, largest 74,000",
        "133 missing",
        "says the same as size",
        "free text, not used",
        "dates",
        "unequal classes",
    }
    assert kinds_of(cured(settings, "tells kind")) == {"told": "ignore"}
    assert kinds_of(cured(settings, "133 missing")) == {"hole": "ignore"}
    assert kinds_of(cured(settings, "96% zero, largest 74,000")) == {"gain": "number"}
    assert kinds_of(cured(settings, "free text, not used")) == {"note": "text"}
    assert kinds_of(cured(settings, "free text, not used", 1)) == {"note": "ignore"}
    assert kinds_of(cured(settings, "dates")) == {"when": "date"}
    once = cured(settings, "1 row stands there a second time: what is measured may have been learned by heart")
    assert once.unique
    assert "1 row left out: the same stands above" in prepared(once).facts.notes


def test_the_worst_comes_first_and_what_is_left_out_is_quiet(trouble: Path) -> None:
    settings = table(trouble)
    grades = [one.grade for one in found(settings).values()]
    assert grades == sorted(grades, key=("ill", "doubtful", "note").index)
    quiet = settings.changed(columns=dict.fromkeys(("told", "gain", "hole", "note", "when"), Ignored()))
    assert set(found(quiet)) == {
        "1 row stands there a second time: what is measured may have been learned by heart",
        "says the same as size",
        "unequal classes",
    }


def test_columns_that_say_the_same(tmp_path: Path) -> None:
    rows = [f"{row % 5},{'abcde'[row % 5]},{row * 1.5},{'xy'[row % 2]}" for row in range(60)]
    settings = table(write(tmp_path / "t.csv", "\n".join(["number,letter,size,kind", *rows])))
    assert kinds_of(cured(settings, "says the same as number")) == {"letter": "ignore"}


def test_whole_numbers_to_predict_are_classes_or_amounts(tmp_path: Path) -> None:
    rows = [f"{row * 0.1:.1f},{row % 7},{row % 40}" for row in range(200)]
    path = write(tmp_path / "t.csv", "\n".join(["x,few,many", *rows]))
    amounts = cured(table(path, "few"), "7 classes")
    assert prepared(amounts).facts.target.kind == "number"
    classes = cured(table(path, "many"), "amounts")
    assert prepared(classes).facts.target.kind == "classes"


def test_numbers_of_rows_that_stand_there_twice(tmp_path: Path) -> None:
    rows = [f"{row},{row * 7 % 31},{'xy'[row % 2]}" for row in [*range(100), 5, 6]]
    settings = table(write(tmp_path / "t.csv", "\n".join(["id,size,kind", *rows])))
    assert kinds_of(cured(settings, "numbers the rows")) == {"id": "ignore"}


def test_healthy_data_has_nothing(tmp_path: Path) -> None:
    made = found(table(birds(tmp_path)))
    assert {one.grade for one in made.values()} == {"note"}
    assert sorted(made) == ["5 missing", "9 missing"]  # two columns have five holes each


@pytest.mark.parametrize("name", ["iris", "circle", "diabetes", "sums", "waves"])
def test_no_sample_is_ill(name: str) -> None:
    assert not [one for one in found(propose(Path(f"sample:{name}"))).values() if one.grade == "ill"]


def test_bars_of_dates(tmp_path: Path) -> None:
    rows = [f"{row % 28 + 1:02}.{row % 12 + 1:02}.2024,{row % 2}" for row in range(84)]
    made = read_table(str(write(tmp_path / "t.csv", "\n".join(["when,y", *rows]))), lambda _share, _text: None)
    when, _ = summaries(made.columns, made.frame)
    assert (when.sort, sum(when.counts)) == ("dates", 84)
    assert (when.said(when.low), when.said(when.high)) == ("2024-01-01", "2024-12-28")


def test_bars_of_columns(tmp_path: Path) -> None:
    rows = [
        f"{row},{'ab'[row % 3 == 0]},{'w ' * (row % 4)}and more words of it {row},{row - 45}e19" for row in range(90)
    ]
    path = write(tmp_path / "t.csv", "\n".join(["size,kind,text,huge", *rows]))
    made = read_table(str(path), lambda _share, _text: None)
    size, kind, text, huge = summaries(made.columns, made.frame)
    assert (size.sort, sum(size.counts), size.edges[0], size.edges[-1], size.middle) == ("numbers", 90, 0, 89, 44.5)
    assert (kind.names, kind.counts) == (("a", "b"), (60, 30))
    assert (text.sort, text.low, text.high) == ("words", 6, 9)
    assert (sum(huge.counts), huge.low) == (90, -45e19)
