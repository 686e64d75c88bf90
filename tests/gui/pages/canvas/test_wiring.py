"""Skips, branches, and networks with several inputs and outputs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.layers import Block
from gui.pages.canvas.layout.gaps import Gap
from tests.gui.pages.canvas.driving import ALT, CTRL, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


def test_connect_puts_an_add_above_a_layer_that_reads_one(hands: Hands) -> None:
    hands.page.edits.wiring.connect("dense", "output")
    assert hands.order == ["input", "dense", "dense_2", "add", "output"]
    assert hands.document.network.reads("add") == ("dense", "dense_2")
    assert hands.document.undo_stack.undoText() == "Connect Dense 1 to Output"
    problems = hands.document.report.problems_of("add")
    assert problems, "8 and 3 features do not add up, and the card says so"
    assert problems[0].fixes


def test_connect_to_a_join_and_let_it_no_longer_read(hands: Hands) -> None:
    hands.page.edits.wiring.connect("input", "output")
    hands.page.edits.wiring.connect("dense", "add")
    assert hands.document.network.reads("add") == ("input", "dense", "dense_2")
    hands.page.edits.wiring.toggle_read("add", "input")
    assert hands.document.network.reads("add") == ("dense", "dense_2")
    assert hands.document.undo_stack.undoText() == "Change what Add (skip) reads"


def test_a_wire_cannot_go_up_or_across_the_edge_of_a_block(hands: Hands) -> None:
    hands.page.edits.wiring.connect("dense_2", "dense")
    assert "only read a layer above it" in hands.page.middle.notice.text()
    hands.page.edits.wiring.make_block(["dense_2"])
    hands.page.edits.wiring.connect("dense", "block.dense_2")
    assert "cross the edge of a block" in hands.page.middle.notice.text()
    hands.click("canvas.notice")


def test_what_enters_a_block_is_connected_from_its_header(hands: Hands) -> None:
    hands.page.edits.wiring.make_block(["dense", "dense_2"])
    hands.page.edits.wiring.connect("block", "block.dense_2")
    block = hands.document.network.layer("block")
    assert isinstance(block, Block)
    assert [layer.id for layer in block.layers] == ["dense", "add", "dense_2"]
    assert block.layers[1].inputs == ("entry", "dense")


def test_a_branch_by_key_stands_beside_and_is_joined(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_B, CTRL)
    network = hands.document.network
    assert hands.chosen == ("dense_3",)
    assert network.reads("dense_3") == ("input",)
    assert network.reads("concatenate") == ("dense", "dense_3")
    assert network.reads("dense_2") == ("concatenate",)
    hands.key(Key.Key_Left)
    assert hands.chosen == ("dense",)
    hands.key(Key.Key_Right)
    assert hands.chosen == ("dense_3",)


def test_inputs_and_outputs_are_added_from_the_palette_and_deleted(hands: Hands) -> None:
    hands.double_click("palette.input")
    assert [layer.kind for layer in hands.document.network.inputs] == ["input", "input"]
    assert hands.chosen == ("input_2",)
    hands.double_click("palette.output")
    assert hands.order[-2:] == ["output", "output_2"]
    hands.view.setFocus()
    hands.key(Key.Key_Delete)
    hands.click(hands.card("input_2"))
    hands.key(Key.Key_Delete)
    assert hands.order == ["input", "dense", "dense_2", "output"]
    hands.key(Key.Key_Up, ALT)
    assert hands.document.undo_stack.count() == 4


def test_a_layer_is_carried_onto_the_wire_of_a_column(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_B, CTRL)
    hands.page.select("dense_2")
    hands.type("dropout")
    hands.key(Key.Key_Return)
    column = next(gap for gap in hands.view.sheet.arrangement.gaps if gap.feeds == "dense_3")
    hands.page.edits.move(["dropout"], column)
    network = hands.document.network
    assert network.reads("dropout") == ("input",)
    assert network.reads("dense_3") == ("dropout",)
    assert network.reads("dense") == ("input",)
    assert network.reads("output") == ("dense_2",)
    hands.key(Key.Key_Z, CTRL)
    column = next(gap for gap in hands.view.sheet.arrangement.gaps if gap.reads == "dense" and gap.feeds)
    hands.page.edits.add(hands.page.layers.rows[0].offer, column)
    assert hands.document.network.reads("concatenate")[0] == hands.chosen[0]
    assert hands.document.network.reads(hands.chosen[0]) == ("dense",)


def wire(hands: Hands, source: str, target: str) -> Gap:
    """The place on a wire of a column."""
    network = hands.document.network
    found = [gap for gap in hands.view.sheet.arrangement.gaps if gap.feeds == target]
    return next(gap for gap in found if (gap.reads or network.layers[gap.index - 1].id) == source)


def test_a_layer_is_carried_from_one_column_to_the_other(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_B, CTRL)
    dropout = next(row.offer for row in hands.page.layers.rows if row.offer.key == "dropout")
    hands.page.edits.add(dropout, wire(hands, "dense", "concatenate"))
    assert hands.document.network.reads("concatenate") == ("dropout", "dense_3")
    hands.page.edits.move(["dropout"], wire(hands, "dense_3", "concatenate"))
    network = hands.document.network
    assert set(network.reads("concatenate")) == {"dense", "dropout"}
    assert network.reads("dropout") == ("dense_3",)
    assert network.reads("dense") == network.reads("dense_3") == ("input",)
    hands.page.edits.move(["dropout"], wire(hands, "dropout", "concatenate"))
    assert hands.document.network == network
