"""The inspector edits the chosen layer; shapes, counts and problems follow at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox

from engine.analysis import LayerReport
from engine.layers import KINDS, Block
from engine.layers.base import Layer, Learning
from engine.layers.core.basics import Dense, Dropout
from engine.layers.sequence.recurrent import Lstm
from engine.network import Network
from engine.shapes import Shape
from gui.pages.canvas.drawing.faces import face
from gui.pages.inspector.layer import ELSEWHERE, fields_of
from gui.pages.inspector.measures import of_layer
from gui.pages.inspector.panel import Inspector
from gui.shell.strip.outlook import waits
from tests.gui.pages.canvas.driving import CTRL, SHIFT, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def label(hands: Hands, name: str) -> str:
    found = hands.find(name)
    assert isinstance(found, QLabel)
    return found.text()


def units(hands: Hands) -> QSpinBox:
    found = hands.find("inspector.units")
    assert isinstance(found, QSpinBox)
    return found


def panel(hands: Hands) -> Inspector:
    assert isinstance(hands.page.inspector, Inspector)
    return hands.page.inspector


def test_a_chosen_layer_is_explained_and_printed(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    assert label(hands, "inspector.title") == "Dense 1"
    assert label(hands, "inspector.about") == type(hands.document.network.layer("dense")).about()
    assert label(hands, "inspector.code") == "nn.Linear(4, 8)\nnn.ReLU()"
    assert units(hands).value() == 8
    assert hands.find("inspector.tile.parameters").accessibleName() == "40 parameters"
    assert hands.find("inspector.tile.macs").accessibleName() == "1.02 k MACs / batch"
    assert hands.find("inspector.tile.output").accessibleName() == "8 feature"


def test_a_recurrent_layer_says_how_many_stand_on_each_other() -> None:
    assert "layers" in fields_of(Lstm())
    assert "layers" not in fields_of(Block())


def test_the_measured_time_is_a_tile_of_its_own() -> None:
    row = LayerReport("dense", (Shape.of(feature=4),), Shape.of(feature=8), 40, 32, 200)
    assert [measure.name for measure in of_layer(row, 1)][-1] == "output"
    assert (of_layer(row, 1, 0.1234)[-1].name, of_layer(row, 1, 0.1234)[-1].value) == ("time", "0.12 ms")


def test_typed_units_change_the_cards_at_once(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.key(Key.Key_Return)  # from the card into its first setting
    assert QApplication.focusWidget() is units(hands)
    units(hands).selectAll()
    hands.type("16")
    assert hands.document.network.layer("dense").units == 16
    face = hands.view.sheet.cards["dense"].face
    assert face is not None
    assert (face.shape, face.amount) == ("16", "80 params")
    assert hands.find("inspector.tile.parameters").accessibleName() == "80 parameters"
    hands.key(Key.Key_Escape)
    assert hands.view.hasFocus()


def test_spinning_is_one_step_of_undo(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    units(hands).setFocus()
    for _ in range(5):
        hands.key(Key.Key_Up)
    assert hands.document.network.layer("dense").units == 13
    assert hands.document.undo_stack.count() == 1
    assert hands.document.undo_stack.undoText() == "Set units of Dense 1"
    hands.view.setFocus()
    hands.key(Key.Key_Z, CTRL)
    assert hands.document.network.layer("dense").units == 8
    assert units(hands).value() == 8


def test_a_choice_in_a_combo_is_an_edit(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    combo = hands.find("inspector.activation")
    assert isinstance(combo, QComboBox)
    combo.setFocus()
    hands.key(Key.Key_End)
    assert hands.document.network.layer("dense").activation == "log_softmax"


def test_another_layer_of_the_same_kind_is_not_changed_by_looking_at_it(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.click(hands.card("dense_2"))
    assert units(hands).value() == 3
    assert hands.document.undo_stack.count() == 0


def test_name_goes_on_the_card(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.find("inspector.name").setFocus()
    hands.type("Wide")
    assert hands.view.sheet.cards["dense"].accessibleName() == "Wide"
    assert label(hands, "inspector.title") == "Wide · Dense"
    assert hands.document.undo_stack.count() == 1


def test_a_refused_value_says_why_at_its_field_and_changes_nothing(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.find("inspector.name").setFocus()
    hands.type("x" * 61)
    assert len(hands.document.network.layer("dense").name) == 60
    error = hands.find("inspector.name.error")
    assert error.isVisible()
    assert "60" in label(hands, "inspector.name.error")
    hands.key(Key.Key_Backspace)
    hands.key(Key.Key_Backspace)
    assert not error.isVisible()
    assert len(hands.document.network.layer("dense").name) == 59


def test_a_problem_has_a_button_that_cures_it(hands: Hands) -> None:
    hands.click(hands.card("dense_2"))
    units(hands).setFocus()
    hands.key(Key.Key_Up)
    assert hands.find("inspector.problem.0").isVisible()
    hands.click("inspector.fix.0")
    assert hands.document.network.layer("dense_2").units == 3
    assert not panel(hands).layer.problems.isVisible()
    assert units(hands).value() == 3


def test_with_nothing_chosen_it_sums_up_and_leads_to_problems(hands: Hands) -> None:
    hands.document.edit("Set units", hands.document.network.with_values("dense_2", units=10))
    assert label(hands, "inspector.overview.title") == "Network"
    assert hands.find("inspector.overview.parameters").accessibleName() == f"{40 + 90} parameters"
    assert hands.find("inspector.overview.layers").accessibleName() == "2 layers"
    hands.click("inspector.problem.0.layer")
    assert hands.chosen == ("dense_2",)
    assert label(hands, "inspector.title") == "Dense 2"


def test_three_dense_layers_are_told_apart_wherever_one_is_named(hands: Hands) -> None:
    stack = Network.stack(Dense(units=8), Dense(units=8), Dense(units=10, activation="softmax"))
    hands.document.edit("Stack", stack.with_values("dense_2", inputs=("dense",)))
    assert label(hands, "inspector.overview.title") == "Network"
    head = hands.find("inspector.problem.0.layer")
    assert isinstance(head, QPushButton)
    assert head.text() == "Dense 3"
    assert hands.find("inspector.problem.0").accessibleName() == "Dense 3 has 10 units, the target has 3 classes"
    assert waits(hands.document) == "Train waits for 1 problem: Dense 3"
    cards = [face(hands.document, layer).label for layer in hands.document.network.middle]
    assert cards == ["Dense 1", "Dense 2", "Dense 3"]
    hands.click(hands.card("dense_2"))
    assert label(hands, "inspector.title") == "Dense 2"
    assert hands.find("inspector.inputs").accessibleName() == "Reads Dense 1"
    hands.key(Key.Key_Delete)
    assert hands.document.undo_stack.undoText() == "Delete Dense 2"
    assert waits(hands.document) == "Train waits for 1 problem: Dense 2", "counted from the top"


def test_several_chosen_are_summed(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.click(hands.card("dense_2"), SHIFT)
    assert label(hands, "inspector.overview.title") == "2 layers chosen"
    assert hands.find("inspector.overview.parameters").accessibleName() == "67 parameters"


def test_a_layer_that_vanishes_leaves_the_sums(hands: Hands) -> None:
    hands.double_click("palette.dropout")
    assert label(hands, "inspector.title") == "Dropout"
    hands.document.undo_stack.undo()
    assert panel(hands).overview.isVisible()
    assert not panel(hands).layer.isVisible()


def test_without_data_there_are_settings_but_no_measures(hands: Hands) -> None:
    hands.document.set_facts(None)
    hands.click(hands.card("dense"))
    assert units(hands).value() == 8
    assert not hands.find("inspector.tile.parameters").isVisible() if panel(hands).layer.tiles.isVisible() else True
    assert not hands.find("inspector.code").isVisible()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_can_be_shown(hands: Hands, kind: type[Layer]) -> None:
    if kind.in_palette:
        hands.document.edit("One", Network.stack(kind.model_validate({})))
    shown = next(layer for layer in hands.document.network.layers if isinstance(layer, kind))
    hands.page.select(shown.id)
    assert label(hands, "inspector.about") == kind.about()
    for field in kind.model_fields.keys() - ELSEWHERE - {"layers"} | {"name", "note"}:
        assert hands.find(f"inspector.{field}").isVisible(), field
    row = hands.document.report.layers.get(shown.id)
    learns = kind is Block or (row is not None and row.parameters > 0)
    assert hands.find("inspector.learning").isVisible() == learns


def test_how_a_layer_learns_is_set_behind_a_fold(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    frozen, rate = hands.find("inspector.learning.frozen"), hands.find("inspector.learning.rate")
    assert not frozen.isVisible()
    hands.click(hands.in_window(hands.find("inspector.learning")))
    assert frozen.isVisible()
    assert isinstance(frozen, QCheckBox)
    assert isinstance(rate, QDoubleSpinBox)
    rate.setValue(0.1)
    assert hands.document.network.layer("dense").learning == Learning(rate=0.1)
    assert hands.find("inspector.learning", QPushButton).text() == "Learning · rate × 0.1"
    frozen.click()
    assert hands.document.network.layer("dense").learning == Learning(rate=0.1, frozen=True)
    assert hands.find("inspector.learning", QPushButton).text() == "Learning · frozen"
    hands.document.undo_stack.undo()
    assert hands.document.network.layer("dense").learning == Learning()


def test_a_frozen_layer_wears_a_lock_and_says_so(hands: Hands) -> None:
    card = hands.view.sheet.cards["dense"]
    before = card.picture().toImage()
    hands.document.edit("Freeze", hands.document.network.with_values("dense", learning=Learning(frozen=True)))
    assert "frozen" in card.accessibleDescription()
    assert "Frozen" in card.toolTip()
    assert card.picture().toImage() != before
    assert "frozen" not in hands.view.sheet.cards["dense_2"].accessibleDescription()


def test_what_stands_in_a_frozen_block_is_frozen_too(hands: Hands) -> None:
    block = Block(id="block", layers=(Dense(id="inner", units=4), Dropout(id="drop")), learning=Learning(frozen=True))
    hands.document.edit("Block", Network.stack(block))
    assert face(hands.document, block, "block").frozen
    assert face(hands.document, block.layers[0], "block.inner").frozen
    assert not face(hands.document, block.layers[1], "block.drop").frozen, "it has nothing to learn"


def test_tab_goes_down_the_form(hands: Hands) -> None:
    hands.click(hands.card("dense_2"))
    hands.double_click("palette.dropout")
    hands.click(hands.card("dense"))
    hands.key(Key.Key_Return)
    seen = [QApplication.focusWidget().objectName()]
    for _ in range(6):
        hands.key(Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName().removeprefix("inspector."))
    assert seen[1:7] == ["activation", "lora_rank", "initialisation", "name", "learning", "note"]
