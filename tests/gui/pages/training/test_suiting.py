"""What says nothing of a target is greyed on the settings card, and says why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.runs_helpers import find, put_away, ready, small


def test_top_five_of_two_classes_and_class_weights_of_a_number_are_greyed(qtbot: QtBot, context: Context):
    page = TrainingPage(context)
    ready(qtbot, context, small("circle"))
    assert not find(page, QWidget, "training.metrics.top5").isEnabled()
    assert "more than 5 classes" in find(page, QWidget, "training.metrics.top5").toolTip()
    assert find(page, QWidget, "training.class_weights").isEnabled()
    ready(qtbot, context, small("digits"))
    assert find(page, QWidget, "training.metrics.top5").isEnabled()
    ready(qtbot, context, small("diabetes"))
    for name in ("class_weights", "sampling"):
        assert not find(page, QWidget, f"training.{name}").isEnabled()
        assert find(page, QWidget, f"training.{name}").toolTip() == "Needs classes, but the target is a number"
    put_away(qtbot, page, lambda: True)
