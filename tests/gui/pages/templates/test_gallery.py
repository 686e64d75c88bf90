"""The gallery: every template is a card that draws its own network; a press opens it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.sources import propose
from engine.project import Project
from engine.templates.gallery import TEMPLATES
from gui.pages.templates.drawing import Drawing
from gui.pages.templates.page import TemplatesPage
from gui.pages.templates.previews import Own, preview
from gui.shell.main_window import MainWindow
from tests.engine.data.helpers import birds, pictures

LEFT = Qt.MouseButton.LeftButton


def own(path: Path) -> Own:
    settings = propose(path)
    return Own(settings, load(settings, Ticket()).facts)


@pytest.fixture
def gallery(qtbot: QtBot, window: MainWindow) -> TemplatesPage:
    window.actions_["file.template"].trigger()
    page = window.page_widget("templates")
    assert isinstance(page, TemplatesPage)
    qtbot.waitUntil(lambda: all(card.preview for card in page.cards.values()), timeout=30_000)
    return page


def test_every_template_is_drawn_and_says_what_it_is(gallery: TemplatesPage) -> None:
    assert set(gallery.cards) == set(TEMPLATES)
    for name, card in gallery.cards.items():
        template = TEMPLATES[name]
        assert card.objectName() == f"templates.{name}"
        assert card.accessibleName() == template.title
        assert template.paper in card.accessibleDescription()
        assert "parameters" in card.accessibleDescription()
        assert card.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_press_opens_it_on_its_sample(qtbot: QtBot, window: MainWindow, gallery: TemplatesPage) -> None:
    card = gallery.cards["lenet"]
    gallery.ensureWidgetVisible(card)
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        qtbot.mouseClick(card, LEFT, pos=QPoint(20, 20))
    assert window.page == "network"
    assert window.context.document.project == TEMPLATES["lenet"].sample_project()
    assert window.context.document.title == "LeNet"
    assert not window.context.document.unsaved


def test_the_keyboard_is_enough(qtbot: QtBot, window: MainWindow, gallery: TemplatesPage) -> None:
    gallery.cards["mlp"].setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        QTest.keyClick(gallery.cards["mlp"], Qt.Key.Key_Space)
    assert window.context.document.title == TEMPLATES["mlp"].title


def test_unsaved_work_can_be_got_back(qtbot: QtBot, window: MainWindow, gallery: TemplatesPage) -> None:
    document = window.context.document
    document.edit("Say more", document.project.changed(about="mine"))
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        gallery.cards["mlp"].click()
    assert document.project.about != "mine"
    document.undo_stack.undo()
    assert document.project.about == "mine"


def test_it_is_built_for_data_that_is_open_where_it_suits(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        window.opening.open(birds(tmp_path))
    document = window.context.document
    qtbot.waitUntil(lambda: document.facts is not None, timeout=20_000)
    before = document.project
    window.go("templates")
    page = window.page_widget("templates")
    assert isinstance(page, TemplatesPage)
    qtbot.waitUntil(lambda: all(card.preview for card in page.cards.values()), timeout=30_000)
    assert page.own.isVisible()
    assert "birds" in page.own.text()
    assert page.cards["mlp"].preview is not None
    assert page.cards["mlp"].preview.own
    assert not any(card.preview.own for name, card in page.cards.items() if name == "lenet" and card.preview)
    page.cards["mlp"].click()
    assert window.page == "network"
    assert document.project.data == before.data
    assert document.report.problems == ()
    assert document.facts is not None
    assert document.network.middle[-1].units == document.facts.target.size
    document.undo_stack.undo()
    assert document.project == before


def test_without_the_tick_it_comes_with_its_sample(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        window.opening.open(birds(tmp_path))
    qtbot.waitUntil(lambda: window.context.document.facts is not None, timeout=20_000)
    window.go("templates")
    page = window.page_widget("templates")
    assert isinstance(page, TemplatesPage)
    page.own.click()
    card = page.cards["mlp"]
    qtbot.waitUntil(lambda: card.preview is not None and not card.preview.own, timeout=30_000)
    with qtbot.waitSignal(window.opening.opened, timeout=30_000):
        card.click()
    assert window.context.document.project.data == TEMPLATES["mlp"].sample()


def test_start_page_and_empty_canvas_lead_here(window: MainWindow) -> None:
    for page, name in (("start", "start.templates"), ("network", "canvas.templates")):
        window.go(page)
        button = window.findChild(QPushButton, name)
        assert button is not None
        assert button.isVisible()
        button.click()
        assert window.page == "templates"


def test_the_canvas_invites_only_while_it_is_empty(window: MainWindow) -> None:
    window.go("network")
    button = window.network_page.invitation
    assert button.isVisible()
    window.context.document.open(TEMPLATES["mlp"].sample_project(), None, "mlp")
    assert not button.isVisible()
    window.context.document.open(Project(), None, "none")
    assert button.isVisible()


def test_pictures_are_of_the_network_itself(tmp_path: Path) -> None:
    unet = preview(TEMPLATES["unet"], None).sketch
    assert len(unet.arcs) == 2
    text_cnn = preview(TEMPLATES["text_cnn"], None).sketch
    assert max(bar.slots for bar in text_cnn.bars) == 3
    resnet = preview(TEMPLATES["resnet18"], own(pictures(tmp_path))).sketch
    assert sum(bar.family == "join" for bar in resnet.bars) == 8
    assert len({begin for begin, _ in resnet.arcs}) == 8
    both = preview(TEMPLATES["both"], None).sketch
    first, last = 0, max(bar.column for bar in both.bars)
    assert [sum(bar.column == column for bar in both.bars) for column in (first, last)] == [2, 2]
    hourglass = [bar.height for bar in preview(TEMPLATES["autoencoder"], None).sketch.bars]
    assert hourglass[0] == hourglass[-1] == max(hourglass)
    assert min(hourglass) == hourglass[4]


def test_a_drawing_paints_what_it_shows(qtbot: QtBot) -> None:
    drawing = Drawing()
    qtbot.addWidget(drawing)
    drawing.resize(240, 116)
    drawing.show()
    empty = drawing.grab().toImage()
    sketch = preview(TEMPLATES["perceptron"], None).sketch
    drawing.show_sketch(sketch)
    QApplication.processEvents()
    shown = drawing.grab().toImage()
    assert shown != empty
    drawing.show_sketch(replace(sketch, arcs=((0, 2),)))
    assert drawing.grab().toImage() != shown
