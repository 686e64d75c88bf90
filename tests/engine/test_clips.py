"""Layers cut out of one network stand in another with fresh ids and their own wires."""

from __future__ import annotations

import json

import pytest

from engine import clips
from engine.errors import EngineError
from engine.layers import Block
from engine.layers.core.basics import Dense, Dropout, Input, Output
from engine.layers.join.joining import Add
from engine.network import Network


def skip() -> Network:
    """input, dense, dropout, add (reads dense and dropout), output."""
    return Network.stack(Dense(), Dropout(), Add(inputs=("dense", "dropout")))


def test_wires_among_the_cut_ones_stay_and_others_become_the_entry() -> None:
    dropout, add = clips.cut_out(skip(), ["add", "dropout", "output"])
    assert (dropout.id, dropout.inputs) == ("dropout", ())
    assert add.inputs == ("entry", "dropout")


def test_text_and_back() -> None:
    layers = clips.cut_out(skip(), ["dense", "dropout", "add"])
    text = clips.to_text(layers)
    assert json.loads(text)["layerdeck"] == "layers"
    assert json.loads(text)["format"] == 4
    assert clips.from_text(text) == layers


def test_put_in_gives_fresh_ids_and_keeps_the_wires() -> None:
    layers = clips.cut_out(skip(), ["dropout", "add"])
    network, added = clips.put_in(skip(), layers, 4)
    assert added == ("dropout_2", "add_2")
    assert network.reads("dropout_2") == ("add",)
    assert network.reads("add_2") == ("add", "dropout_2")
    assert network.reads("output") == ("add_2",)


def test_put_in_on_a_wire_that_is_named_splits_it() -> None:
    network, added = clips.put_in(skip(), (Dropout(),), 3)
    assert added == ("dropout_2",)
    assert network.reads("add") == ("dense", "dropout_2")


def test_put_in_on_the_wire_of_a_skip() -> None:
    network, _ = clips.put_in(skip(), (Dense(),), 3, reads="dense", feeds="add")
    assert network.reads("dense_2") == ("dense",)
    assert network.reads("add") == ("dense_2", "dropout")


def test_weights_are_shared_among_the_pasted_ones_only() -> None:
    network = Network.stack(Dense(), Dense(shares="dense"))
    assert clips.cut_out(network, ["dense_2"])[0].shares == ""
    both = clips.cut_out(network, ["dense", "dense_2"])
    network, _ = clips.put_in(network, both, 3)
    assert network.layer("dense_4").shares == "dense_3"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no layers"),
        ("hello", "holds no layers"),
        ("[" * 100_000, "holds no layers"),
        ('{"layerdeck": "layers", "format": 9, "layers": []}', "newer"),
        ('{"layerdeck": "layers", "format": 2, "layers": []}', "damaged"),
        ('{"layerdeck": "layers", "format": 2, "layers": [{"kind": "dense", "units": -1}]}', "damaged"),
        ('{"layerdeck": "layers", "format": 2, "layers": [{"kind": "input", "id": "a"}]}', "cannot stand"),
        ('{"layerdeck": "layers", "format": 2, "layers": [{"kind": "add", "id": "a", "inputs": ["b"]}]}', "not above"),
        ("x" * 5_000_000, "too much"),
    ],
)
def test_text_that_is_not_layers_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(EngineError) as error:
        clips.from_text(text)
    assert says in error.value.message


def test_blocks_travel_too() -> None:
    network = Network.stack(Block(id="block", layers=(Dense(id="dense"),), repeat=3))
    assert clips.from_text(clips.to_text(clips.cut_out(network, ["block"]))) == (network.layer("block"),)


def test_one_of_two_outputs_is_fed_and_the_other_keeps_what_it_read() -> None:
    ends = (Output(id="one"), Output(id="two"))
    network = Network(layers=(Input(id="input"), Dense(id="dense"), *ends))
    for fed, other in (("one", "two"), ("two", "one")):
        changed, (added,) = clips.put_in(network, [Dropout()], 2, feeds=fed)
        assert changed.reads(fed) == (added,)
        assert changed.reads(other) == ("dense",)
