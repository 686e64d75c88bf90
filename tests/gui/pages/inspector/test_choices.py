"""Names, notes, shared weights, parts of the data, and one setting for a whole block."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QSpinBox

from engine import blocks
from engine.facts import DataFacts, InputFact, Target
from engine.network import Network
from engine.shapes import Shape
from tests.gui.pages.canvas.driving import CTRL, FACTS, SHIFT, Hands

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen


def combo(hands: Hands, field: str) -> QComboBox:
    found = hands.find(f"inspector.{field}")
    assert isinstance(found, QComboBox)
    return found


def choose(hands: Hands, field: str, value: str) -> None:
    found = combo(hands, field)
    found.setCurrentIndex(found.findData(value))


def test_f2_renames_in_one_step(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.page.rename()
    hands.type("Wide")
    assert hands.document.network.layer("dense").name == "Wide"
    assert hands.document.undo_stack.count() == 1
    assert hands.document.undo_stack.undoText() == "Rename Dense 1"
    hands.key(Key.Key_Escape)
    hands.key(Key.Key_Z, CTRL)
    assert hands.document.network.layer("dense").name == ""


def test_a_note_is_written_and_undone(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    hands.page.write_note()
    hands.type("try 16")
    hands.key(Key.Key_Return)
    hands.type("or 32")
    assert hands.document.network.layer("dense").note == "try 16\nor 32"
    assert hands.document.undo_stack.count() == 1
    hands.click(hands.card("dense_2"))
    note = hands.find("inspector.note")
    assert isinstance(note, QPlainTextEdit)
    assert note.toPlainText() == ""
    assert hands.document.network.layer("dense_2").note == ""


def test_weights_are_shared_with_a_layer_of_the_same_kind(hands: Hands) -> None:
    hands.click(hands.card("dense"))
    assert not combo(hands, "shares").isVisible()
    hands.click(hands.card("dense_2"))
    shares = combo(hands, "shares")
    assert [shares.itemData(n) for n in range(shares.count())] == ["", "dense"]
    choose(hands, "shares", "dense")
    assert hands.document.network.layer("dense_2").shares == "dense"
    assert "shares" in [problem.kind for problem in hands.document.report.problems_of("dense_2")]
    choose(hands, "shares", "")
    assert hands.document.network.layer("dense_2").shares == ""


def test_data_and_target_are_chosen_where_there_are_several(hands: Hands) -> None:
    hands.click(hands.card("input"))
    assert not combo(hands, "source").isVisible()
    facts: DataFacts = dataclasses.replace(
        FACTS,
        input_name="table",
        more_inputs=(InputFact("picture", Shape.of(channel=1, height=8, width=8)),),
        more_targets=(Target("age", "number"),),
    )
    hands.document.set_facts(facts)
    source = combo(hands, "source")
    assert source.isVisible()
    assert [source.itemData(n) for n in range(source.count())] == ["", "picture"]
    choose(hands, "source", "picture")
    assert hands.document.network.inputs[0].source == "picture"
    hands.double_click("palette.input")
    assert hands.document.network.inputs[1].source == "table"
    hands.click(hands.card("output"))
    choose(hands, "target", "age")
    assert hands.document.network.outputs[0].target == "age"


def test_channels_of_a_whole_block_are_set_at_once(hands: Hands) -> None:
    bottleneck = blocks.bottleneck(Shape.of(channel=64, height=8, width=8))
    hands.document.edit("One", Network.stack(bottleneck))
    hands.page.select("bottleneck")
    channels = hands.find("inspector.all.channels")
    assert isinstance(channels, QSpinBox)
    assert channels.value() == 64
    channels.setFocus()
    channels.selectAll()
    hands.type("128")
    inner = hands.document.network.middle[0].layers
    assert [layer.channels for layer in inner if layer.kind == "conv2d"] == [32, 32, 128]
    hands.view.setFocus()
    hands.key(Key.Key_Z, CTRL)
    assert hands.document.network.middle[0].layers == bottleneck.layers
    hands.key(Key.Key_Z, CTRL | SHIFT)
