"""Every ending is told kindly, with what to press next; a run that has ended can be trained longer."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.record.events import Diverged, EarlyStopped, Ended, Failed, OutOfMemory, Stopped
from engine.runs.folder import RunFolder
from engine.settings import EarlyStopping
from gui.live.run import LiveRun
from gui.pages.training.ending import Ending
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from gui.shell.main_window import MainWindow
from tests.gui.pages.training.conftest import find
from tests.gui.runs_helpers import SECONDS, ready, small, trained

LEFT = Qt.MouseButton.LeftButton


def said(page: TrainingPage) -> QLabel:
    return find(page, QLabel, "monitor.ending")


def pressed(qtbot: QtBot, page: TrainingPage, name: str) -> None:
    """Presses a button below the ending, long after the run has ended."""
    button, ending = find(page, QPushButton, name), page.findChild(Ending)
    assert ending is not None
    qtbot.waitUntil(button.isVisible, timeout=SECONDS)
    ending.deaf.clock = lambda: math.inf
    qtbot.mouseClick(button, LEFT)


class Clock:
    """Seconds that pass where a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def lost(qtbot: QtBot, context: Context, page: TrainingPage) -> LiveRun:
    """A run with a learning rate that is far too large."""
    ready(qtbot, context, small("diabetes", epochs=200))
    combo = find(page, QComboBox, "training.optimizer")
    combo.setCurrentIndex(combo.findText("SGD"))
    find(page, QDoubleSpinBox, "training.learning_rate").setValue(100.0)
    context.session.train()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert context.session.live is not None
    qtbot.waitUntil(said(page).isVisible, timeout=SECONDS)
    return context.session.live


def ended(context: Context, event: Ended) -> Ending:
    """The part of the card alone, told of an ending that cannot be made on purpose."""
    dataset = context.loader.dataset
    assert dataset is not None
    live = LiveRun(context.document.project, dataset, context.session.root / "run")
    live.feed(event)
    ending = Ending(context.document)
    ending.show_run(live)
    return ending


def test_after_a_lost_run_one_click_sets_a_learning_rate_that_works(qtbot: QtBot, context: Context, page: TrainingPage):
    live = lost(qtbot, context, page)
    cure = find(page, QPushButton, "monitor.cure")
    assert said(page).property("look") == "danger"
    assert isinstance(live.ended, Diverged)
    assert cure.text() == f"Set learning rate to {live.ended.rate / 10:.1g}"
    assert cure.text().removeprefix("Set ") in live.ended.message, "the button does what the sentence says"
    steps = context.document.undo_stack.count()
    pressed(qtbot, page, "monitor.cure")
    assert context.document.project.training.optimizer.learning_rate == pytest.approx(live.ended.rate / 10, rel=0.1)
    assert context.document.undo_stack.count() == steps + 1
    assert not cure.isVisible(), "it is taken"
    context.document.undo_stack.undo()
    assert cure.isVisible()


def test_the_layer_that_blew_up_is_one_click_away(qtbot: QtBot, window: MainWindow):
    context = window.context
    window.go("training")
    page = window.page_widget("training")
    assert isinstance(page, TrainingPage)
    live = lost(qtbot, context, page)
    layer = getattr(live.ended, "layer", "")
    assert layer
    button = find(page, QPushButton, "monitor.show_layer")
    assert button.text() == f"Show {context.document.report.label(layer)}"
    pressed(qtbot, page, "monitor.show_layer")
    assert window.page == "network"
    assert window.network_page.selection.ids == (layer,)


def test_a_layer_that_is_gone_is_not_offered(qtbot: QtBot, context: Context, page: TrainingPage):
    live = lost(qtbot, context, page)
    assert find(page, QPushButton, "monitor.show_layer").isVisible()
    context.document.edit("Delete", context.document.network.remove([getattr(live.ended, "layer", "")]))
    assert not find(page, QPushButton, "monitor.show_layer").isVisible()


def test_a_run_that_stops_early_is_good_news(qtbot: QtBot, context: Context, page: TrainingPage):
    project = small("iris", epochs=50)
    stopping = EarlyStopping(patience=2, by=1000.0)
    told: list[str] = []
    context.session.told.connect(told.append)
    trained(qtbot, context, project.changed(training=project.training.changed(early_stopping=stopping)))
    live = context.session.live
    assert live is not None
    assert isinstance(live.ended, EarlyStopped)
    qtbot.waitUntil(said(page).isVisible, timeout=SECONDS)
    assert said(page).text() == live.ended.message
    assert said(page).property("look") == "good"
    assert told == [], "nothing is wrong"
    assert not find(page, QPushButton, "monitor.cure").isVisible()
    assert find(page, QPushButton, "monitor.longer").isVisible()


