from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.clipping import ClipNorm
from engine.choices.optimizers import OPTIMIZERS
from engine.settings import EarlyStopping, TrainingSettings
from gui.kit.forms import described
from gui.pages.training.groups import GROUPS
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import put_away, ready, small

MORE = [group.name for group in GROUPS if group.more]


def unfold(qtbot: QtBot, page: TrainingPage, *groups: str) -> None:
    for name in groups:
        qtbot.mouseClick(find(page, QPushButton, f"training.more.{name}"), Qt.MouseButton.LeftButton)


def test_every_setting_of_a_training_can_be_reached(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    unfold(qtbot, page, *MORE)
    fields = TrainingSettings.model_fields.keys() - {"heads"}  # those are named after their targets
    assert {spec.name for spec in described(TrainingSettings)} <= fields
    for name in fields:
        editor = find(page, QWidget, f"training.{name}")
        assert editor.isVisible(), name
        assert editor.accessibleName(), name
    for spec in described(EarlyStopping):
        assert find(page, QWidget, f"training.early_stopping.{spec.name}").isVisible(), spec.name


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_setting_of_an_optimizer_can_be_reached(
    qtbot: QtBot, context: Context, page: TrainingPage, kind: type[TrainingSettings]
):
    ready(qtbot, context, small("iris"))
    unfold(qtbot, page, "optimizer")
    find(page, QComboBox, "training.optimizer").setCurrentIndex(OPTIMIZERS.index(kind))
    for spec in described(kind):
        name = "training.learning_rate" if spec.name == "learning_rate" else f"training.optimizer.{spec.name}"
        qtbot.waitUntil(find(page, QWidget, name).isVisible, timeout=2000)  # rows made anew come with the next layout


def test_what_most_people_never_touch_is_folded_away(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    for name in ("epochs", "batch_size", "loss", "optimizer", "learning_rate", "device"):
        assert find(page, QWidget, f"training.{name}").isVisible(), name
    for name in ("early_stopping.patience", "clipping", "averaging", "class_weights", "precision", "optimizer.beta1"):
        assert not find(page, QWidget, f"training.{name}").isVisible(), name


def test_a_fold_says_how_much_in_it_is_changed(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    unfold(qtbot, page, "length", "optimizer")
    find(page, QSpinBox, "training.early_stopping.patience").setValue(4)
    find(page, QDoubleSpinBox, "training.optimizer.beta1").setValue(0.8)
    find(page, QCheckBox, "training.spare_norms").click()
    assert find(page, QPushButton, "training.more.length").text() == "More · 1 changed"
    assert find(page, QPushButton, "training.more.optimizer").text() == "More · 2 changed"
    assert find(page, QPushButton, "training.more.loss").text() == "More"


def test_new_settings_are_edits_of_the_document(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    unfold(qtbot, page, *MORE)
    find(page, QSpinBox, "training.early_stopping.patience").setValue(4)
    find(page, QCheckBox, "training.early_stopping.restore_best").click()
    find(page, QComboBox, "training.clipping").setCurrentIndex(1)
    find(page, QDoubleSpinBox, "training.clipping.limit").setValue(2.0)
    find(page, QSpinBox, "training.accumulate").setValue(3)
    find(page, QSpinBox, "training.keep_snapshots").setValue(9)
    find(page, QComboBox, "training.sampling").setCurrentIndex(1)
    find(page, QDoubleSpinBox, "training.averaging").setValue(0.99)
    training = context.document.project.training
    assert training.early_stopping == EarlyStopping(patience=4, restore_best=True)
    assert training.clipping == ClipNorm(limit=2.0)
    assert (training.accumulate, training.sampling, training.averaging) == (3, "balanced", 0.99)
    assert training.keep_snapshots == 9
    context.document.undo_stack.undo()
    assert find(page, QDoubleSpinBox, "training.averaging").value() == 0.0


def test_an_open_fold_is_open_the_next_time(qtbot: QtBot, context: Context, page: TrainingPage):
    unfold(qtbot, page, "length", "machine")
    unfold(qtbot, page, "machine")
    other = TrainingPage(context)
    other.show()
    assert find(other, QPushButton, "training.more.length").isChecked()
    assert find(other, QWidget, "training.accumulate").isVisible()
    assert not find(other, QPushButton, "training.more.machine").isChecked()
    put_away(qtbot, other, lambda: True)


def test_one_batch_is_not_batches(qtbot: QtBot, page: TrainingPage):
    batches = find(page, QSpinBox, "training.accumulate")
    batches.setValue(1)
    assert batches.text() == "1 batch"
    batches.lineEdit().setSelection(0, 1)
    qtbot.keyClicks(batches, "12")
    assert (batches.text(), batches.value()) == ("12 batches", 12)


def test_what_is_off_reads_off(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("iris"))
    unfold(qtbot, page, "length", "optimizer")
    patience = find(page, QSpinBox, "training.early_stopping.patience")
    averaging = find(page, QDoubleSpinBox, "training.averaging")
    assert (patience.text(), averaging.text()) == ("off", "off")
    for typed, texts, values in (
        (("5", "0.9"), ("5 epochs", "0.9"), (5, 0.9)),
        (("0", "off"), ("off", "off"), (0, 0.0)),
    ):
        for editor, text in zip((patience, averaging), typed, strict=True):
            editor.selectAll()
            qtbot.keyClicks(editor, text)
            qtbot.keyClick(editor, Qt.Key.Key_Return)
        assert (patience.text(), averaging.text()) == texts
        training = context.document.project.training
        assert (training.early_stopping.patience, training.averaging) == values
