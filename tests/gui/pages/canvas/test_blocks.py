"""Blocks are made of chosen layers by mouse, and taken apart again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.layers import Block
from gui.kit.theme import tokens
from tests.gui.pages.canvas.driving import CTRL, SHIFT, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def block(hands: Hands, block_id: str = "block") -> Block:
    found = hands.document.network.layer(block_id)
    assert isinstance(found, Block)
    return found


def test_make_block_of_neighbours_and_ungroup(hands: Hands) -> None:
    bar = hands.find("canvas.chosen")
    assert not bar.isVisible()
    hands.click(hands.card("dense"))
    assert not bar.isVisible()
    hands.click(hands.card("dense_2"), SHIFT)
    assert bar.isVisible()
    hands.click("canvas.make_block")
    assert hands.order == ["input", "block", "output"]
    assert [layer.id for layer in block(hands).layers] == ["dense", "dense_2"]
    assert hands.chosen == ("block",)
    assert hands.document.report.parameters == 40 + 27
    hands.click("canvas.ungroup")
    assert hands.order == ["input", "dense", "dense_2", "output"]
    assert hands.chosen == ("dense", "dense_2")
    hands.view.setFocus()
    hands.key(Key.Key_Z, CTRL)
    hands.key(Key.Key_Z, CTRL)
    assert hands.document.undo_stack.index() == 0


def test_the_card_of_a_block_says_what_is_inside(hands: Hands) -> None:
    hands.page.edits.wiring.make_block(["dense"])
    hands.document.edit("Repeat", hands.document.network.with_values("block", repeat=3))
    face = hands.view.sheet.cards["block"].face
    assert face is not None
    assert face.summary == "1 layer × 3"
    assert face.sheets == 2
    assert face.amount == f"{40 + 2 * 72} params"


@pytest.mark.parametrize("repeat", [1, 3])
def test_the_colour_of_the_family_is_seen_on_a_block(hands: Hands, repeat: int) -> None:
    hands.page.edits.wiring.make_block(["dense"])
    hands.document.edit("Repeat", hands.document.network.with_values("block", repeat=repeat))
    hands.page.selection.choose()
    card = hands.view.sheet.cards["block"]
    body = card.body.toRect()
    seen = card.picture().toImage().pixelColor(body.left() + 3, body.center().y())
    assert seen.name() == tokens().families["core"]


def test_ungroup_of_a_repeated_block_computes_the_same(hands: Hands) -> None:
    hands.page.edits.wiring.make_block(["dense"])
    hands.document.edit("Repeat", hands.document.network.with_values("block", repeat=3))
    before = hands.document.report.parameters
    hands.page.select("block")
    hands.key(Key.Key_G, CTRL | SHIFT)
    assert len(hands.order) == 6
    assert hands.document.report.parameters == before


def test_layers_that_do_not_stand_together_are_refused_in_words(hands: Hands) -> None:
    hands.double_click("palette.dropout")
    hands.click(hands.card("dense"))
    hands.click(hands.card("dropout"), CTRL)
    hands.key(Key.Key_G, CTRL)
    assert "block" not in hands.order
    assert hands.page.middle.notice.text() == "A block holds layers that stand together. Choose neighbours."
    hands.click("canvas.notice")


def test_a_skip_inside_becomes_what_the_block_reads(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_D, CTRL)
    hands.double_click("palette.add")
    hands.page.edits.wiring.toggle_read("add", "dense")
    hands.page.selection.choose("dense_3", "add")
    hands.page.edits.wiring.make_block(hands.page.selection.movable)
    assert block(hands).layers[1].inputs == ("entry", "dense_3")
    assert hands.document.report.layers["block"].output is not None


def test_delete_and_duplicate_of_several_are_one_step(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.click(hands.card("dense_2"), SHIFT)
    hands.click("canvas.duplicate")
    assert len(hands.order) == 6
    assert hands.document.undo_stack.undoText() == "Duplicate 2 layers"
    hands.click("canvas.delete")
    assert len(hands.order) == 4
    assert hands.document.undo_stack.count() == 2
