"""Data that is opened where a network is: it is kept or replaced as the person says, and undo leads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from engine import analysis
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.samples import settings as sample_settings
from engine.data.settings import DataSettings
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.project import Project, save
from engine.starter import sample_project, starter
from gui.document import Document
from gui.shell.main_window import MainWindow
from tests.data_settings import picture_of
from tests.gui.shell.test_shell import answer

MINE = Network.stack(Dense(units=20), Dense(units=8))
CARS = "mpg,weight,origin\n" + "".join(
    f"{10 + n % 23}.5,{1500 + 7 * n},{('usa', 'japan', 'europe')[n % 3]}\n" for n in range(90)
)


@pytest.fixture
def cars(tmp_path: Path) -> Path:
    path = tmp_path / "cars.csv"
    path.write_text(CARS)
    return path


@pytest.fixture
def document(window: MainWindow) -> Document:
    return window.context.document


def units(document: Document) -> list[int]:
    return [layer.units for layer in document.network.layers if isinstance(layer, Dense)]


def opened(qtbot: QtBot, window: MainWindow, what: Path | str) -> None:
    """Opens a file or a sample and waits until its data is prepared."""
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        window.opening.open(what) if isinstance(what, Path) else window.opening.open_sample(what)
    qtbot.waitUntil(lambda: window.context.document.facts is not None, timeout=30_000)


def ready(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.context.loader.busy, timeout=30_000)
    assert window.context.loader.error is None


def made(project: Project) -> Project:
    """The starter of its data."""
    assert project.data is not None
    return starter(project.data, load(project.data, Ticket()).facts)


@pytest.mark.parametrize("what", ["file", "iris"])
def test_a_network_is_kept_and_fitted_as_one_step(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path, what: str
) -> None:
    document.edit("Add layers", MINE)
    before = document.project
    asked = answer("use")
    opened(qtbot, window, cars if what == "file" else what)
    assert len(asked) == 1
    assert [layer for layer in document.network.layers if layer.id in ("dense", "dense_2")] == list(MINE.middle)
    assert units(document) == [20, 8, 3]
    assert document.report.problems == ()
    assert document.undo_stack.count() == 2
    assert document.title == ("cars" if what == "file" else "Iris")
    window.actions_["edit.undo"].trigger()
    assert document.project == before
    assert document.title == "untitled"
    window.actions_["edit.redo"].trigger()
    qtbot.waitUntil(lambda: document.facts is not None, timeout=30_000)
    assert document.report.problems == ()


@pytest.mark.parametrize("what", ["file", "iris"])
def test_a_starter_takes_its_place_and_undo_brings_all_back(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "mine.layerdeck"
    document.edit("Add layers", MINE)
    document.save(path)
    before = document.project
    answer("starter")
    opened(qtbot, window, cars if what == "file" else what)
    assert document.network == made(document.project).network
    assert document.path is None, "saving must not write over the other project"
    assert document.unsaved
    window.actions_["edit.undo"].trigger()
    assert document.project == before
    assert (document.path, document.title, document.unsaved) == (path, "mine", False)


def test_cancelling_changes_nothing(qtbot: QtBot, window: MainWindow, document: Document, cars: Path) -> None:
    document.edit("Add layers", MINE)
    before = document.project
    answer("cancel")
    with qtbot.waitSignal(window.opening.ended, timeout=30_000):
        window.opening.open(cars)
    assert document.project is before
    assert document.undo_stack.count() == 1


def test_nobody_is_asked_where_nobody_made_a_network(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path
) -> None:
    for what in (cars, "iris", cars):
        opened(qtbot, window, what)
        assert document.report.problems == ()
        assert not document.unsaved


def test_settings_of_a_starter_can_be_got_back(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path
) -> None:
    opened(qtbot, window, cars)
    project = document.project
    document.edit("Set epochs", project.changed(training=project.training.changed(epochs=77)))
    opened(qtbot, window, "iris")
    window.actions_["edit.undo"].trigger()
    assert document.project.training.epochs == 77
    assert document.project.network == project.network


def test_a_template_takes_the_place_of_unsaved_work_as_a_step(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    document.edit("Add layers", MINE)
    before = document.project
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        window.opening.open_template("perceptron")
    assert document.project != before
    window.actions_["edit.undo"].trigger()
    assert document.project == before


def chosen_target(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Chooses the column to predict on the Data page, as a person does."""
    window.go("data")
    target = window.findChild(QComboBox, "data.target")
    assert target is not None
    qtbot.waitUntil(lambda: target.findText(name) >= 0, timeout=30_000)
    target.setCurrentText(name)
    target.textActivated.emit(name)
    ready(qtbot, window)


