from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.kit.picker import Picker
from gui.pages.export.page import ExportPage
from gui.shared.context import Context
from tests.gui.runs_helpers import SECONDS, put_away, small, trained, worsened

T = TypeVar("T", bound=QObject)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[ExportPage]:
    page = ExportPage(context)
    page.resize(1376, 810)
    yield page
    put_away(qtbot, page, lambda: not page.busy)


def find(page: QWidget, kind: type[T], name: str) -> T:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def shown(qtbot: QtBot, page: ExportPage) -> None:
    page.show()
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def press(qtbot: QtBot, page: ExportPage, kind: str) -> None:
    qtbot.mouseClick(find(page, QPushButton, f"export.{kind}"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def test_without_a_run_there_is_nothing_to_export(qtbot: QtBot, page: ExportPage):
    shown(qtbot, page)
    assert not find(page, QPushButton, "export.weights").isEnabled()
    assert "Train" in find(page, QLabel, "export.error").text()


def test_pytorch_code_and_weights_run_on_their_own(qtbot: QtBot, context: Context, page: ExportPage, tmp_path: Path):
    folder = trained(qtbot, context, small("iris", epochs=1))
    shown(qtbot, page)
    assert find(page, QComboBox, "export.run").currentData() == folder
    find(page, QLineEdit, "export.folder").setText(str(tmp_path / "out"))
    press(qtbot, page, "torch")
    assert "weights.pt" in find(page, QLabel, "export.files").text()
    script = find(page, QPlainTextEdit, "export.script")
    assert script.isVisible()
    assert script.toPlainText() == (tmp_path / "out" / "torch" / "load.py").read_text()
    cwd = tmp_path / "out" / "torch"
    done = subprocess.run(
        [sys.executable, "load.py"],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "tensor" in done.stdout


def test_a_folder_that_cannot_be_written_is_one_sentence(
    qtbot: QtBot, context: Context, page: ExportPage, tmp_path: Path
):
    trained(qtbot, context, small("iris", epochs=1))
    shown(qtbot, page)
    (tmp_path / "file").write_text("no folder")
    find(page, QLineEdit, "export.folder").setText(str(tmp_path / "file" / "out"))
    press(qtbot, page, "weights")
    error = find(page, QLabel, "export.error")
    assert error.isVisible()
    assert "cannot be written" in error.text()
    find(page, QLineEdit, "export.folder").setText(str(tmp_path / "good"))
    press(qtbot, page, "weights")
    assert not error.isVisible()
    assert [path.name for path in (tmp_path / "good").iterdir()] == ["weights"]


def test_another_run_can_be_picked(qtbot: QtBot, context: Context, page: ExportPage):
    first = trained(qtbot, context, small("iris", epochs=1), "first")
    second = trained(qtbot, context, small("circle", epochs=1), "second")
    shown(qtbot, page)
    runs = find(page, QComboBox, "export.run")
    assert runs.currentData() == second
    context.session.chosen.choose(first)
    qtbot.waitUntil(lambda: runs.currentData() == first, timeout=SECONDS)
    assert find(page, QLineEdit, "export.folder").text().endswith("first-1")


def test_another_project_has_no_run_until_one_is_chosen(qtbot: QtBot, context: Context, page: ExportPage):
    folder = trained(qtbot, context, small("iris", epochs=1))
    shown(qtbot, page)
    button = find(page, QPushButton, "export.weights")
    assert button.isEnabled()
    context.document.open(small("circle"), None, "other")
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)
    runs = find(page, QComboBox, "export.run")
    assert runs.count() == 1
    assert runs.currentData() is None
    assert not button.isEnabled()
    runs.setFocus()
    qtbot.keyClick(runs, Qt.Key.Key_Down)
    assert runs.currentData() == folder
    assert button.isEnabled()


def test_inputs_and_answers_are_named(qtbot: QtBot, context: Context, page: ExportPage):
    trained(qtbot, context, small("sums", epochs=1))
    shown(qtbot, page)
    about = find(page, QLabel, "export.about").text()
    for part in ("table (2 numbers)", "picture (1 × 8 × 8 numbers)", "answers digit and sum"):
        assert part in about


def test_the_best_weights_can_be_exported_instead_of_the_last(
    qtbot: QtBot, context: Context, page: ExportPage, tmp_path: Path
):
    trained(qtbot, context, worsened())
    shown(qtbot, page)
    picker = find(page, Picker, "export.snapshot")
    assert picker.isVisible()
    assert picker.value == "best", "the last weights are far worse"
    which = find(page, QLabel, "export.which")
    assert which.isVisible()
    assert which.text().startswith("The weights of the best epoch by validation loss: it was ")
    written = []
    for name in ("last", "best"):
        next(action for action in picker.menu().actions() if action.data() == name).trigger()
        find(page, QLineEdit, "export.folder").setText(str(tmp_path / name))
        press(qtbot, page, "torch")
        assert ("best epoch by" in which.text()) == (name == "best")
        written.append((tmp_path / name / "torch" / "weights.pt").read_bytes())
    assert written[0] != written[1]
    assert not find(page, QLabel, "export.error").isVisible()