def test_out_of_memory_offers_the_batch_that_fits(qtbot: QtBot, context: Context):
    project = small("iris")
    ready(qtbot, context, project.changed(training=project.training.changed(batch_size=2048)))
    ending = ended(context, OutOfMemory(3, "A batch did not fit into memory.", 1024))
    cure = find(ending, QPushButton, "monitor.cure")
    assert cure.text() == "Set batch size to 1,024"
    cure.click()
    assert context.document.project.training.batch_size == 1024
    assert cure.isHidden()
    ending.deleteLater()


def test_what_failed_says_why_and_offers_nothing(qtbot: QtBot, context: Context):
    ready(qtbot, context, small("iris"))
    ending = ended(context, Failed(3, "The disk is full"))
    assert find(ending, QLabel, "monitor.ending").text() == "The disk is full"
    for name in ("cure", "go_on", "longer", "show_layer"):
        assert find(ending, QPushButton, f"monitor.{name}").isHidden(), name
    ending.deleteLater()


def test_a_finished_run_is_trained_longer(qtbot: QtBot, context: Context, page: TrainingPage):
    folder = trained(qtbot, context, small("iris", epochs=3))
    before = RunFolder(folder).losses()
    pressed(qtbot, page, "monitor.longer")
    dialog = find(page, QDialog, "longer")
    more = find(dialog, QSpinBox, "longer.number")
    more.setValue(2)
    assert "up to epoch 5" in find(dialog, QLabel, "longer.says").text()
    qtbot.mouseClick(find(dialog, QPushButton, "longer.train"), LEFT)
    qtbot.waitUntil(lambda: context.session.state != "idle", timeout=SECONDS)
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    live = context.session.live
    assert live is not None
    assert live.folder == folder
    assert len(live.epochs) == len(RunFolder(folder).epochs()) == 5
    assert list(RunFolder(folder).losses()[: len(before)]) == list(before)
    assert context.document.project.training.epochs == 5


def test_training_longer_can_be_given_up(qtbot: QtBot, context: Context, page: TrainingPage):
    trained(qtbot, context, small("iris", epochs=2))
    pressed(qtbot, page, "monitor.longer")
    qtbot.keyClick(find(page, QDialog, "longer"), Qt.Key.Key_Escape)
    assert context.session.state == "idle"
    assert context.document.project.training.epochs == 2


def test_a_run_that_stopped_early_is_trained_longer_by_what_the_dialog_proposes(
    qtbot: QtBot, context: Context, page: TrainingPage
):
    project = small("iris", epochs=50)
    stopping = EarlyStopping(patience=2, by=1000.0)
    folder = trained(qtbot, context, project.changed(training=project.training.changed(early_stopping=stopping)))
    run = RunFolder(folder)
    done = len(run.epochs())
    pressed(qtbot, page, "monitor.longer")
    dialog = find(page, QDialog, "longer")
    assert find(dialog, QSpinBox, "longer.number").value() == 50 - done
    qtbot.mouseClick(find(dialog, QPushButton, "longer.train"), LEFT)
    qtbot.waitUntil(lambda: context.session.state != "idle", timeout=SECONDS)
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert len(run.epochs()) == done + 2, "it waits as long as at first"


def stopped(qtbot: QtBot, context: Context, epochs: int, *, at_once: bool = False) -> LiveRun:
    ready(qtbot, context, small("circle", epochs=epochs))
    session = context.session
    session.train()
    live = session.live
    assert live is not None
    if not at_once:
        qtbot.waitUntil(lambda: live.step > 0, timeout=SECONDS)
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
    assert isinstance(live.ended, Stopped)
    return live


def test_a_stopped_run_goes_on_with_one_click(qtbot: QtBot, context: Context, page: TrainingPage):
    live = stopped(qtbot, context, 100_000)
    done, go_on = live.step, find(page, QPushButton, "monitor.go_on")
    assert live.ended is not None
    qtbot.waitUntil(go_on.isVisible, timeout=SECONDS)
    longer = find(page, QPushButton, "monitor.longer")
    assert (go_on.y(), go_on.x()) < (longer.y(), longer.x()), "the first one"
    session, ending = context.session, page.findChild(Ending)
    assert ending is not None
    now = 100.0
    ending.deaf.clock = lambda: now
    ending.deaf.begin()
    now += 0.9
    qtbot.mouseClick(go_on, LEFT)  # it was meant for what stood there
    assert session.state == "idle"
    now += 0.2
    qtbot.mouseClick(go_on, LEFT)
    assert session.state == "starting"
    assert session.live is not None
    assert session.live.folder == live.folder, "the same run"
    assert not go_on.isVisible()
    again = session.live
    qtbot.waitUntil(lambda: again.step > done, timeout=SECONDS)
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
    qtbot.waitUntil(go_on.isVisible, timeout=SECONDS)


