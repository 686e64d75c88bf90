"""What a person says of a run is kept: after a pause, for its own run, when the page goes, and after a refusal."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.record import database
from engine.record.files import RECORD
from engine.record.rows import Annotations
from engine.runs.folder import RunFolder
from gui.pages.runs.keeping import Keeper
from gui.pages.runs.page import RunsPage
from gui.shared.context import Context
from gui.shell.main_window import MainWindow
from tests.engine.runs import recorded
from tests.gui.pages.runs.test_list import choose, opened
from tests.gui.runs_helpers import SECONDS, find


@pytest.fixture
def root(context: Context) -> Path:
    for name in ("first", "second"):
        recorded.run(context.session.root / name, epochs=1)
    return context.session.root


def note(page: RunsPage) -> QPlainTextEdit:
    return find(page, QPlainTextEdit, "runs.note")


def said(root: Path, name: str) -> str:
    return RunFolder(root / name).annotations().note


def test_a_note_is_written_after_a_pause_and_shown_again(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first")
    qtbot.keyClick(page.list.view, Qt.Key.Key_N)
    qtbot.waitUntil(note(page).hasFocus, timeout=2000)
    qtbot.keyClicks(note(page), "Learns at last")
    assert said(root, "first") == ""  # not at each key
    qtbot.waitUntil(lambda: said(root, "first") == "Learns at last", timeout=SECONDS)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    assert note(page).textCursor().atEnd()
    choose(qtbot, page, "second")
    assert note(page).toPlainText() == ""
    choose(qtbot, page, "first")
    assert note(page).toPlainText() == "Learns at last"


def test_a_note_in_the_making_goes_to_its_own_run_when_another_is_chosen(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first")
    qtbot.keyClicks(note(page), "of the first")
    choose(qtbot, page, "second")
    qtbot.keyClicks(note(page), "of the second")
    qtbot.waitUntil(lambda: said(root, "second") == "of the second", timeout=SECONDS)
    assert said(root, "first") == "of the first"


def test_what_was_just_typed_is_on_the_disk_when_the_page_goes(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first")
    qtbot.keyClicks(note(page), "The last words")
    qtbot.keyClicks(find(page, QLineEdit, "runs.tags"), "good")
    page.hide()
    assert RunFolder(root / "first").annotations() == Annotations(tags=("good",), note="The last words")


def test_what_was_just_typed_is_on_the_disk_when_the_window_closes(qtbot: QtBot, window: MainWindow):
    root = window.context.session.root
    recorded.run(root / "first", epochs=1)
    window.go("runs")
    page = cast("RunsPage", window.page_widget("runs"))
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    choose(qtbot, page, "first")
    qtbot.keyClicks(note(page), "The last words")
    assert said(root, "first") == ""
    window.close()
    assert said(root, "first") == "The last words"


def test_a_list_that_is_read_anew_leaves_the_words_under_the_keys(qtbot: QtBot, root: Path, page: RunsPage):
    opened(qtbot, page)
    choose(qtbot, page, "first")
    qtbot.keyClicks(note(page), "half a sent")
    page.refresh()
    qtbot.waitUntil(lambda: not page._listing.busy, timeout=SECONDS)
    assert note(page).toPlainText() == "half a sent"
    qtbot.keyClicks(note(page), "ence")
    qtbot.waitUntil(lambda: said(root, "first") == "half a sentence", timeout=SECONDS)


def test_what_cannot_be_written_is_refused_once_and_waits(qtbot: QtBot, root: Path):
    keeper = Keeper()
    connection = database.open_to_write(root / "first" / RECORD)
    connection.execute("PRAGMA user_version = 99")  # of a later form: it must not be written
    connection.close()
    with qtbot.waitSignal(keeper.refused, timeout=SECONDS) as refusal:
        keeper.put(root / "first", note="precious")
    assert "newer Layerdeck" in str(refusal.args[0])
    qtbot.waitUntil(lambda: not keeper.busy, timeout=SECONDS)
    assert keeper.waiting(root / "first") == {"note": "precious"}
    connection = database._connected(root / "first" / RECORD, "rw")
    connection.execute(f"PRAGMA user_version = {database.VERSION}")
    connection.close()
    keeper.put(root / "first", star=True)
    keeper.flush()
    about = RunFolder(root / "first").annotations()
    assert (about.note, about.star) == ("precious", True)
    assert keeper.waiting(root / "first") == {}
    keeper.deleteLater()


def test_changes_of_one_run_are_written_in_their_order(qtbot: QtBot, root: Path):
    keeper = Keeper()
    for words in ("a", "b", "c"):
        keeper.put(root / "first", note=words)
        keeper.soon()
        qtbot.wait(1)
    keeper.put(root / "second", star=True)
    qtbot.waitUntil(lambda: not keeper.busy, timeout=SECONDS)
    assert said(root, "first") == "c"
    assert RunFolder(root / "second").annotations().star
    keeper.deleteLater()
