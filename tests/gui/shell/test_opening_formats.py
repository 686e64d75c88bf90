"""Tables of other formats than text, by the ways a person opens them: dropped on the window, chosen in the dialog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.data.collection.archives import SUFFIXES as ARCHIVES
from engine.data.settings import DataSettings
from engine.data.source.table import SOURCES
from gui.shell.main_window import MainWindow
from tests.engine.data.tables import write_database, write_workbook
from tests.gui.pages.start.test_start import dragged, drop

CARS = pl.DataFrame(
    {
        "mpg": [10 + n % 23 + 0.5 for n in range(90)],
        "weight": [1500 + 7 * n for n in range(90)],
        "origin": [("usa", "japan", "europe")[n % 3] for n in range(90)],
    }
)


WRITERS: dict[str, Callable[[Path], None]] = {
    "cars.xlsx": partial(write_workbook, frame=CARS),
    "cars.db": partial(write_database, frame=CARS),
    "cars.parquet": CARS.write_parquet,
    "cars.feather": CARS.write_ipc,
    "cars.jsonl": CARS.write_ndjson,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_dropped_file_is_opened_and_ready_to_train(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    with qtbot.waitSignal(window.opening.opened, timeout=30_000) as signal:
        assert drop(window, dragged(path))
    document = window.context.document
    qtbot.waitUntil(lambda: document.facts is not None, timeout=30_000)
    assert signal.args == ["data"]
    assert (document.title, document.report.problems) == ("cars", ())
    assert isinstance(document.project.data, DataSettings)
    assert document.project.data.targets == ("origin",)
    assert document.facts is not None
    assert document.facts.targets[0].classes == ("europe", "japan", "usa")
    said = [note for note in document.facts.notes if note.startswith("Sheet Sheet is read: it has most rows (91)")]
    assert len(said) == (name == "cars.xlsx")


def test_a_file_that_cannot_be_read_changes_nothing_and_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "cars.xlsx"
    write_workbook(path, CARS)
    path.write_bytes(path.read_bytes()[:1_000])
    before = window.context.document.project
    with qtbot.waitSignal(window.opening.refused, timeout=30_000) as signal:
        assert drop(window, dragged(path))
    assert "cars.xlsx is damaged, or no spreadsheet" in str(signal.args[0])
    assert window.context.document.project is before


def test_the_dialog_offers_every_format(qtbot: QtBot, window: MainWindow) -> None:
    offered: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, look)
            return
        offered.extend(dialog.nameFilters())
        dialog.reject()

    QTimer.singleShot(0, look)
    window.actions_["file.open_file"].trigger()
    every, folders, *each, everything = offered
    assert all(f"*{suffix}" in folders for suffix in ARCHIVES)
    assert len(each) == len(SOURCES)
    assert everything == "All files (*)"
    for source in SOURCES:
        assert all(f"*{suffix}" in every.split("(")[1].rstrip(")").split() for suffix in source.suffixes)
