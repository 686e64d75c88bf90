"""The bin and its way back, snapshots of a run, and room made by deleting some of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPlainTextEdit, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from engine.runs import store
from engine.runs.folder import RunFolder
from gui.pages.runs.page import RunsPage
from gui.pages.runs.thin_dialog import ThinDialog
from gui.shared.context import Context
from tests.engine.runs import recorded
from tests.gui.pages.runs.test_list import choose, names, opened
from tests.gui.runs_helpers import SECONDS, answer, find, press


@pytest.fixture
def root(context: Context) -> Path:
    """Two runs of four epochs with a snapshot kept at the end of each, the third one the best."""
    kept = {1: ("kept",), 2: ("kept",), 3: ("kept", "best"), 4: ("kept",)}
    for name in ("first", "second"):
        recorded.run(context.session.root / name, names=kept, size=25_000)
    return context.session.root


def settled(qtbot: QtBot, page: RunsPage) -> None:
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def binned(qtbot: QtBot, page: RunsPage, *wanted: str) -> None:
    """Deletes some and looks into the bin."""
    opened(qtbot, page)
    choose(qtbot, page, *wanted)
    answer("delete")
    qtbot.keyClick(page.list.view, Qt.Key.Key_Delete)
    settled(qtbot, page)
    assert not set(wanted) & set(names(page))
    press(qtbot, page, "runs.bin")
    settled(qtbot, page)


def test_a_run_comes_back_from_the_bin(qtbot: QtBot, root: Path, page: RunsPage):
    binned(qtbot, page, "first")
    assert names(page) == ["first"]
    assert find(page, QPushButton, "runs.bin").text() == "Bin (1)"
    assert find(page, QPlainTextEdit, "runs.note").isReadOnly()
    assert not find(page, QPushButton, "runs.delete").isVisible()
    press(qtbot, page, "runs.restore")
    settled(qtbot, page)
    assert not page.list.in_bin, "nothing is left to look at there"
    assert set(names(page)) == {"first", "second"}
    assert RunFolder(root / "first").snapshot("best").step == 300


@pytest.mark.parametrize(("word", "left"), [("keep", 2), ("delete", 0)])
def test_the_bin_is_emptied_after_a_question(qtbot: QtBot, root: Path, page: RunsPage, word: str, left: int):
    binned(qtbot, page, "first", "second")
    answer(word)
    press(qtbot, page, "runs.purge")
    settled(qtbot, page)
    assert len(names(page)) == left
    assert len(store.binned(root)) == left
    assert find(page, QPushButton, "runs.purge").isEnabled() == bool(left)


def test_the_snapshots_of_a_run_are_listed_latest_first(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first")
    table = find(page, QTableWidget, "runs.snapshots")
    cells = [[table.item(row, place) for place in (0, 1)] for row in range(table.rowCount())]
    shown = [tuple(item.text() for item in row if item is not None) for row in cells]
    assert shown[:3] == [
        ("400", "last, epoch 4, kept"),
        ("300", "best, epoch 3, kept"),
        ("200", "epoch 2, kept"),
    ]


def looking(qtbot: QtBot, page: RunsPage) -> ThinDialog:
    opened(qtbot, page)
    press(qtbot, page, "runs.room")
    dialog = find(page, ThinDialog, "runs.thin")
    qtbot.waitUntil(lambda: not dialog.busy, timeout=SECONDS)
    return dialog


def test_room_is_made_only_after_it_was_shown_what_would_go(qtbot: QtBot, root: Path, page: RunsPage):
    store.annotate(root / "second", star=True)
    dialog = looking(qtbot, page)
    steps = [info.step for info in RunFolder(root / "first").snapshots()]
    assert re.fullmatch(r"2 runs take \d+ kB, \d+ kB of it in 8 snapshots\.", dialog.used.text())
    field = find(dialog, QDoubleSpinBox, "runs.thin.budget")
    field.selectAll()
    qtbot.keyClicks(field, "0")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    table = find(dialog, QTableWidget, "runs.thin.table")
    shown = table.model()
    going = {(shown.index(row, 0).data(), int(shown.index(row, 1).data())) for row in range(table.rowCount())}
    assert {name for name, _ in going} == {"first"}  # the other one has a star
    assert not {300, 400} & {step for _, step in going}
    assert f"{len(going)} snapshots of 1 run would go" in find(dialog, QLabel, "runs.thin.says").text()
    assert [info.step for info in RunFolder(root / "first").snapshots()] == steps
    press(qtbot, dialog, "runs.thin.apply")
    qtbot.waitUntil(lambda: page.findChild(ThinDialog) is None, timeout=SECONDS)
    settled(qtbot, page)
    assert [info.step for info in RunFolder(root / "first").snapshots()] == [300, 400]
    assert [info.step for info in RunFolder(root / "second").snapshots()] == steps


def test_cancel_deletes_nothing_and_a_large_budget_has_nothing_to_delete(qtbot: QtBot, root: Path, page: RunsPage):
    dialog = looking(qtbot, page)
    before = sum(run.bytes for run in store.runs(root))
    field = find(dialog, QDoubleSpinBox, "runs.thin.budget")
    field.setValue(field.maximum())
    assert not find(dialog, QPushButton, "runs.thin.apply").isEnabled()
    assert find(dialog, QLabel, "runs.thin.says").text() == "Everything fits; nothing would go."
    press(qtbot, dialog, "runs.thin.cancel")
    qtbot.waitUntil(lambda: page.findChild(ThinDialog) is None, timeout=SECONDS)
    assert sum(run.bytes for run in store.runs(root)) == before
