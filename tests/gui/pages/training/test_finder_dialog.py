"""The learning-rate finder: drawn while it runs, picked from by mouse and keys, one edit, cancelled at once."""

from __future__ import annotations

import math
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.optimizers import Sgd
from gui.kit.forms.numbers import compact
from gui.kit.marks import Mark, Marks
from gui.pages.training.finder import FinderDialog, RateCurve
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.drawn import points_of
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import SECONDS, ready, small

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def begun(qtbot: QtBot, context: Context, page: TrainingPage) -> FinderDialog:
    ready(qtbot, context, small("circle"))
    qtbot.mouseClick(find(page, QPushButton, "training.find_rate"), LEFT)
    dialog = find(page, FinderDialog, "finder")
    assert dialog.isVisible()
    return dialog


def found(qtbot: QtBot, context: Context, page: TrainingPage) -> FinderDialog:
    dialog = begun(qtbot, context, page)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=SECONDS)
    qtbot.waitUntil(lambda: len(points_of(dialog.chart, "smoothed")[0]) == len(dialog._tried), timeout=SECONDS)
    assert len(dialog._tried) > 20
    return dialog


def test_the_suggestion_is_one_click_and_one_step_of_undo(qtbot: QtBot, context: Context, page: TrainingPage):
    dialog = found(qtbot, context, page)
    x, y = points_of(dialog.chart, "smoothed")
    assert len(x) == len(y) > 20
    (mark,) = dialog.marks.shown
    assert mark.short.startswith("suggested")
    rate = find(dialog, QDoubleSpinBox, "finder.rate").value()
    assert mark.x == pytest.approx(math.log10(rate))
    assert str(rate) in find(dialog, QLabel, "finder.says").text()
    use = find(dialog, QPushButton, "finder.use")
    assert use.text() == f"Use {rate:g}"
    assert dialog.focusWidget() is use, "Return takes it"
    qtbot.mouseClick(use, LEFT)
    assert not dialog.isVisible()
    assert context.document.project.training.optimizer.learning_rate == rate
    assert context.document.undo_stack.count() == 1
    assert find(page, QDoubleSpinBox, "training.learning_rate").value() == rate


def test_a_click_on_the_curve_picks_a_rate_and_arrows_go_on(qtbot: QtBot, context: Context, page: TrainingPage):
    dialog = found(qtbot, context, page)
    curve, rate = find(dialog, RateCurve, "finder.curve"), find(dialog, QDoubleSpinBox, "finder.rate")
    box = curve.plot.getPlotItem().getViewBox()
    place = box.sceneBoundingRect().center().toPoint()
    qtbot.mouseClick(curve.plot.viewport(), LEFT, pos=place)
    low, high = box.viewRange()[0]
    assert math.log10(rate.value()) == pytest.approx((low + high) / 2, abs=0.1)
    assert [mark.short for mark in dialog.marks.shown if not mark.dashed] == [compact(rate.value())]
    before = rate.value()
    qtbot.keyClick(curve, Key.Key_Right)
    assert rate.value() == pytest.approx(before * 10 ** (1 / 20), rel=0.06)
    qtbot.keyClick(curve, Key.Key_Left)
    qtbot.keyClick(curve, Key.Key_Left)
    assert rate.value() < before
    picked = rate.value()
    qtbot.mouseClick(find(dialog, QPushButton, "finder.use"), LEFT)
    assert context.document.project.training.optimizer.learning_rate == picked


@pytest.mark.parametrize("place", ["finder.use", "finder.rate", "finder.curve"])
def test_return_takes_the_rate_from_wherever_the_keys_go(
    qtbot: QtBot, context: Context, page: TrainingPage, place: str
):
    dialog = found(qtbot, context, page)
    widget = find(dialog, QWidget, place)
    widget.setFocus()
    rate = find(dialog, QDoubleSpinBox, "finder.rate")
    if place == "finder.rate":
        rate.selectAll()
        qtbot.keyClicks(rate, "0.02")
    qtbot.keyClick(widget, Key.Key_Return)
    assert not dialog.isVisible()
    assert context.document.project.training.optimizer.learning_rate == rate.value()
    assert (rate.value() == 0.02) == (place == "finder.rate")
    assert context.document.undo_stack.count() == 1


def test_a_rate_is_called_careful_only_where_it_is_smaller(qtbot: QtBot, context: Context, page: TrainingPage):
    dialog = find(page, FinderDialog, "finder")
    assert "0.0053; 0.001 is more careful" in dialog._sentence(0.0053, 0.001)
    assert "0.0053; 0.0081 is bolder" in dialog._sentence(0.0053, 0.0081)
    assert dialog._sentence(0.0053, 0.0053).startswith("The loss falls fastest at 0.0053. ")


def test_cancelled_it_ends_at_once_and_changes_nothing(qtbot: QtBot, context: Context, page: TrainingPage):
    dialog = begun(qtbot, context, page)
    qtbot.waitUntil(lambda: len(points_of(dialog.chart, "smoothed")[0]) > 2 or not dialog.busy, timeout=SECONDS)
    jobs = [thread for thread in threading.enumerate() if thread.name == "layerdeck-job"]
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: not any(job.is_alive() for job in jobs), timeout=SECONDS)
    assert context.document.undo_stack.count() == 0


def test_a_second_search_begins_anew(qtbot: QtBot, context: Context, page: TrainingPage):
    dialog = found(qtbot, context, page)
    dialog.reject()
    qtbot.mouseClick(find(page, QPushButton, "training.find_rate"), LEFT)
    assert dialog.busy
    assert not dialog.marks.shown
    assert not find(dialog, QPushButton, "finder.use").isEnabled()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=SECONDS)
    assert find(dialog, QPushButton, "finder.use").isEnabled()
    dialog.reject()


def test_it_waits_for_data_and_says_so(qtbot: QtBot, context: Context, page: TrainingPage):
    button = find(page, QPushButton, "training.find_rate")
    assert not button.isEnabled()
    assert button.toolTip() == context.session.obstacle()
    ready(qtbot, context, small("circle"))
    assert button.isEnabled()
    assert button.accessibleName()


def test_another_optimizer_keeps_the_button(qtbot: QtBot, context: Context, page: TrainingPage):
    ready(qtbot, context, small("circle"))
    training = context.document.project.training
    context.document.edit("Sgd", context.document.project.changed(training=training.changed(optimizer=Sgd())))
    button = find(page, QPushButton, "training.find_rate")
    qtbot.waitUntil(button.isVisible, timeout=2000)
    assert button.isEnabled()


def test_marks_show_as_many_labels_as_there_is_room_for(qtbot: QtBot):
    curve = RateCurve()
    qtbot.addWidget(curve)
    curve.resize(600, 300)
    curve.show()
    curve.plot.getPlotItem().getViewBox().setRange(xRange=(0.0, 100.0), yRange=(0.0, 1.0), padding=0.0)
    marks = Marks(curve)
    marks.show(
        [Mark(10.0, "first", "first"), Mark(50.0, "a", "second"), Mark(50.5, "b", "third"), Mark(51, "c", "4th")]
    )
    assert [label.isVisible() for _, label in marks._lines] == [True, False, True, True]
    near = marks.at(10.2)
    assert near is not None
    assert near.words == "first"
    assert marks.at(30.0) is None
    marks.show([Mark(20.0, "one", "one")])
    assert [line.isVisible() for line, _ in marks._lines] == [True, False, False, False]
