"""Blocks open in place, and what stands inside is edited there like everything else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.layers import Block
from gui.pages.canvas.layout.gaps import Gap
from tests.gui.pages.canvas.driving import ALT, CTRL, SHIFT, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


@pytest.fixture
def block(hands: Hands) -> Hands:
    """Input, a block (opened) with dense and dense_2, Output; the block is chosen."""
    hands.click(hands.card("dense"))
    hands.click(hands.card("dense_2"), SHIFT)
    hands.key(Key.Key_G, CTRL)
    hands.key(Key.Key_Right)
    return hands


def inside(hands: Hands) -> list[str]:
    found = hands.document.network.layer("block")
    assert isinstance(found, Block)
    return [layer.id for layer in found.layers]


def test_arrows_open_enter_leave_and_close(block: Hands) -> None:
    assert block.view.looking.opened == {"block"}
    block.key(Key.Key_Right)
    assert block.chosen == ("block.dense",)
    block.key(Key.Key_Down)
    assert block.chosen == ("block.dense_2",)
    block.key(Key.Key_Left)
    assert block.chosen == ("block",)
    block.key(Key.Key_Left)
    assert block.view.looking.opened == set()
    block.key(Key.Key_Space)
    assert block.view.looking.opened == {"block"}


def test_add_delete_duplicate_and_move_inside(block: Hands) -> None:
    block.click(block.card("block.dense"))
    block.type("dropout")
    block.key(Key.Key_Return)
    assert inside(block) == ["dense", "dropout", "dense_2"]
    assert block.chosen == ("block.dropout",)
    block.key(Key.Key_Down, ALT)
    assert inside(block) == ["dense", "dense_2", "dropout"]
    block.key(Key.Key_D, CTRL)
    assert inside(block) == ["dense", "dense_2", "dropout", "dropout_2"]
    block.key(Key.Key_Delete)
    assert inside(block) == ["dense", "dense_2", "dropout"]
    assert block.chosen == ("block.dropout",)
    for _ in range(4):
        block.key(Key.Key_Z, CTRL)
    assert inside(block) == ["dense", "dense_2"]


def test_blocks_inside_blocks(block: Hands) -> None:
    block.click(block.card("block.dense"))
    block.key(Key.Key_G, CTRL)
    assert inside(block) == ["block", "dense_2"]
    assert block.chosen == ("block.block",)
    block.key(Key.Key_G, CTRL | SHIFT)
    assert inside(block) == ["dense", "dense_2"]
    assert block.chosen == ("block.dense",)


def test_layers_of_different_blocks_are_refused_in_one_sentence(block: Hands) -> None:
    block.page.select("block")
    block.type("dropout")
    block.key(Key.Key_Return)
    block.click(block.card("dropout"))
    block.click(block.card("block.dense"), CTRL)
    block.key(Key.Key_Delete)
    assert block.page.middle.notice.text() == "These layers stand in different blocks. Choose layers of one block."
    assert inside(block) == ["dense", "dense_2"]
    block.click("canvas.notice")


def test_layers_are_carried_into_a_block_and_out_of_it(block: Hands) -> None:
    block.page.edits.move(["block.dense"], Gap("", 1))
    assert block.order == ["input", "dense", "block", "output"]
    assert block.chosen == ("dense",)
    block.page.edits.move(["dense"], Gap("block", 2))
    assert inside(block) == ["dense_2", "dense"]
    assert block.chosen == ("block.dense",)
    block.page.edits.move(["block"], Gap("block", 1))
    assert "inside itself" in block.page.middle.notice.text()
    block.click("canvas.notice")


def test_the_inspector_shows_what_is_chosen_inside(block: Hands) -> None:
    block.click(block.card("block.dense_2"))
    block.key(Key.Key_Return)
    block.type("5")
    found = block.document.network.layer("block")
    assert isinstance(found, Block)
    assert found.layers[1].units == 5
    assert block.document.undo_stack.undoText() == "Set units of Dense 2"
    block.key(Key.Key_Escape)
    assert block.view.hasFocus()
    assert block.chosen == ("block.dense_2",)
