"""Wires are drawn by hand, from the dot on a card's edge to a later card."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from engine.layers import Block
from engine.layers.core.basics import Dense
from engine.layers.join.joining import Add, Concatenate
from engine.network import Network
from engine.rewiring import layer_at, read
from tests.gui.pages.canvas.driving import Hands

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def stack(hands: Hands) -> Hands:
    """Input, dense, dense_2, add (reads dense_2 and Input), Output."""
    network = Network.stack(Dense(units=4), Dense(units=4), Add())
    hands.document.edit("Stack", read(network, "add", {"input", "dense_2"}))
    return hands


def dot(hands: Hands, path: str, *, below: bool = False) -> QPoint:
    """The dot on a card's right edge, or on its lower one; it is there once the mouse is over the card."""
    hands.hover(hands.card(path))
    rect = hands.view.card_rect(path)
    point = QPoint(rect.center().x(), rect.bottom()) if below else QPoint(rect.right(), rect.center().y())
    return hands.in_window(hands.view.viewport(), point)


def offered(hands: Hands) -> dict[str, str]:
    return {path: card.state.offered for path, card in hands.view.sheet.cards.items()}


@pytest.mark.parametrize("below", [False, True])
def test_a_drag_from_an_edge_to_a_join_is_read_too(stack: Hands, below: bool) -> None:
    stack.drag(dot(stack, "dense", below=below), stack.card("add"))
    assert set(stack.document.network.reads("add")) == {"input", "dense_2", "dense"}
    assert ("dense", "add") in {(wire.source, wire.target) for wire in stack.view.sheet.arrangement.arcs}
    assert stack.document.undo_stack.count() == 2


def test_cards_that_may_read_it_light_up_and_the_others_fade(stack: Hands) -> None:
    stack.carry(dot(stack, "dense_2"), stack.card("add"))
    assert offered(stack) == {"input": "no", "dense": "no", "dense_2": "", "add": "goal", "output": "may"}
    assert stack.find("canvas.rubber").isVisible()
    stack.key(Qt.Key.Key_Escape)
    assert set(offered(stack).values()) == {""}
    stack.release(stack.card("add"))
    assert set(stack.document.network.reads("add")) == {"input", "dense_2"}


def test_let_go_above_or_beside_it_connects_nothing(stack: Hands) -> None:
    before = stack.document.network
    for goal in (stack.card("input"), stack.card("dense") - QPoint(260, 0)):
        stack.drag(dot(stack, "dense_2"), goal)
        assert stack.document.network == before


def test_a_drag_from_the_middle_of_a_card_still_moves_it(stack: Hands) -> None:
    stack.drag(stack.card("dense_2"), stack.gap(1))
    assert stack.order[:3] == ["input", "dense_2", "dense"]


def test_an_output_has_no_dot(stack: Hands) -> None:
    point = dot(stack, "output")
    assert stack.view.sheet.hover.handle_at(stack.view.on_sheet(stack.view.viewport().mapFrom(stack.page, point))) == ""


def test_what_enters_an_opened_block_is_drawn_to_what_stands_in_it(hands: Hands) -> None:
    block = Block(id="block", layers=(Dense(id="dense", units=8), Dense(id="dense_2", units=8), Add(id="add")))
    hands.document.edit("Block", Network.stack(Dense(units=8), block))
    hands.view.looking.toggle_open("block")
    QApplication.processEvents()
    hands.drag(dot(hands, "block"), hands.card("block.add"))
    assert set(layer_at(hands.document.network, "block.add").inputs) == {"entry", "dense_2"}


def test_a_drop_on_the_wire_of_a_column_splits_that_wire_only(hands: Hands) -> None:
    layers = (Dense(id="stem"), Dense(id="a"), Dense(id="b", inputs=("stem",)), Concatenate(inputs=("a", "b")))
    hands.document.edit("Columns", Network.stack(*layers))
    gaps = {(gap.reads, gap.feeds): gap for gap in hands.view.sheet.arrangement.gaps}
    assert ("", "a") in gaps
    for ends in (("stem", "b"), ("a", "concatenate")):
        place = hands.in_window(hands.view.viewport(), hands.view.gap_rect(gaps[ends]).center())
        hands.drag(hands.in_window(hands.find("palette.dropout")), place)
        gaps = {(gap.reads, gap.feeds): gap for gap in hands.view.sheet.arrangement.gaps}
    network = hands.document.network
    assert network.reads("b") == ("dropout",)
    assert network.reads("dropout") == ("stem",)
    assert network.reads("a") == ("stem",)
    assert set(network.reads("concatenate")) == {"dropout_2", "b"}
    assert network.reads("dropout_2") == ("a",)
