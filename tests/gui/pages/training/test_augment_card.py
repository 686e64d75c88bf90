"""The card Augmentation: rows out of the settings, what does not suit, and the wall."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.augmentations import AUGMENTATIONS, CutMix, Flip, Mixup, Rotate, Shift
from gui.kit.elided import Elided
from gui.kit.forms import described
from gui.pages.training.augment_card import AugmentCard
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import SECONDS, press, ready, small


def card(page: TrainingPage) -> AugmentCard:
    return page.findChildren(AugmentCard)[0]


def menu(page: TrainingPage) -> dict[str, QAction]:
    """What Add offers, by kind."""
    made = find(page, QPushButton, "training.augment").menu()
    assert isinstance(made, QMenu)
    made.aboutToShow.emit()
    return {action.objectName().rpartition(".")[2]: action for action in made.actions()}


def augment(context: Context):
    return context.document.project.training.augment


def pictures(page: TrainingPage) -> list[QLabel]:
    return find(page, QWidget, "training.wall").findChildren(QLabel)


def settled(qtbot: QtBot, page: TrainingPage) -> None:
    qtbot.waitUntil(lambda: not card(page).wall.busy, timeout=SECONDS)


def pixels(page: TrainingPage) -> list[bytes]:
    return [bytes(label.pixmap().toImage().constBits()) for label in pictures(page)]


def test_one_is_added_set_and_taken_out_and_all_of_it_can_be_undone(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("digits"))
    menu(page)["rotate"].trigger()
    menu(page)["flip"].trigger()
    assert augment(context) == (Flip(), Rotate()), "in the order of the table"
    assert {"rotate", "flip"}.isdisjoint(menu(page))
    find(page, QDoubleSpinBox, "training.augment.rotate.angle").setValue(25.0)
    assert augment(context) == (Flip(), Rotate(angle=25.0))
    press(qtbot, page, "training.augment.flip.remove")
    assert augment(context) == (Rotate(angle=25.0),)
    assert page.findChild(QWidget, "training.augment.flip") is None
    for expected in ((Flip(), Rotate(angle=25.0)), (Flip(), Rotate()), (Rotate(),), ()):
        context.document.undo_stack.undo()
        assert augment(context) == expected
    assert page.findChild(QWidget, "training.augment.rotate") is None


def test_every_setting_of_every_kind_has_an_editor_with_a_name(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("digits"))
    project = context.document.project
    each = [kind() for kind in AUGMENTATIONS]
    context.document.edit("all", project.changed(training=project.training.changed(augment=each)))
    for kind in each:
        assert described(type(kind)), kind
        for spec in described(type(kind)):
            editor = find(page, QWidget, f"training.augment.{kind.kind}.{spec.name}")
            assert editor.accessibleName() == spec.title
            assert editor.toolTip()
    assert menu(page) == {}
    assert not find(page, QPushButton, "training.augment").isEnabled()


def test_what_the_data_has_nothing_for_is_greyed_and_says_why(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    found = menu(page)
    assert [kind for kind, action in found.items() if action.isEnabled()] == ["noise", "mixup"]
    assert found["flip"].toolTip() == "It is for pictures"


@pytest.mark.parametrize(("name", "says"), [("iris", "sepal"), ("reviews", ": the ")])
def test_rows_and_texts_are_lines(qtbot: QtBot, context: Context, page: TrainingPage, name: str, says: str):
    ready(qtbot, context, small(name))
    settled(qtbot, page)
    lines = find(page, QWidget, "training.wall").findChildren(Elided)
    assert len(lines) == 8
    assert any(says in line.whole for line in lines)


def test_what_does_not_suit_is_said_in_place_and_cured_there(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    project = context.document.project
    context.document.edit("two", project.changed(training=project.training.changed(augment=[Shift(), CutMix()])))
    said = find(page, QLabel, "training.augment.shift.says")
    assert said.isVisible()
    assert said.text() == "Shift does nothing here: it is for pictures, and the data is numbers"
    assert find(page, QLabel, "training.augment.cutmix.says").text().startswith("CutMix cuts a piece out")
    qtbot.waitUntil(find(page, QPushButton, "training.augment.cutmix.fix.0").isVisible, timeout=SECONDS)
    press(qtbot, page, "training.augment.cutmix.fix.0")
    assert augment(context) == (Shift(),)
    qtbot.waitUntil(find(page, QPushButton, "training.augment.shift.fix.0").isVisible, timeout=SECONDS)
    press(qtbot, page, "training.augment.shift.fix.0")
    assert augment(context) == ()


def test_nonsense_is_refused_where_it_was_typed(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("digits"))
    menu(page)["mixup"].trigger()
    box = find(page, QDoubleSpinBox, "training.augment.mixup.alpha")
    qtbot.waitUntil(box.isVisible, timeout=SECONDS)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert augment(context) == (Mixup(),)
    assert find(page, QLabel, "training.augment.mixup.alpha.error").isVisible()


def test_the_wall_shows_a_batch_and_another_after_refresh(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("digits"))
    settled(qtbot, page)
    first = pixels(page)
    assert len(first) == 20
    names = [label.accessibleName() for label in pictures(page)]
    assert context.document.facts is not None
    assert set(names) <= set(context.document.facts.target.classes)
    menu(page)["shift"].trigger()
    settled(qtbot, page)
    shifted = pixels(page)
    assert [label.accessibleName() for label in pictures(page)] == names, "the same examples"
    assert shifted != first
    press(qtbot, page, "training.wall.refresh")
    settled(qtbot, page)
    assert pixels(page) != shifted
    context.document.undo_stack.undo()
    press(qtbot, page, "training.wall.refresh")
    settled(qtbot, page)
    assert len(pictures(page)) == 20


@pytest.mark.parametrize("name", ["epochs", "optimizer"])
def test_an_edit_that_changes_no_picture_makes_no_wall(qtbot: QtBot, context: Context, page: TrainingPage, name: str):
    ready(qtbot, context, small("digits"))
    settled(qtbot, page)
    values = {"epochs": {"epochs": 9}, "optimizer": {"optimizer": {"kind": "sgd"}}}[name]
    project = context.document.project
    context.document.edit("other", project.changed(training=project.training.changed(**values)))
    assert not card(page).wall.busy


def test_while_a_run_goes_on_it_is_not_there(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris", epochs=2))
    assert card(page).isVisible()
    context.session.train()
    assert not card(page).isVisible()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert card(page).isVisible()
