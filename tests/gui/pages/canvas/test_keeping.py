"""A block is saved to the library, found in the palette, put in again with fresh ids, renamed and removed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu

from engine.layers import Block
from tests.gui.pages.canvas.driving import CTRL, SHIFT, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


def answer(hands: Hands, text: str) -> None:
    """Types a name into the dialog that is open, and Enter."""
    dialog = hands.page.findChild(QInputDialog, "library.name")
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.selectAll()
    field.insert(text)
    dialog.accept()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    hands.page.activateWindow()
    QApplication.processEvents()


@pytest.fixture
def kept(hands: Hands) -> Hands:
    """A block with dense and dense_2 is in the library as "Twins"."""
    hands.click(hands.card("dense"))
    hands.click(hands.card("dense_2"), SHIFT)
    hands.key(Key.Key_G, CTRL)
    hands.page.keep()
    answer(hands, "Twins")
    return hands


def menu_of(hands: Hands, row: str) -> QMenu:
    widget = hands.find(row)
    place = widget.mapTo(hands.page.layers, widget.rect().center())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, hands.page.layers.mapToGlobal(place))
    QApplication.sendEvent(hands.page.layers, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_it_is_in_the_palette_and_can_be_put_in(kept: Hands) -> None:
    kept.view.setFocus()
    kept.type("twins")
    kept.key(Key.Key_Return)
    assert kept.order == ["input", "block", "block_2", "output"]
    block = kept.document.network.layer("block_2")
    assert isinstance(block, Block)
    assert block.label == "Twins"
    assert [layer.id for layer in block.layers] == ["dense", "dense_2"]
    assert kept.document.undo_stack.undoText() == "Add Twins"


def test_it_is_renamed_and_removed(kept: Hands) -> None:
    row = "palette.own.twins"
    kept.page.layers.seek("twins")
    menu = menu_of(kept, row)
    menu.findChild(QAction, "library.menu.rename").trigger()
    menu.close()
    answer(kept, "Pair")
    kept.page.layers.seek("pair")
    assert kept.page.layers.best().offer.title == "Pair"
    menu = menu_of(kept, row)
    menu.findChild(QAction, "library.menu.remove").trigger()
    menu.close()
    QApplication.processEvents()
    assert not [one for one in kept.page.layers.rows if one.offer.own]


def test_only_a_block_is_kept(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.page.keep()
    assert hands.page.findChild(QInputDialog) is None
