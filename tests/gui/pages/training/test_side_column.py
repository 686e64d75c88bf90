"""Nothing in the side column is ever wider than the column, and Tab goes through it from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
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

from engine.choices.augmentations import AUGMENTATIONS, Augmentation, Flip, Mixup, Rotate
from engine.settings import EarlyStopping
from gui.kit import theme
from gui.pages.training.groups import GROUPS
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.runs_helpers import SECONDS, find, ready, small

SIZES = {"1440x900": (1376, 810), "1024x700": (960, 610)}  # px of the window and of the page in it
WITH_ROWS = {"training.loss": 2, "training.optimizer": 1, "training.clipping": 1, "training.schedule": 1}
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


def tabbed(qtbot: QtBot, page: TrainingPage, key: Qt.Key) -> list[QWidget]:
    """Who gets the keyboard in the settings, one press after another, from the first to the last of them."""
    area = find(page, QScrollArea, "training.side")
    tabs = Qt.FocusPolicy.TabFocus
    controls = (one for one in area.findChildren(QWidget) if one.focusPolicy() & tabs and not one.focusProxy())
    inside = [one for one in controls if one.isVisible() and one.isEnabled()]
    first = min(inside, key=place) if key == Qt.Key.Key_Tab else max(inside, key=place)
    first.setFocus()
    seen: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and area.isAncestorOf(now) and now not in (*seen, area):
        seen.append(now)
        qtbot.keyClick(now, key)
    assert set(seen) == set(inside)
    return seen


def column_of(widget: QWidget) -> QWidget:
    return find(widget.window(), QScrollArea, "training.side").widget()


def place(widget: QWidget) -> tuple[int, int]:
    """Row and column, of its middle: those of one row may differ by a few pixels in height."""
    middle = widget.mapTo(column_of(widget), widget.rect().center())
    return round(middle.y() / 8), middle.x()


def test_tab_goes_from_top_to_bottom(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow, timeout=SECONDS)
    open_all(page)
    for name, index in WITH_ROWS.items():
        combo = find(page, QComboBox, name)
        for wanted in (index, 0, index):  # rows come, go, and come again
            combo.setCurrentIndex(wanted)
            QApplication.processEvents()
            seen = tabbed(qtbot, page, Qt.Key.Key_Tab)
            assert [place(one) for one in seen] == sorted(place(one) for one in seen), name
            assert tabbed(qtbot, page, Qt.Key.Key_Backtab) == seen[::-1]
    names = [one.objectName() for one in seen]
    at = names.index("training.clipping")
    assert names[at + 1 : at + 3] == ["training.clipping.limit", "training.averaging"]


def with_augmentations(context: Context, *kinds: type[Augmentation]) -> None:
    project = context.document.project
    augment = [kind.model_validate({}) for kind in kinds]
    context.document.edit("augment", project.changed(training=project.training.changed(augment=augment)))


def test_every_augmentation_fits_with_what_is_said_of_it(
    qtbot: QtBot, context: Context, qapp: QApplication, page: TrainingPage
):
    for sample in ("iris", "digits"):
        ready(qtbot, context, small(sample))
        with_augmentations(context, *AUGMENTATIONS)
        assert [one for one in page.findChildren(QLabel) if one.objectName().endswith(".says") and one.isVisible()]
        fits_always(qapp, page, sample)


def test_tab_goes_through_augmentations_from_top_to_bottom(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("digits"))
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow, timeout=SECONDS)
    for kinds in ((Rotate,), (Flip, Rotate, Mixup), (Flip, Mixup)):
        with_augmentations(context, *kinds)
        QApplication.processEvents()
        seen = tabbed(qtbot, page, Qt.Key.Key_Tab)
        assert [place(one) for one in seen] == sorted(place(one) for one in seen)
    names = [one.objectName() for one in seen]
    at = names.index("training.augment.flip.remove")
    assert names[at + 1 : at + 4] == [
        "training.augment.flip.left_right",
        "training.augment.flip.up_down",
        "training.augment.mixup.remove",
    ]
