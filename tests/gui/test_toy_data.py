"""A new format and a new kind of column are one row each in their tables; everything has them then."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.cli.main import main
from engine.data.feature import table as features
from engine.data.source import table as sources
from engine.project import load
from gui.kit.picker import Picker
from gui.pages.data.page import DataPage
from gui.shared.context import Context
from tests.gui.runs_helpers import SECONDS, put_away, ready
from tests.toy_data import Coordinates, Stones


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sources, "SOURCES", (Stones, *sources.SOURCES))
    features.FEATURES.insert(0, Coordinates)
    yield
    features.FEATURES.remove(Coordinates)


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    """Whether a town lies north, by where it lies."""
    rows = [f"{row}@{row % 7}~{'north' if row > 30 else 'south'}" for row in range(60)]
    path = tmp_path / "towns.stones"
    path.write_text("\n".join(["stones~where~half", *rows]))
    return path


@pytest.mark.usefixtures("toys")
def test_toys_are_trained_on_asked_and_exported_by_command(
    towns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, run, out = tmp_path / "towns.layerdeck", tmp_path / "run", tmp_path / "out"
    assert main(["new", "--data", str(towns), "--target", "half", "--out", str(project)]) == 0
    data = load(project).data
    assert data is not None
    assert data.columns == {"where": Coordinates()}
    assert main(["train", str(project), "--out", str(run)]) == 0
    assert main(["export", str(run), "--format", "torch", "--out", str(out)]) == 0
    new = tmp_path / "new.csv"
    new.write_text("where\n50@3\n2@3\n")
    capsys.readouterr()
    assert main(["predict", str(run), str(new)]) == 0
    answers = [line.split(",")[1] for line in capsys.readouterr().out.splitlines()[1:]]
    assert answers == ["north", "south"]
    (script,) = out.rglob("predict.py")
    done = subprocess.run([sys.executable, str(script), str(new)], capture_output=True, text=True, check=True)
    assert [line.split(",")[1] for line in done.stdout.splitlines()[1:]] == answers


@pytest.mark.usefixtures("toys")
def test_toys_are_seen_on_the_data_page(qtbot: QtBot, context: Context, towns: Path, tmp_path: Path) -> None:
    project = tmp_path / "towns.layerdeck"
    assert main(["new", "--data", str(towns), "--target", "half", "--out", str(project)]) == 0
    page = DataPage(context)
    page.show()
    ready(qtbot, context, load(project))
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    picker = page.findChild(Picker, "data.role.where")
    assert picker is not None
    assert (picker.value, picker.text()) == ("coordinates", "coordinates ▾")
    assert context.document.facts is not None
    assert context.document.facts.features == ("where: north", "where: east")
    put_away(qtbot, page, lambda: not page.busy)
