"""A block's inside is edited through the inspector, as deep as blocks go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QSpinBox

from engine.layers import Block
from engine.layers.base import Layer
from tests.gui.pages.canvas.driving import Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def block(hands: Hands) -> Hands:
    """Input, a block that holds `dense`, dense_2, Output; the block is chosen."""
    hands.page.edits.wiring.make_block(["dense"])
    hands.click(hands.card("block"))
    return hands


def inner(hands: Hands) -> tuple[Layer, ...]:
    found = hands.document.network.layer("block")
    assert isinstance(found, Block)
    return found.layers


def pick(hands: Hands, button: str, action: str) -> None:
    """Opens the menu of a button and triggers one of its entries."""
    found = hands.find(button)
    assert isinstance(found, QPushButton)
    menu = found.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    entry = menu.findChild(QAction, action)
    assert entry is not None
    entry.trigger()


def test_add_move_and_remove_inside(block: Hands) -> None:
    pick(block, "inspector.add_inside", "inspector.add_inside.dropout")
    assert [layer.id for layer in inner(block)] == ["dense", "dropout"]
    block.click("inspector.inside.dropout.up")
    assert [layer.id for layer in inner(block)] == ["dropout", "dense"]
    block.click("inspector.inside.dense.remove")
    assert [layer.id for layer in inner(block)] == ["dropout"]
    block.document.undo_stack.undo()
    assert block.find("inspector.inside.dense").isVisible()


def test_settings_of_a_layer_inside(block: Hands) -> None:
    block.click("inspector.inside.dense")
    title, units = block.find("inspector.title"), block.find("inspector.units")
    assert isinstance(title, QLabel)
    assert isinstance(units, QSpinBox)
    assert title.text() == "Dense 1"
    units.setFocus()
    block.key(Key.Key_Up)
    block.key(Key.Key_Up)
    assert inner(block)[0].model_dump()["units"] == 10
    assert block.document.undo_stack.undoText() == "Set units of Dense 1"
    assert block.document.undo_stack.count() == 2  # the block, and both turns as one
    assert block.document.report.parameters == 50 + 33
    block.click("inspector.back")
    assert title.text() == "Block"
    block.click("inspector.inside.dense")
    block.find("inspector.units").setFocus()
    block.key(Key.Key_Escape)
    assert title.text() == "Block"


def test_repeat_is_a_setting_of_the_block(block: Hands) -> None:
    block.document.edit("Units", block.document.network.with_values("block", repeat=2))
    repeat = block.find("inspector.repeat")
    assert isinstance(repeat, QSpinBox)
    assert repeat.value() == 2


def test_undo_of_what_is_shown_goes_back_to_the_block(block: Hands) -> None:
    pick(block, "inspector.add_inside", "inspector.add_inside.dropout")
    block.click("inspector.inside.dropout")
    title = block.find("inspector.title")
    assert isinstance(title, QLabel)
    assert title.text() == "Dropout"
    block.document.undo_stack.undo()
    assert title.text() == "Block"


def test_blocks_inside_blocks(block: Hands) -> None:
    pick(block, "inspector.add_inside", "inspector.add_inside.block")
    block.click("inspector.inside.block")
    pick(block, "inspector.add_inside", "inspector.add_inside.dropout")
    deep = inner(block)[1]
    assert isinstance(deep, Block)
    assert [layer.id for layer in deep.layers] == ["dropout"]


def test_a_skip_inside_reads_what_the_block_reads(block: Hands) -> None:
    pick(block, "inspector.add_inside", "inspector.add_inside.add")
    block.click("inspector.inside.add")
    pick(block, "inspector.inputs", "inspector.inputs.entry")
    assert inner(block)[1].inputs == ("entry", "dense")
    button = block.find("inspector.inputs")
    assert button.accessibleName() == "Reads what the block reads, Dense 1"


def test_reads_of_a_joining_layer_in_the_stack(hands: Hands) -> None:
    hands.double_click("palette.add")
    assert hands.find("inspector.inputs").isVisible()
    pick(hands, "inspector.inputs", "inspector.inputs.dense")
    assert hands.document.network.reads("add") == ("dense", "dense_2")
    hands.click(hands.card("dense"))
    assert not hands.find("inspector.inputs").isVisible()


def test_tab_goes_from_the_settings_to_what_is_inside(block: Hands) -> None:
    block.view.setFocus()
    block.key(Key.Key_Return)
    seen = []
    for _ in range(5):
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused.objectName().removeprefix("inspector."))
        block.key(Key.Key_Tab)
    assert seen == ["repeat", "name", "learning", "inside.dense", "inside.dense.remove"]
