"""What cards show when asked: heat, notes; the map of large networks; and that only what is seen is alive."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from engine.layers.core.basics import Dense
from engine.network import Network
from gui.pages.canvas.drawing.faces import Face
from tests.gui.pages.canvas.driving import LEFT, NONE, Hands, Paints


def face(hands: Hands, path: str) -> Face:
    shown = hands.view.sheet.cards[path].face
    assert shown is not None
    return shown


def many(hands: Hands, count: int) -> None:
    hands.document.edit("Many", Network.stack(*(Dense(units=8) for _ in range(count))))
    QApplication.processEvents()


class Watch(QObject):
    """A clock that knows one layer."""

    changed = Signal()
    known: float | None = None

    def ms_of(self, layer_id: str) -> float | None:
        return self.known if layer_id == "dense" else None


def test_heat_says_each_share_in_words_and_as_a_bar(hands: Hands) -> None:
    choice = hands.find("canvas.heat", QComboBox)
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(choice.findData("parameters"))
    assert (face(hands, "dense").heat, face(hands, "dense").warmth) == ("40 · 60 %", 1.0)
    assert face(hands, "dense_2").heat == "27 · 40 %"
    assert face(hands, "dense_2").warmth == pytest.approx(27 / 40)
    assert face(hands, "output").heat == ""
    assert "40 · 60 %" in hands.view.sheet.cards["dense"].accessibleDescription()
    choice.setCurrentIndex(0)
    assert face(hands, "dense").heat == ""


def test_a_block_and_what_it_holds_are_not_counted_twice(hands: Hands) -> None:
    hands.page.edits.wiring.make_block(["dense"])
    hands.view.looking.toggle_open("block")
    hands.view.looking.show_heat("parameters")
    assert (face(hands, "block").heat, face(hands, "block.dense").heat) == ("40 · 60 %", "40 · 60 %")


def test_heat_follows_edits(hands: Hands) -> None:
    hands.view.looking.show_heat("macs")
    assert face(hands, "dense").heat == "32 · 57 %"
    hands.document.edit("Set units", hands.document.network.with_values("dense", units=24))
    assert face(hands, "dense_2").heat == "72 · 43 %"
    assert hands.find("canvas.heat", QComboBox).currentData() == "macs"


def test_heat_of_time_comes_once_it_is_known(hands: Hands) -> None:
    watch = Watch()
    hands.view.looking.follow(watch)
    hands.view.looking.show_heat("time")
    assert face(hands, "dense").heat == ""
    watch.known = 1.25
    watch.changed.emit()
    assert face(hands, "dense").heat == "1.2 ms · 100 %"


def test_a_note_is_told(hands: Hands) -> None:
    hands.document.edit("Note", hands.document.network.with_values("dense", note="twice as wide?"))
    card = hands.view.sheet.cards["dense"]
    assert card.toolTip() == "twice as wide?"
    assert "twice as wide?" in card.accessibleDescription()


def test_the_map_comes_with_many_cards_and_leads_there(hands: Hands) -> None:
    minimap = hands.find("canvas.minimap")
    assert not minimap.isVisible()
    many(hands, 38)
    assert not minimap.isVisible()  # 40 with Input and Output
    many(hands, 100)
    assert minimap.isVisible()
    bar = hands.view.verticalScrollBar()
    hands.click(hands.in_window(minimap, QPoint(minimap.width() // 2, minimap.height() - 8)))
    assert bar.value() > bar.maximum() * 0.9
    window = hands.page.windowHandle()
    top = hands.in_window(minimap, QPoint(minimap.width() // 2, 8))
    QTest.mousePress(window, LEFT, NONE, hands.in_window(minimap))
    hands.hover(top)
    QTest.mouseRelease(window, LEFT, NONE, top)
    assert bar.value() < bar.maximum() * 0.1


def test_only_cards_near_the_view_are_alive(hands: Hands) -> None:
    many(hands, 400)
    assert 10 < len(hands.view.sheet.cards) < 40
    assert "dense_300" not in hands.view.sheet.cards
    hands.page.select("dense_300")
    assert hands.find("canvas.card.dense_300").isVisible()
    assert hands.find("canvas.card.dense_301").accessibleName() == "Dense 301"
    assert "dense_3" not in hands.view.sheet.cards
    assert len(hands.view.sheet.cards) < 60


def test_a_card_out_of_sight_comes_to_life_when_asked_for(hands: Hands) -> None:
    many(hands, 400)
    assert face(hands, "dense_300").label == "Dense 300"
    assert hands.view.card_rect("dense_300").top() > hands.view.viewport().height()
    with pytest.raises(KeyError):
        hands.view.sheet.cards["nobody"]


def test_an_edit_out_of_sight_paints_no_card(hands: Hands) -> None:
    many(hands, 400)
    hands.page.selection.choose()
    QApplication.processEvents()
    paints = Paints(*hands.view.sheet.cards.values())
    hands.document.edit("Set activation", hands.document.network.with_values("dense_300", activation="tanh"))
    QApplication.processEvents()
    assert paints.seen == []


def test_a_drag_goes_on_while_its_card_is_scrolled_out_of_sight(hands: Hands) -> None:
    many(hands, 60)
    hands.carry(hands.card("dense"), hands.card("dense_3"))
    hands.view.scroller.show_layer("dense_50")
    QApplication.processEvents()
    hands.release(hands.in_window(hands.view.viewport(), hands.view.gap_rect(50).center()))
    assert hands.order.index("dense") == 49
