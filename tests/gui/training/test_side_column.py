"""Nothing in the side column is ever wider than the column, and Tab goes through it from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.settings import EarlyStopping
from gui import theme
from gui.context import Context
from gui.training.groups import GROUPS
from gui.training.page import TrainingPage
from tests.gui.runs_helpers import SECONDS, find, ready, small

SIZES = {"1440x900": (1376, 810), "1024x700": (960, 610)}  # px of the window and of the page in it
MODES: tuple[theme.Mode, ...] = ("light", "dark")


@pytest.fixture(params=MODES)
def mode(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    theme.apply(qapp, request.param)
    yield
    theme.apply(qapp, "dark")


@pytest.fixture(params=SIZES)
def column(mode: None, page: TrainingPage, request: pytest.FixtureRequest) -> QScrollArea:
    page.resize(*SIZES[request.param])
    return find(page, QScrollArea, "training.side")


def open_all(page: TrainingPage) -> None:
    for group in GROUPS:
        if group.more:
            find(page, QAbstractButton, f"training.more.{group.name}").setChecked(True)


def fits(area: QScrollArea, where: str) -> None:
    QApplication.processEvents()  # rows made anew come with the next layout
    least, room = area.widget().minimumSizeHint().width(), area.viewport().width()
    assert least <= room, f"{where}: {least} px in {room}"
    assert area.widget().width() <= room, where


def fits_always(qapp: QApplication, page: TrainingPage, where: str) -> None:
    for mode in MODES:
        theme.apply(qapp, mode)
        for name, size in SIZES.items():
            page.resize(*size)
            fits(find(page, QScrollArea, "training.side"), f"{where}, {mode}, {name}")


def choices(page: TrainingPage) -> list[str]:
    names = (combo.objectName() for combo in page.findChildren(QComboBox) if combo.isVisible())
    return [name for name in names if name.startswith("training.")]


@pytest.mark.parametrize("sample", ["iris", "sums"])
def test_every_choice_of_every_setting_fits(
    qtbot: QtBot, context: Context, page: TrainingPage, column: QScrollArea, sample: str
):
    ready(qtbot, context, small(sample))
    open_all(page)
    fits(column, "open")
    for name in choices(page):
        combo = page.findChild(QComboBox, name)
        for index in range(combo.count() if combo is not None else 0):
            find(page, QComboBox, name).setCurrentIndex(index)
            fits(column, f"{name}: {index}")
            for inner in set(choices(page)) - {name}:
                if inner.startswith(f"{name}."):
                    for place in range(find(page, QComboBox, inner).count()):
                        find(page, QComboBox, inner).setCurrentIndex(place)
                        fits(column, f"{inner}: {place}")
    for box in page.findChildren(QCheckBox):
        if box.isEnabled() and box.isVisible():
            box.click()
            fits(column, box.objectName())
    for number in page.findChildren(QAbstractSpinBox):
        if number.isVisible() and isinstance(number, QSpinBox | QDoubleSpinBox):
            number.setValue(min(number.maximum(), 1e9) if isinstance(number, QDoubleSpinBox) else number.maximum())
            fits(column, number.objectName())


def test_a_fold_in_progress_fits(qtbot: QtBot, context: Context, qapp: QApplication, page: TrainingPage):
    project = small("sums", epochs=100_000)
    training = project.training.changed(early_stopping=EarlyStopping(patience=10_000))
    ready(qtbot, context, project.changed(training=training))
    context.session.cross_validate(3)
    qtbot.waitUntil(lambda: context.session.state == "running", timeout=SECONDS)
    card = find(page, QWidget, "monitor.progress")
    qtbot.waitUntil(lambda: any("ETA at most" in one.text() for one in card.findChildren(QLabel)), timeout=SECONDS)
    fits_always(qapp, page, "running")
    title = next(one for one in card.findChildren(QLabel) if one.text().startswith("Fold 1 of 3"))
    assert title.height() >= title.heightForWidth(title.width()), "all of its lines can be seen"
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    fits_always(qapp, page, "stopped")


def test_a_run_of_a_project_with_a_long_name_fits(
    qtbot: QtBot, context: Context, qapp: QApplication, page: TrainingPage
):
    ready(qtbot, context, small("circle", epochs=100_000), "a_name_that_" * 6)
    context.session.train()
    qtbot.waitUntil(lambda: context.session.state == "running", timeout=SECONDS)
    ready(qtbot, context, small("iris"), "other")
    card = find(page, QWidget, "monitor.progress")
    qtbot.waitUntil(lambda: any("a_name_that" in one.text() for one in card.findChildren(QLabel)), timeout=SECONDS)
    fits_always(qapp, page, "running")
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
