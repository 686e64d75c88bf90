"""A new kind of thing is one row in its table; command and window have it then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.cli.main import main
from engine.export import EXPORTERS, Exporter
from engine.record.events import Ended
from engine.record.states import MEANINGS, Meaning
from engine.runs import store
from gui.pages.export.page import ExportPage
from gui.pages.runs.columns import PLACES
from gui.pages.runs.table import RunTable
from gui.shared.context import Context
from gui.shared.states import STATES, Sign
from tests import toy_exporter
from tests.engine.runs import recorded
from tests.gui.runs_helpers import SECONDS, put_away, small, trained


@dataclass(frozen=True)
class Tickled(Ended):
    """The run laughed too much to go on."""

    state: ClassVar[str] = "tickled"


def test_a_toy_exporter(
    qtbot: QtBot,
    context: Context,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    toy = Exporter("toy", "A toy", "To play with.", toy_exporter.FILE, toy_exporter.__name__)
    monkeypatch.setitem(EXPORTERS, toy.kind, toy)
    folder = trained(qtbot, context, small("iris", epochs=1))
    page = ExportPage(context)
    page.show()
    qtbot.waitUntil(lambda: not page._listing.busy and not page._exporting.busy, timeout=SECONDS)
    where = page.findChild(QLineEdit, "export.folder")
    button = page.findChild(QPushButton, "export.toy")
    assert where is not None
    assert button is not None
    where.setText(str(tmp_path / "window"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page._listing.busy and not page._exporting.busy, timeout=SECONDS)
    assert (tmp_path / "window" / "toy" / toy_exporter.FILE).read_text() == folder.name
    put_away(qtbot, page, lambda: not page._listing.busy and not page._exporting.busy)

    assert main(["export", "--help"]) == 0
    assert "project or toy" in capsys.readouterr().out
    assert main(["export", str(folder), "--format", "toy", "--out", str(tmp_path / "command")]) == 0
    assert (tmp_path / "command" / toy_exporter.FILE).read_text() == folder.name


def test_a_toy_state_of_a_run(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(MEANINGS, Tickled.state, Meaning("tickled pink"))
    monkeypatch.setitem(STATES, Tickled.state, Sign("tickled pink", "star", "accent"))
    events = [recorded.started(), recorded.snapshot(0), *recorded.epoch_events(1), Tickled(100)]
    recorded.tell(recorded.request(tmp_path / "laughing"), events)
    recorded.run(tmp_path / "serious")

    assert main(["runs", "--root", str(tmp_path)]) == 0
    assert "tickled pink" in capsys.readouterr().out
    assert main(["runs", "state:tickled", "pink", "--root", str(tmp_path), "--json"]) == 0
    said = capsys.readouterr().out
    assert '"state": "tickled"' in said
    assert "serious" not in said

    owner = QObject()
    table = RunTable(owner)
    (run,) = [run for run in store.runs(tmp_path) if run.state == Tickled.state]
    table.show_runs([run])
    place = table.index(0, PLACES["state"])
    assert table.data(place, Qt.ItemDataRole.DisplayRole) == "tickled pink"
    assert not table.data(place, Qt.ItemDataRole.DecorationRole).isNull()
