"""Cards show what the report says, at once, and only those whose face changed are painted again."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.core.basics import Dense
from engine.layers.join.joining import Add
from engine.network import Network
from engine.shapes import Shape
from gui.document import Document
from gui.pages.canvas.drawing.faces import Face, wire_texts
from gui.pages.canvas.drawing.faces import face as face_of
from tests.data_settings import table_data, text_data
from tests.gui.pages.canvas.driving import FACTS, Hands, Paints


def face(hands: Hands, layer_id: str) -> Face:
    shown = hands.view.sheet.cards[layer_id].face
    assert shown is not None
    return shown


def test_a_card_says_shape_and_parameters(hands: Hands) -> None:
    card = hands.find("canvas.card.dense")
    assert face(hands, "dense") == Face("Dense 1", "8 units · ReLU", "core", shape="8", amount="40 params")
    assert card.accessibleName() == "Dense 1"
    assert card.accessibleDescription() == "Dense 1, 8 units · ReLU, 8, 40 params"


def test_an_edit_changes_shape_and_count_below_too(hands: Hands) -> None:
    hands.document.edit("Set units", hands.document.network.with_values("dense", units=16))
    assert (face(hands, "dense").shape, face(hands, "dense").amount) == ("16", "80 params")
    assert face(hands, "dense_2").amount == "51 params"
    assert wire_texts(hands.document, "dense")[::2] == ("batch × feature 16", "batch × 16")


def test_ends_say_what_the_data_is(document: Document) -> None:
    data = table_data(path="/data/penguins.csv.gz", target="species")
    document.edit("Data", document.project.changed(data=data))
    document.set_facts(FACTS)
    entry, answer = document.network.layers
    assert face_of(document, entry) == Face("Input", "penguins · table", "edge", "feature 4", "numbers")
    output = face_of(document, answer)
    assert output.summary == "species · cross-entropy · accuracy"
    assert (output.shape, output.amount) == ("3 classes", "adelie, chinstrap, gentoo")


def test_a_joining_layer_names_what_it_reads_as_the_cards_do(document: Document) -> None:
    inner = (Dense(id="dense", name="First"), Add(id="add", inputs=("entry", "dense")))
    document.edit("Network", document.project.changed(network=Network.stack(Dense(), Block(id="block", layers=inner))))
    assert face_of(document, inner[1], "block.add").summary == "Input + First"


def test_texts_enter_as_integer_ids(document: Document) -> None:
    data, target = text_data(path="sample:reviews", column="review"), Target("mood", "classes", ("bad", "good"))
    document.edit("Data", document.project.changed(data=data))
    document.set_facts(DataFacts("text", Shape.ids(100, time=20), target, 1, 1, 1))
    entry = face_of(document, document.network.layers[0])
    assert (entry.summary, entry.shape, entry.amount) == ("review · text → tokens", "time 20", "integer ids")


def test_without_data_shapes_are_unknown_and_no_card_is_red(hands: Hands) -> None:
    hands.document.set_facts(None)
    assert [face(hands, layer_id).shape for layer_id in hands.order] == ["?"] * 4
    assert not any(face(hands, layer_id).problem for layer_id in hands.order)
    assert face(hands, "input").summary == "no data yet"
    assert wire_texts(hands.document, "dense")[::2] == ("batch × ?", "batch × ?")


def test_a_problem_stands_on_its_card_and_its_link_cures_it(hands: Hands) -> None:
    hands.document.edit("Set units", hands.document.network.with_values("dense_2", units=10))
    assert face(hands, "dense_2").problem == "target has 3 classes"
    link = hands.find("canvas.fix.dense_2")
    assert link.isVisible()
    assert link.accessibleName() == "Set units to 3"
    hands.click("canvas.fix.dense_2")
    assert hands.document.network.layer("dense_2").units == 3
    assert face(hands, "dense_2").problem == ""
    assert not link.isVisible()
    assert hands.document.undo_stack.undoText() == "Set units to 3"


def test_only_cards_that_changed_are_painted_again(hands: Hands) -> None:
    hands.double_click("palette.dropout")
    hands.page.selection.choose()
    QApplication.processEvents()
    paints = Paints(*hands.view.sheet.cards.values())
    hands.document.edit("Set rate", hands.document.network.with_values("dropout", rate=0.5))
    QApplication.processEvents()
    assert set(paints.seen) == {"canvas.card.dropout"}


def test_cards_stay_the_same_objects(hands: Hands) -> None:
    before = dict(hands.view.sheet.cards)
    hands.double_click("palette.dropout")
    hands.click(hands.card("dense_2"))
    assert {name: hands.view.sheet.cards[name] for name in before} == before


def test_the_choice_is_shown_on_the_cards_that_were_and_are_chosen_only(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    QApplication.processEvents()
    paints = Paints(*hands.view.sheet.cards.values())
    hands.page.selection.choose("dense_2")
    QApplication.processEvents()
    assert set(paints.seen) == {"canvas.card.dense", "canvas.card.dense_2"}


def test_card_rect_is_where_the_card_is(hands: Hands) -> None:
    card = hands.find("canvas.card.dense")
    rect = hands.view.card_rect("dense")
    assert card.geometry().translated(hands.view.sheet.pos()).contains(rect)
    assert hands.view.viewport().rect().contains(rect)
    assert rect.height() == 56


def test_select_scrolls_to_a_card_that_is_out_of_sight(hands: Hands) -> None:
    hands.document.edit("Many", Network.stack(*(Dense(units=8) for _ in range(30))))
    viewport = hands.view.viewport().rect()
    assert not viewport.contains(hands.view.card_rect("dense_30"))
    hands.page.select("dense_30")
    assert hands.chosen == ("dense_30",)
    assert viewport.contains(hands.view.card_rect("dense_30"))
    assert hands.view.hasFocus()


def test_another_project_begins_at_its_top_with_nothing_chosen(hands: Hands) -> None:
    hands.document.edit("Many", Network.stack(*(Dense(units=8) for _ in range(30))))
    hands.page.select("dense_30")
    hands.document.open(hands.document.project, None, "again")
    assert hands.chosen == ()
    assert hands.view.verticalScrollBar().value() == 0


def test_an_empty_stack_invites(hands: Hands) -> None:
    hands.document.edit("Empty", Network())
    middle = hands.gap(1)
    hands.drag(hands.in_window(hands.find("palette.dense")), middle + QPoint(10, 0))
    assert hands.order == ["input", "dense", "output"]