def test_go_on_is_deaf_only_where_the_run_was_seen_before_it_ended(qtbot: QtBot, context: Context, page: TrainingPage):
    live = stopped(qtbot, context, 100_000)
    seen, opened = page.findChild(Ending), Ending(context.document)
    assert seen is not None
    qtbot.waitUntil(find(page, QPushButton, "monitor.go_on").isVisible, timeout=SECONDS)
    now = 100.0
    seen.deaf.clock = opened.deaf.clock = lambda: now
    for ending in (seen, opened):
        ending.show_run(live)
    assert not opened.deaf
    ended, live.ended = live.ended, None
    seen.show_run(live)
    live.ended = ended
    seen.show_run(live)
    assert seen.deaf
    now += 1.1
    assert not seen.deaf
    opened.deleteLater()


def test_train_longer_is_deaf_for_a_second_after_the_end(qtbot: QtBot, context: Context, page: TrainingPage):
    clock, ending = Clock(), page.findChild(Ending)
    assert ending is not None
    ending.deaf.clock = clock
    trained(qtbot, context, small("iris", epochs=2))
    longer = find(page, QPushButton, "monitor.longer")
    qtbot.waitUntil(longer.isVisible, timeout=SECONDS)
    for later in (0.0, 0.9):
        clock.seconds = 100.0 + later
        qtbot.mouseClick(longer, LEFT)  # it was meant for what stood there
        assert page.findChild(QDialog, "longer") is None, later
    clock.seconds += 0.2
    qtbot.mouseClick(longer, LEFT)
    qtbot.keyClick(find(page, QDialog, "longer"), Qt.Key.Key_Escape)


def test_a_cure_is_deaf_for_a_second_after_the_end(qtbot: QtBot, context: Context, page: TrainingPage):
    clock, ending = Clock(), page.findChild(Ending)
    assert ending is not None
    ending.deaf.clock = clock
    lost(qtbot, context, page)
    cure = find(page, QPushButton, "monitor.cure")
    qtbot.waitUntil(cure.isVisible, timeout=SECONDS)
    before = context.document.project
    qtbot.mouseClick(cure, LEFT)
    assert context.document.project == before
    clock.seconds += 1.1
    qtbot.mouseClick(cure, LEFT)
    assert context.document.project != before


def test_a_run_stopped_before_its_first_step_is_not_trained_longer(qtbot: QtBot, context: Context, page: TrainingPage):
    live = stopped(qtbot, context, 6, at_once=True)
    assert live.step == 0
    qtbot.waitUntil(said(page).isVisible, timeout=SECONDS)
    assert not find(page, QPushButton, "monitor.longer").isVisible()
    assert find(page, QPushButton, "monitor.go_on").isVisible() == RunFolder(live.folder).trained
    page.ask_longer()  # by the menu
    dialog = find(page, QDialog, "longer")
    assert find(dialog, QSpinBox, "longer.number").value() == 6, "what it was begun for"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_finished_run_does_not_go_on(qtbot: QtBot, context: Context, page: TrainingPage):
    trained(qtbot, context, small("iris", epochs=2))
    qtbot.waitUntil(find(page, QPushButton, "monitor.longer").isVisible, timeout=SECONDS)
    assert not find(page, QPushButton, "monitor.go_on").isVisible()


def test_a_run_that_goes_on_takes_the_earlier_message_along(qtbot: QtBot, window: MainWindow):
    window.go("training")
    page = window.page_widget("training")
    assert isinstance(page, TrainingPage)
    stopped(qtbot, window.context, 100_000)
    window.context.session.told.emit("The disk is full")
    assert window.banner.isVisible()
    pressed(qtbot, page, "monitor.go_on")
    assert window.context.session.state == "starting"
    assert not window.banner.isVisible()
    assert window.focusWidget() is page, "no other button wears the ring"
    window.context.session.stop()
    qtbot.waitUntil(lambda: window.context.session.state == "idle", timeout=SECONDS)
