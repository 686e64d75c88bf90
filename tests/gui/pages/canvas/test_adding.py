"""Layers come into the stack: by double click, by drag, by the plus on a wire, by the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from engine.blocks import BLOCKS
from engine.layers import KINDS
from tests.gui.pages.canvas.driving import CTRL, MIDDLE, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


def test_palette_offers_every_kind_that_can_be_stacked(hands: Hands) -> None:
    offered = {row.objectName() for row in hands.page.layers.rows}
    kinds = {f"palette.{kind.model_fields['kind'].default}" for kind in KINDS}
    assert offered == kinds | {f"palette.{block.kind}" for block in BLOCKS}
    for row in hands.page.layers.rows:
        assert row.accessibleName() == row.offer.title
        assert row.toolTip() == row.offer.about


def test_double_click_adds_above_output(hands: Hands) -> None:
    hands.double_click("palette.dropout")
    assert hands.order == ["input", "dense", "dense_2", "dropout", "output"]
    assert hands.chosen == ("dropout",)
    assert hands.document.undo_stack.undoText() == "Add Dropout"


def test_double_click_adds_below_the_chosen_layer(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.double_click("palette.dropout")
    assert hands.order == ["input", "dense", "dropout", "dense_2", "output"]


def test_one_click_on_the_palette_adds_nothing(hands: Hands) -> None:
    hands.click("palette.dropout")
    assert hands.order == ["input", "dense", "dense_2", "output"]


def test_drag_from_the_palette_inserts_where_it_is_dropped(hands: Hands) -> None:
    row = hands.in_window(hands.find("palette.dropout"))
    hands.carry(row, hands.gap(1))
    assert hands.view.sheet.insertion_gap.index == 1
    assert hands.find("canvas.ghost").isVisible()
    hands.release(hands.gap(1))
    assert hands.order == ["input", "dropout", "dense", "dense_2", "output"]
    assert hands.view.sheet.insertion_gap is None
    assert hands.view.hasFocus()


def test_escape_during_a_drag_adds_nothing(hands: Hands) -> None:
    hands.carry(hands.in_window(hands.find("palette.dropout")), hands.gap(2))
    hands.key(Key.Key_Escape)
    assert hands.view.sheet.insertion_gap is None
    hands.release(hands.gap(2))
    assert hands.order == ["input", "dense", "dense_2", "output"]


def test_a_drag_let_go_outside_the_canvas_adds_nothing(hands: Hands) -> None:
    row = hands.in_window(hands.find("palette.dropout"))
    hands.carry(row, hands.gap(2))
    outside = hands.in_window(hands.page.inspector)
    hands.hover(outside)
    assert hands.view.sheet.insertion_gap is None
    hands.release(outside)
    assert hands.order == ["input", "dense", "dense_2", "output"]


def test_plus_on_a_wire_opens_a_list_that_inserts_there(hands: Hands) -> None:
    plus = hands.find("canvas.insert")
    assert not plus.isVisible()
    hands.hover(hands.gap(2))
    assert plus.isVisible()
    hands.click("canvas.insert")
    assert hands.page.popup.isVisible()
    hands.click("insert.dropout")
    assert hands.order == ["input", "dense", "dropout", "dense_2", "output"]
    assert not hands.page.popup.isVisible()


def test_the_list_of_the_plus_is_searched_and_taken_by_enter(hands: Hands) -> None:
    hands.click(hands.card("input"))
    hands.key(Key.Key_Insert)
    hands.type("lay")
    hands.key(Key.Key_Return)
    assert hands.order == ["input", "layer_norm", "dense", "dense_2", "output"]


def test_slash_searches_the_palette(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_Slash)
    assert QApplication.focusWidget() is hands.page.layers.search
    hands.type("drop")
    titles = [row.offer.title for row in hands.page.layers.found()]
    assert titles[0] == "Dropout"
    assert "Dense" not in titles
    hands.key(Key.Key_Escape)
    assert len(hands.page.layers.found()) == len(hands.page.layers.rows)


def test_a_search_that_finds_nothing_says_so_and_enter_adds_nothing(hands: Hands) -> None:
    hands.page.layers.seek()
    hands.type("zzz")
    assert hands.page.layers.nothing.isVisible()
    hands.key(Key.Key_Return)
    assert len(hands.order) == 4


def test_by_keyboard_alone(hands: Hands) -> None:
    hands.view.setFocus()
    hands.key(Key.Key_Down)
    assert hands.chosen == ("input",)
    hands.key(Key.Key_Down)
    hands.key(Key.Key_Slash)
    hands.type("dropout")
    hands.key(Key.Key_Return)
    assert hands.order == ["input", "dense", "dropout", "dense_2", "output"]
    assert QApplication.focusWidget() is hands.view
    hands.type("dropout")
    hands.key(Key.Key_Down)  # into the rows
    assert QApplication.focusWidget() is hands.find("palette.dropout")
    hands.key(Key.Key_Return)
    assert hands.order == ["input", "dense", "dropout", "dropout_2", "dense_2", "output"]
    hands.view.setFocus()
    hands.key(Key.Key_Up)
    hands.key(Key.Key_Delete)
    assert hands.order == ["input", "dense", "dropout_2", "dense_2", "output"]
    hands.key(Key.Key_Z, CTRL)
    hands.key(Key.Key_Z, CTRL)
    assert hands.order == ["input", "dense", "dropout", "dense_2", "output"]


def test_a_letter_typed_on_a_row_searches(hands: Hands) -> None:
    hands.find("palette.dense").setFocus()
    hands.type("gru")
    assert hands.page.layers.best().offer.title == "GRU"


def test_a_letter_typed_anywhere_on_the_canvas_searches(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.type("drpo")  # two letters swapped
    assert QApplication.focusWidget() is hands.page.layers.search
    assert hands.page.layers.search.text() == "drpo"
    hands.key(Key.Key_Return)
    assert hands.order == ["input", "dense", "dropout", "dense_2", "output"]
    assert hands.chosen == ("dropout",)
    assert hands.page.layers.search.text() == ""
    hands.type("lay")
    hands.key(Key.Key_Return)
    assert hands.order == ["input", "dense", "dropout", "layer_norm", "dense_2", "output"]


def test_the_best_stands_first_and_families_come_back(hands: Hands) -> None:
    hands.page.layers.seek("conv")
    places = [row.mapTo(hands.page, row.rect().topLeft()).y() for row in hands.page.layers.found()]
    QApplication.processEvents()
    places = [row.mapTo(hands.page, row.rect().topLeft()).y() for row in hands.page.layers.found()]
    assert places == sorted(places)
    hands.key(Key.Key_Escape)
    assert all(not row.isHidden() for row in hands.page.layers.rows)
    hands.key(Key.Key_Escape)
    assert QApplication.focusWidget() is hands.view


def test_middle_button_moves_the_ground(hands: Hands) -> None:
    for _ in range(8):
        hands.double_click("palette.dense")
    bar = hands.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    middle = hands.in_window(hands.view.viewport())
    hands.carry(middle, middle + QPoint(0, 80), MIDDLE)
    assert bar.value() == bar.maximum() - 80
    hands.key(Key.Key_Escape)
    hands.release(middle, MIDDLE)