def test_an_untouched_starter_follows_its_target_within_the_same_step(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path
) -> None:
    opened(qtbot, window, cars)
    before = document.project
    assert isinstance(before.data, DataSettings)
    assert before.data.targets == ("origin",)
    chosen_target(qtbot, window, "mpg")
    assert document.report.problems == ()
    assert document.network == made(document.project).network
    assert document.undo_stack.count() == 1
    window.actions_["edit.undo"].trigger()
    assert document.project == before
    ready(qtbot, window)
    window.actions_["edit.redo"].trigger()
    ready(qtbot, window)
    assert document.report.problems == ()
    assert document.network == made(document.project).network


def test_edits_while_the_data_is_read_leave_every_step_whole(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path
) -> None:
    opened(qtbot, window, cars)
    project = document.project
    assert project.data is not None
    document.edit("Set target", project.changed(data=project.data.with_targets("mpg")))
    project = document.project
    document.edit("Set epochs", project.changed(training=project.training.changed(epochs=77)))
    ready(qtbot, window)
    assert document.project.training.epochs == 77
    window.actions_["edit.undo"].trigger()
    ready(qtbot, window)
    assert document.report.problems == ()
    assert document.project.network == made(document.project).network
    assert document.project.training == made(document.project).training


def test_a_starter_follows_the_size_of_its_pictures(qtbot: QtBot, window: MainWindow, document: Document) -> None:
    opened(qtbot, window, "digits")
    data = document.project.data
    assert isinstance(data, DataSettings)
    document.edit(
        "Set width",
        document.project.changed(data=data.with_column("picture", picture_of(data).changed(width=3, height=3))),
    )
    ready(qtbot, window)
    assert document.report.problems == ()
    assert document.network == made(document.project).network


@pytest.mark.parametrize(
    ("page", "button"), [("data", "data.suit"), ("training", "training.suit"), ("network", "inspector.suit")]
)
def test_a_changed_network_gets_one_button(
    qtbot: QtBot, window: MainWindow, document: Document, cars: Path, page: str, button: str
) -> None:
    opened(qtbot, window, cars)
    document.edit("Set units", document.network.with_values("dense", units=11))
    mine = document.network
    chosen_target(qtbot, window, "mpg")
    assert document.network == mine
    assert document.report.problems
    window.go(page)
    suit = [one for one in window.page_widget(page).findChildren(QPushButton, button) if one.isVisible()]
    assert len(suit) == 1
    count = document.undo_stack.count()
    suit[0].click()
    assert document.report.problems == ()
    assert units(document)[0] == 11
    assert not suit[0].isVisible()
    assert document.undo_stack.count() == count + 1
    window.actions_["edit.undo"].trigger()
    assert document.network == mine


def test_a_reopened_starter_follows_too(qtbot: QtBot, window: MainWindow, document: Document, tmp_path: Path) -> None:
    path = tmp_path / "iris.layerdeck"
    save(sample_project("iris"), path)
    opened(qtbot, window, path)
    ready(qtbot, window)
    document.edit("Other data", document.project.changed(data=sample_settings("diabetes")))
    ready(qtbot, window)
    assert document.report.problems == ()
    assert not analysis.report(document.project, document.facts).problems
    assert document.network == made(document.project).network
