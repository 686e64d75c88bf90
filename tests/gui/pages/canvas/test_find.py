"""The bar that finds layers, also inside blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from gui.pages.canvas.find import matches
from tests.gui.pages.canvas.driving import CTRL, SHIFT, Hands

Key = Qt.Key


def count(hands: Hands) -> str:
    label = hands.find("find.count")
    assert isinstance(label, QLabel)
    return label.text()


def test_by_title_kind_note_id_and_summary(hands: Hands) -> None:
    network = hands.document.network.with_values("dense", note="wide one", name="First")
    assert matches(network, "first") == ["dense"]
    assert matches(network, "WIDE") == ["dense"]
    assert matches(network, "dense") == ["dense", "dense_2"]
    assert matches(network, "dense softmax") == ["dense_2"]
    assert matches(network, "dense_2") == ["dense_2"]
    assert matches(network, " ") == []
    assert matches(network, "lstm") == []


def test_enter_walks_and_opens_blocks(hands: Hands) -> None:
    hands.page.edits.wiring.make_block(["dense_2"])
    hands.page.seek_layer()
    hands.type("dense")
    assert hands.chosen == ("dense",)
    assert count(hands) == "1 of 2"
    hands.key(Key.Key_Return)
    assert hands.chosen == ("block.dense_2",)
    assert hands.view.looking.opened == {"block"}
    assert count(hands) == "2 of 2"
    hands.key(Key.Key_Return)
    assert hands.chosen == ("dense",)
    hands.key(Key.Key_Return, SHIFT)
    assert hands.chosen == ("block.dense_2",)
    hands.key(Key.Key_Escape)
    assert not hands.find("find").isVisible()
    assert QApplication.focusWidget() is hands.view


def test_nothing_found_says_so_and_edits_are_followed(hands: Hands) -> None:
    hands.page.seek_layer()
    hands.type("gru")
    assert count(hands) == "nothing found"
    hands.page.find_bar.field.setText("dense")
    hands.document.edit("Remove", hands.document.network.remove(["dense_2"]))
    assert count(hands) == "1 of 1"
    hands.click("find.close")
    hands.key(Key.Key_Z, CTRL)
    assert len(hands.order) == 4
