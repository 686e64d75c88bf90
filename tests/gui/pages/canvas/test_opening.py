"""Blocks open in place: what they hold is drawn, pressed, moved and added to where it stands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QToolButton

from engine.layers import Block
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.rewiring import layer_at
from tests.gui.pages.canvas.driving import Hands

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def opened(hands: Hands) -> Hands:
    """Input, dense, block (dense, dense_2, block (deep)), Output; the outer block is open."""
    deep = Block(id="block", layers=(Dense(id="deep", units=5),))
    block = Block(id="block", name="Pair", layers=(Dense(id="dense", units=6), Dense(id="dense_2", units=3), deep))
    hands.document.edit("Blocks", Network.stack(Dense(units=8), block, Dense(units=3)))
    hands.view.looking.toggle_open("block")
    QApplication.processEvents()
    return hands


def inner(hands: Hands, path: str = "block") -> list[str]:
    block = layer_at(hands.document.network, path)
    assert isinstance(block, Block)
    return [layer.id for layer in block.layers]


def in_gap(hands: Hands, parent: str, index: int) -> QPoint:
    gap = hands.view.sheet.arrangement.gap(index, parent)
    return hands.in_window(hands.view.viewport(), hands.view.gap_rect(gap).center())


def test_a_double_click_on_a_block_opens_it_and_on_its_header_closes_it(opened: Hands) -> None:
    assert opened.find("canvas.card.block.dense").isVisible()
    opened.double_click(opened.card("block"))
    assert opened.view.looking.opened == set()
    assert "block.dense" not in opened.view.sheet.arrangement.cards
    opened.double_click(opened.card("block"))
    assert opened.view.looking.opened == {"block"}
    assert opened.document.undo_stack.undoText() == "Blocks"  # looking changes nothing


def test_the_chevron_opens_too_and_says_so(opened: Hands) -> None:
    chevron = opened.find("canvas.open.block.block")
    assert chevron.accessibleName() == "Open Block"
    opened.click("canvas.open.block.block")
    assert "block.block.deep" in opened.view.sheet.arrangement.cards
    assert chevron.accessibleName() == "Close Block"
    opened.click("canvas.open.block")
    assert list(opened.view.sheet.arrangement.frames) == []


def test_cards_inside_are_chosen_and_the_header_chooses_the_block(opened: Hands) -> None:
    opened.click(opened.card("block.dense_2"))
    assert opened.chosen == ("block.dense_2",)
    opened.click(opened.card("block"))
    assert opened.chosen == ("block",)


def test_closing_a_block_chooses_it_in_the_place_of_what_is_hidden(opened: Hands) -> None:
    opened.click(opened.card("block.dense_2"))
    opened.view.looking.toggle_open("block")
    assert opened.chosen == ("block",)


def test_choosing_what_is_inside_opens_the_blocks_around_it(opened: Hands) -> None:
    opened.view.looking.toggle_open("block")
    opened.page.select("block.block.deep")
    assert opened.view.looking.opened == {"block", "block.block"}
    assert opened.find("canvas.card.block.block.deep").isVisible()


def test_a_card_says_what_analysis_says_of_the_layer_inside(opened: Hands) -> None:
    face = opened.view.sheet.cards["block.dense"].face
    assert face is not None
    assert (face.shape, face.amount) == ("6", "54 params")


def test_a_drag_moves_inside_a_block_and_out_of_it(opened: Hands) -> None:
    opened.drag(opened.card("block.dense"), in_gap(opened, "block", 3))
    assert inner(opened) == ["dense_2", "dense", "block"]
    opened.drag(opened.card("block.dense"), in_gap(opened, "", 1))
    assert inner(opened) == ["dense_2", "block"]
    assert len(opened.order) == 6


def test_a_block_is_not_dropped_into_itself(opened: Hands) -> None:
    opened.carry(opened.card("block"), in_gap(opened, "block", 2))
    assert opened.view.sheet.insertion_gap is None
    opened.release(in_gap(opened, "block", 2))
    assert inner(opened) == ["dense", "dense_2", "block"]


def test_the_plus_and_a_drop_add_inside(opened: Hands) -> None:
    opened.hover(opened.card("dense"))  # from elsewhere: a mouse that stays where it is does not move
    opened.hover(in_gap(opened, "block", 2))
    opened.click("canvas.insert")
    opened.click("insert.dropout")
    assert inner(opened) == ["dense", "dropout", "dense_2", "block"]
    opened.drag(opened.in_window(opened.find("palette.dropout")), in_gap(opened, "block", 5))
    assert inner(opened) == ["dense", "dropout", "dense_2", "block", "dropout_2"]


def test_another_project_begins_closed(opened: Hands) -> None:
    opened.view.looking.show_view(folded=opened.view.looking.folded ^ {"dense"})
    opened.document.open(opened.document.project, None, "again")
    assert opened.view.looking.opened == set()
    assert opened.view.looking.folded == set()


def test_folding_one_and_all(opened: Hands) -> None:
    opened.view.looking.show_view(folded=opened.view.looking.folded ^ {"dense"})
    assert opened.view.card_rect("dense").height() == 30
    assert opened.view.card_rect("block.dense").height() == 56
    assert opened.find("canvas.fold", QToolButton).isChecked()
    opened.click("canvas.fold")
    assert opened.view.card_rect("dense").height() == 56
    opened.click("canvas.fold")
    assert {opened.view.card_rect(path).height() for path in ("dense", "block.dense", "output")} == {30}
    opened.click(opened.card("block.dense"))
    assert opened.chosen == ("block.dense",)


def test_right_and_left_open_and_close(opened: Hands) -> None:
    opened.click(opened.card("block"))
    opened.key(Qt.Key.Key_Left)
    assert opened.view.looking.opened == set()
    opened.key(Qt.Key.Key_Right)
    opened.key(Qt.Key.Key_Down)
    assert opened.chosen == ("block.dense",)
