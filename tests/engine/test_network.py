"""Edits of a network: each gives a new one, and none can make a network that reads itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.errors import EngineError
from engine.layers import Block
from engine.layers.core.basics import Dense, Dropout, Input, Output
from engine.layers.join.joining import Add
from engine.layers.sequence.recurrent import Lstm
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
    assert network.with_values("dense", name="First", note="why").fingerprint == network.fingerprint
    noted = (Dense(id="dense", name="Inner", note="why"),)
    assert network.with_values("block", layers=noted).fingerprint == network.fingerprint
    assert network.with_values("block", layers=(Dense(id="dense", units=9),)).fingerprint != network.fingerprint
    assert network.with_values("dense", units=7).fingerprint != network.fingerprint
    assert network.with_values("block", repeat=2).fingerprint != network.fingerprint
    assert network.remove(["dense"]).fingerprint != network.fingerprint


def test_a_file_gives_the_same_network_back(skip: Network) -> None:
    network, _ = skip.insert(Block(repeat=2, layers=(Dense(units=4), Lstm())))
    assert Network.model_validate_json(network.model_dump_json()) == network


@pytest.fixture
def ends() -> Network:
    """Inputs one and two; a, b (reads one), both (reads a and b); Outputs left (reads a) and right."""
    inputs = Input(id="one"), Input(id="two", source="more")
    middle = Dense(id="a", units=4), Dense(id="b", units=4, inputs=("one",)), Add(id="both", inputs=("a", "b"))
    return Network(layers=(*inputs, *middle, Output(id="left", target="y", inputs=("a",)), Output(id="right")))


def test_several_inputs_and_outputs(ends: Network) -> None:
    assert [layer.id for layer in ends.inputs] == ["one", "two"]
    assert [layer.id for layer in ends.middle] == ["a", "b", "both"]
    assert [layer.id for layer in ends.outputs] == ["left", "right"]
    assert [ends.reads(name) for name in ids(ends)] == [
        (),
        (),
        ("two",),
        ("one",),
        ("a", "b"),
        ("a",),
        ("both",),
    ]
    assert [ends.above(name) for name in ids(ends)] == ["", "", "two", "a", "b", "both", "both"]


@pytest.mark.parametrize(("index", "place"), [(None, 5), (0, 2), (1, 2), (3, 3), (5, 5), (6, 5), (99, 5)])
def test_a_new_layer_stands_between_inputs_and_outputs(ends: Network, index: int | None, place: int) -> None:
    network, name = ends.insert(Dropout(), index)
    assert network.index(name) == place
    assert ids(network.move(name, 0))[2] == name
    assert ids(network.move(name, 99))[5] == name


def test_outputs_go_until_one_is_left(ends: Network) -> None:
    assert ids(ends.remove(["left"])) == ["one", "two", "a", "b", "both", "right"]
    assert ids(ends.remove(["one", "two", "left", "right"])) == ["one", "a", "b", "both", "left"]


def test_who_read_an_input_that_is_gone_reads_the_rest(ends: Network) -> None:
    without = ends.remove(["two"])
    assert without.reads("a") == ("one",)
    without = ends.connect("both", ["one", "b"]).remove(["one"])
    assert without.reads("b") == ("a",)  # the one above: what it named is gone
    assert without.layer("both").inputs == ("b",)


def test_who_read_a_removed_layer_unnamed_reads_what_that_one_read(ends: Network) -> None:
    network, _ = ends.insert(Dropout(id="drop"), 4)  # reads b, unnamed
    assert network.reads("drop") == ("b",)
    assert network.remove(["b"]).reads("drop") == ("one",)
    assert network.remove(["b"]).layer("both").inputs == ("a", "one")
    assert network.remove(["both"]).reads("right") == ("a",)  # not drop, which right never read
    assert ends.remove(["both"]).layer("right").inputs == ()  # b: of what it read, the one above


def test_shared_weights_name_a_layer_above() -> None:
    network = Network.stack(Dense(id="a"), Dense(id="b", shares="a"), Dense(id="c"))
    with pytest.raises(EngineError, match="shares the weights of Dense, so it has to stay below it"):
        network.move("a", 3)
    assert network.remove(["a"]).layer("b").shares == ""
    for late in ("c", "b", "input", "nobody"):
        with pytest.raises(
            EngineError, match=f"b can only share the weights of a layer above it, not of {late}"
        ) as caught:
            network.with_values("b", shares=late)
        assert (caught.value.layer, caught.value.field) == ("b", "shares")


def test_an_edit_is_checked_as_a_file_is(skip: Network) -> None:
    with pytest.raises(EngineError, match="a can only read a layer above it, not b") as caught:
        skip.with_values("a", inputs=("b",))
    assert (caught.value.layer, caught.value.field) == ("a", "inputs")
    changed = skip.with_values("a", units=9)
    whole = Network(layers=changed.layers)
    assert (changed == whole, hash(changed) == hash(whole)) == (True, True)
    assert changed.model_dump_json() == whole.model_dump_json()
    assert changed.index("add") == whole.index("add") == 3


@pytest.mark.parametrize(
    "layers",
    [
        (Input(id="one"), Input(id="two", inputs=("one",)), Output(id="output")),
        (Input(id="one"), Output(id="left"), Output(id="right", inputs=("left",))),
        (Input(id="one"), Output(id="left"), Input(id="two"), Output(id="right")),
        (Input(id="one"), Output(id="left"), Dense(id="a"), Output(id="right")),
        (Input(id="one"), Dense(id="a", shares="one"), Output(id="left")),
    ],
    ids=["an input reads", "an output is read", "input below output", "output inside", "weights of an input"],
)
def test_ends_that_do_not_fit_cannot_be_made(layers: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError):
        Network.model_validate({"layers": layers})


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (Dense(id="a"), Output(id="output")),
        (Input(id="input"), Dense(id="a")),
        (Input(id="input"), Dense(id="a"), Input(id="other"), Output(id="output")),
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
