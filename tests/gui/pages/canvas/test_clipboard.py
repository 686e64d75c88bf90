"""Layers are cut, copied and pasted as text: here, into blocks, and between windows."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engine.network import Network
from gui.document import Document
from gui.shared.context import Context
from tests.gui.pages.canvas.driving import CTRL, SHIFT, Hands, shown

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


def test_copy_and_paste_below_the_chosen_one(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_C, CTRL)
    assert json.loads(QGuiApplication.clipboard().text())["layers"][0]["units"] == 8
    hands.click(hands.card("dense_2"))
    hands.key(Key.Key_V, CTRL)
    assert hands.order == ["input", "dense", "dense_2", "dense_3", "output"]
    assert hands.chosen == ("dense_3",)
    assert hands.document.undo_stack.undoText() == "Paste Dense"
    assert hands.document.undo_stack.count() == 1


def test_cut_is_one_step_and_names_it(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.click(hands.card("dense_2"), SHIFT)
    hands.key(Key.Key_X, CTRL)
    assert hands.order == ["input", "output"]
    assert hands.document.undo_stack.undoText() == "Cut 2 layers"
    hands.key(Key.Key_V, CTRL)
    assert hands.order == ["input", "dense", "dense_2", "output"]
    assert hands.document.network.layer("dense_2").units == 3


def test_paste_into_an_open_block(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_C, CTRL)
    hands.key(Key.Key_G, CTRL)
    hands.key(Key.Key_Right)  # opens the block
    hands.key(Key.Key_Down)
    assert hands.chosen == ("block.dense",)
    hands.key(Key.Key_V, CTRL)
    block = hands.document.network.layer("block")
    assert [layer.id for layer in block.layers] == ["dense", "dense_2"]
    assert hands.chosen == ("block.dense_2",)


def test_paste_into_another_window(hands: Hands, context: Context) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_C, CTRL)
    other = Document()
    other.open(context.document.project.changed(network=Network()), None, "other")
    with shown(dataclasses.replace(context, document=other)) as there:
        there.click(there.card("input"))
        there.key(Key.Key_V, CTRL)
        assert there.order == ["input", "dense", "output"]
    assert hands.order == ["input", "dense", "dense_2", "output"]


def test_text_that_is_no_layers_is_refused_in_words(hands: Hands) -> None:
    QGuiApplication.clipboard().setText("hello")
    hands.click(hands.card("dense"))
    hands.key(Key.Key_V, CTRL)
    assert hands.order == ["input", "dense", "dense_2", "output"]
    assert "holds no layers" in hands.page.middle.notice.text()
    hands.click("canvas.notice")


def test_nothing_is_copied_of_the_ends(hands: Hands) -> None:
    hands.click(hands.card("input"))
    hands.key(Key.Key_C, CTRL)
    assert not QGuiApplication.clipboard().text()
    hands.key(Key.Key_X, CTRL)
    assert len(hands.order) == 4
