"""Layers are chosen, moved, deleted, duplicated and wired; each is one step of undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from tests.gui.pages.canvas.driving import ALT, CTRL, SHIFT, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


def test_a_click_chooses_and_a_click_beside_chooses_nothing(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    assert hands.chosen == ("dense",)
    hands.click(hands.in_window(hands.view.viewport(), QPoint(5, 5)))
    assert hands.chosen == ()


def test_events_sent_to_the_viewport_choose_too(hands: Hands, qtbot: object) -> None:
    qtbot.mouseClick(hands.view.viewport(), Qt.MouseButton.LeftButton, pos=hands.view.card_rect("dense_2").center())
    assert hands.chosen == ("dense_2",)


def test_control_and_shift_choose_several(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.click(hands.card("output"), CTRL)
    assert hands.chosen == ("dense", "output")
    hands.click(hands.card("output"), CTRL)
    assert hands.chosen == ("dense",)
    hands.click(hands.card("input"))
    hands.click(hands.card("dense_2"), SHIFT)
    assert hands.chosen == ("input", "dense", "dense_2")
    hands.click(hands.card("dense"))
    assert hands.chosen == ("dense",)


def test_arrows_walk_the_cards(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_Down)
    assert hands.chosen == ("dense_2",)
    hands.key(Key.Key_Up, SHIFT)
    assert hands.chosen == ("dense", "dense_2")
    hands.key(Key.Key_End)
    assert hands.chosen == ("output",)
    hands.key(Key.Key_Home)
    assert hands.chosen == ("input",)
    hands.key(Key.Key_Escape)
    assert hands.chosen == ()


def test_drag_reorders(hands: Hands) -> None:
    hands.carry(hands.card("dense"), hands.gap(3))
    assert hands.view.sheet.insertion_gap.index == 3
    assert hands.find("canvas.ghost").isVisible()
    hands.release(hands.gap(3))
    assert hands.order == ["input", "dense_2", "dense", "output"]
    assert hands.chosen == ("dense",)
    hands.key(Key.Key_Z, CTRL)
    assert hands.order == ["input", "dense", "dense_2", "output"]
    hands.key(Key.Key_Z, CTRL | SHIFT)
    assert hands.order == ["input", "dense_2", "dense", "output"]


def test_a_drag_that_ends_where_it_began_is_no_edit(hands: Hands) -> None:
    for place in (hands.gap(2), hands.gap(1)):
        hands.carry(hands.card("dense"), place)
        assert hands.view.sheet.insertion_gap is None
        hands.release(place)
    assert hands.document.undo_stack.count() == 0


def test_escape_puts_a_dragged_card_back(hands: Hands) -> None:
    hands.carry(hands.card("dense"), hands.gap(3))
    hands.key(Key.Key_Escape)
    assert hands.view.sheet.insertion_gap is None
    assert hands.view.pointer.gesture is None
    hands.release(hands.gap(3))
    assert hands.order == ["input", "dense", "dense_2", "output"]
    assert hands.chosen == ("dense",)


def test_chosen_cards_are_dragged_together(hands: Hands) -> None:
    for name in ("dropout", "layer_norm"):
        hands.double_click(f"palette.{name}")
    hands.click(hands.card("dense"))
    hands.click(hands.card("dropout"), CTRL)
    hands.drag(hands.card("dropout"), hands.gap(5))
    assert hands.order == ["input", "dense_2", "layer_norm", "dense", "dropout", "output"]
    hands.drag(hands.card("dropout"), hands.gap(1))
    assert hands.order == ["input", "dense", "dropout", "dense_2", "layer_norm", "output"]


def test_input_and_output_stay_where_they_are(hands: Hands) -> None:
    hands.drag(hands.card("input"), hands.gap(3))
    hands.click(hands.card("output"))
    for key, modifiers in ((Key.Key_Delete, Qt.KeyboardModifier.NoModifier), (Key.Key_D, CTRL), (Key.Key_Up, ALT)):
        hands.key(key, modifiers)
    assert hands.order == ["input", "dense", "dense_2", "output"]
    assert hands.document.undo_stack.count() == 0


def test_alt_arrows_move(hands: Hands) -> None:
    hands.click(hands.card("dense_2"))
    hands.key(Key.Key_Up, ALT)
    assert hands.order == ["input", "dense_2", "dense", "output"]
    hands.key(Key.Key_Up, ALT)  # Input stays above
    assert hands.order == ["input", "dense_2", "dense", "output"]
    hands.key(Key.Key_Down, ALT)
    assert hands.order == ["input", "dense", "dense_2", "output"]


def test_delete_chooses_the_one_below(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_Delete)
    assert hands.order == ["input", "dense_2", "output"]
    assert hands.chosen == ("dense_2",)
    assert "dense" not in hands.view.sheet.cards
    hands.key(Key.Key_Z, CTRL)
    assert hands.order == ["input", "dense", "dense_2", "output"]
    assert hands.view.sheet.cards["dense"].isVisible()


def test_duplicate_puts_a_copy_below_and_chooses_it(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_D, CTRL)
    assert hands.order == ["input", "dense", "dense_3", "dense_2", "output"]
    assert hands.chosen == ("dense_3",)
    assert hands.document.network.layer("dense_3").units == 8


def test_undo_of_adding_leaves_no_ghost_in_the_selection(hands: Hands) -> None:
    hands.double_click("palette.dropout")
    hands.view.setFocus()
    hands.key(Key.Key_Z, CTRL)
    assert hands.chosen == ()
    hands.key(Key.Key_Down)
    assert hands.chosen == ("input",)


def open_menu(hands: Hands, layer_id: str) -> QMenu:
    """The menu of a card, as a right click opens it."""
    place = hands.view.card_rect(layer_id).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, hands.view.viewport().mapToGlobal(place))
    QApplication.sendEvent(hands.view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def _entry(menu: QMenu, name: str) -> QAction:
    entry = menu.findChild(QAction, f"canvas.menu.{name}")
    assert entry is not None
    return entry


def test_add_reads_an_earlier_layer_and_the_wire_is_an_arc(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.double_click("palette.dropout")
    hands.double_click("palette.add")
    assert not hands.view.sheet.arrangement.arcs
    menu = open_menu(hands, "add")
    marked = [a.objectName() for a in menu.findChildren(QAction) if a.isChecked()]
    assert marked == ["canvas.menu.reads.dropout"]
    _entry(menu, "reads.dense").trigger()
    menu.close()
    assert hands.document.network.reads("add") == ("dense", "dropout")
    assert [(arc.source, arc.target) for arc in hands.view.sheet.arrangement.arcs] == [("dense", "add")]
    assert hands.document.report.layers["add"].output.short == "8"
    hands.view.setFocus()
    hands.key(Key.Key_Z, CTRL)
    assert not hands.view.sheet.arrangement.arcs


def test_a_layer_that_reads_one_can_branch_off(hands: Hands) -> None:
    menu = open_menu(hands, "dense_2")
    _entry(menu, "reads.input").trigger()
    menu.close()
    assert hands.document.network.reads("dense_2") == ("input",)
    wires = {(wire.source, wire.target): wire.kind for wire in hands.view.sheet.arrangement.wires}
    assert wires["input", "dense_2"] != "straight"


def test_what_is_put_on_a_named_wire_splits_it(hands: Hands) -> None:
    hands.double_click("palette.add")
    hands.page.edits.wiring.toggle_read("add", "dense")
    hands.page.select("dense_2")
    hands.double_click("palette.dropout")
    assert hands.document.network.reads("add") == ("dense", "dropout")


def test_a_card_cannot_pass_below_one_that_reads_it(hands: Hands) -> None:
    hands.double_click("palette.add")
    hands.page.edits.wiring.toggle_read("add", "dense")
    hands.drag(hands.card("dense"), hands.gap(4))
    assert hands.order == ["input", "dense", "dense_2", "add", "output"]
    assert hands.page.middle.notice.isVisible()
    assert "reads Dense" in hands.page.middle.notice.text()
    hands.click("canvas.notice")
    assert not hands.page.middle.notice.isVisible()


@pytest.mark.parametrize(
    ("entry", "order"),
    [
        ("duplicate", ["input", "dense", "dense_3", "dense_2", "output"]),
        ("delete", ["input", "dense_2", "output"]),
        ("down", ["input", "dense_2", "dense", "output"]),
    ],
)
def test_menu_of_a_card(hands: Hands, entry: str, order: list[str]) -> None:
    menu = open_menu(hands, "dense")
    _entry(menu, entry).trigger()
    menu.close()
    assert hands.order == order


def test_menu_greys_what_cannot_be_done(hands: Hands) -> None:
    menu = open_menu(hands, "dense")
    assert not _entry(menu, "up").isEnabled()
    menu.close()
    menu = open_menu(hands, "input")
    assert not any(_entry(menu, name).isEnabled() for name in ("duplicate", "delete", "up", "down", "make_block"))
    menu.close()
