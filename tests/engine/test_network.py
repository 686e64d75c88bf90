"""Edits of a network: each gives a new one, and none can make a network that reads itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.errors import EngineError
from engine.layers import Block
from engine.layers.core import Dense, Dropout, Input, Output
from engine.layers.joining import Add
from engine.layers.recurrent import Lstm
from engine.network import Network


def ids(network: Network) -> list[str]:
    return [layer.id for layer in network.layers]


@pytest.fixture
def skip() -> Network:
    """input, a, b, add (reads a and b), output."""
    return Network.stack(Dense(id="a", units=4), Dense(id="b", units=4), Add(id="add", inputs=("a", "b")))


def test_a_new_network_is_input_and_output() -> None:
    assert ids(Network()) == ["input", "output"]
    assert Network().reads("output") == ("input",)
    assert Network().reads("input") == ()


def test_insert_numbers_ids_and_leaves_the_old_network_alone() -> None:
    before = Network.stack(Dense())
    after, name = before.insert(Dense(units=3), 1)
    assert (ids(before), ids(after), name) == (
        ["input", "dense", "output"],
        ["input", "dense_2", "dense", "output"],
        "dense_2",
    )
    assert after.layer("dense_2").units == 3


@pytest.mark.parametrize("index", [-5, 0, 1])
def test_nothing_stands_above_input(index: int) -> None:
    network, name = Network.stack(Dense()).insert(Dropout(), index)
    assert ids(network) == ["input", name, "dense", "output"]


@pytest.mark.parametrize("index", [None, 3, 99])
def test_nothing_stands_below_output(index: int | None) -> None:
    network, name = Network.stack(Dense()).insert(Dropout(), index)
    assert ids(network) == ["input", "dense", name, "output"]


def test_remove_rewires_who_named_it(skip: Network) -> None:
    without_a = skip.remove(["a"])
    assert without_a.layer("add").inputs == ("input", "b")
    without_both = skip.remove(["a", "b"])
    assert without_both.layer("add").inputs == ("input",)
    assert ids(without_both) == ["input", "add", "output"]


def test_input_and_output_stay(skip: Network) -> None:
    assert ids(skip.remove(["input", "output", "add"])) == ["input", "a", "b", "output"]


def test_move(skip: Network) -> None:
    network, _ = skip.insert(Dropout(id="drop"))
    assert ids(network.move("drop", 1)) == ["input", "drop", "a", "b", "add", "output"]
    assert ids(network.move("drop", 99)) == ids(network)
    assert network.move("input", 3) == network


@pytest.mark.parametrize(("layer", "index"), [("add", 1), ("a", 3), ("b", 3)])
def test_move_is_refused_where_a_reader_would_stand_above(skip: Network, layer: str, index: int) -> None:
    with pytest.raises(EngineError) as caught:
        skip.move(layer, index)
    assert caught.value.layer == layer
    assert caught.value.message.startswith("Add (skip) reads Dense")


def test_duplicate_reads_the_original(skip: Network) -> None:
    network, name = skip.duplicate("a")
    assert ids(network) == ["input", "a", name, "b", "add", "output"]
    assert network.reads(name) == ("a",)
    assert network.layer(name).units == 4
    assert skip.duplicate("output") == (skip, "output")


def test_connect(skip: Network) -> None:
    assert skip.connect("add", ["input", "b"]).reads("add") == ("input", "b")
    assert skip.connect("add", []).reads("add") == ("b",)
    for late in ("add", "output", "nobody"):
        with pytest.raises(EngineError) as caught:
            skip.connect("b", [late])
        assert caught.value.layer == "b"


def test_with_values_says_which_field_is_wrong() -> None:
    network = Network.stack(Dense(), Lstm())
    assert network.with_values("dense", units=7).layer("dense").units == 7
    assert network.layer("dense").units == 64
    for layer, field, value in (("dense", "units", 0), ("dense", "activation", "loud"), ("lstm", "dropout", 0.5)):
        with pytest.raises(EngineError) as caught:
            network.with_values(layer, **{field: value})
        assert (caught.value.layer, caught.value.field) == (layer, field)
    assert "dropout works between layers: set layers to 2 or more" in caught.value.message


def test_fingerprint_is_of_what_is_computed() -> None:
    network = Network.stack(Dense(), Block(layers=(Dense(),)))
    assert len(network.fingerprint) == 12
    assert network.with_values("dense", name="First").fingerprint == network.fingerprint
    assert network.with_values("dense", units=7).fingerprint != network.fingerprint
    assert network.with_values("block", repeat=2).fingerprint != network.fingerprint
    assert network.remove(["dense"]).fingerprint != network.fingerprint


def test_a_file_gives_the_same_network_back(skip: Network) -> None:
    network, _ = skip.insert(Block(repeat=2, layers=(Dense(units=4), Lstm())))
    assert Network.model_validate_json(network.model_dump_json()) == network


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (Dense(id="a"), Output(id="output")),
        (Input(id="input"), Dense(id="a")),
        (Input(id="input"), Input(id="other"), Output(id="output")),
        (Input(id="input"), Dense(id="a"), Dense(id="a"), Output(id="output")),
        (Input(id="input"), Dense(), Output(id="output")),
    ],
    ids=["nothing", "no input", "no output", "input inside", "an id twice", "no id"],
)
def test_malformed_networks_cannot_be_made(layers: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError):
        Network.model_validate({"layers": layers})


@pytest.mark.parametrize("name", ["nope", "b", "a", "output"])
def test_a_layer_cannot_read_what_is_not_above_it(name: str) -> None:
    layers = (Input(id="input"), Dense(id="a", inputs=(name,)), Dense(id="b"), Output(id="output"))
    with pytest.raises(ValidationError, match=f"a can only read a layer above it, not {name}"):
        Network(layers=layers)


def test_blocks_cannot_be_repeated_without_end() -> None:
    inner = Block(repeat=200, layers=(Dense(),))
    Block(repeat=10, layers=(inner,))
    with pytest.raises(ValidationError, match="2,200 layers would be built"):
        Block(repeat=11, layers=(inner,))
    with pytest.raises(ValidationError, match="layers would be built"):
        Network(layers=(Input(id="input"), *(inner.changed(id=f"b{n}") for n in range(10)), Output(id="output")))
    for _ in range(19):
        inner = Block(layers=(inner,))
    with pytest.raises(ValidationError, match="20 deep"):
        Block(layers=(inner,))
