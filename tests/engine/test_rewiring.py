"""Making and undoing blocks, splitting wires, choosing what a layer reads."""

from __future__ import annotations

import pytest

from engine.analysis import report
from engine.errors import EngineError
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.core.basics import Dense, Dropout, Input, Output
from engine.layers.join.joining import Add, Concatenate
from engine.layers.sequence.attention import MultiHeadAttention
from engine.network import Network
from engine.paths import parent
from engine.project import Project
from engine.rewiring import (
    add_input,
    add_output,
    at,
    branch,
    group,
    inside,
    labels,
    layer_at,
    put,
    read,
    reads_several,
    skip,
    toggle,
    ungroup,
)
from engine.shapes import Shape

FACTS = DataFacts("table", Shape.of(feature=8), Target("y", "classes", ("a", "b")), 10, 1, 1)


def residual() -> Network:
    """dense -> dense_2 -> add (reads dense too) -> dense_3."""
    network = Network.stack(Dense(units=8), Dense(units=8), Add(), Dense(units=2, activation="softmax"))
    return read(network, "add", {"dense", "dense_2"})


def parameters(network: Network) -> int:
    return report(Project(network=network), FACTS).parameters


def test_toggle_adds_and_takes_away_for_a_joining_layer() -> None:
    network = toggle(residual(), "add", "input")
    assert network.reads("add") == ("input", "dense", "dense_2")
    network = toggle(toggle(network, "add", "input"), "add", "dense")
    assert network.layer("add").inputs == ()  # the one above, unnamed
    assert toggle(network, "add", "dense_2").reads("add") == ("dense_2",)  # never nothing


def test_toggle_replaces_for_a_layer_that_reads_one() -> None:
    assert toggle(residual(), "dense_3", "dense").reads("dense_3") == ("dense",)


def test_group_keeps_a_skip_as_what_the_block_reads() -> None:
    network, name = group(residual(), ["dense_2", "add"])
    block = network.layer(name)
    assert isinstance(block, Block)
    assert [layer.id for layer in network.layers] == ["input", "dense", "block", "dense_3", "output"]
    assert block.layers[1].inputs == ("entry", "dense_2")
    assert parameters(network) == parameters(residual())


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ([], "needs layers"),
        (["input", "output"], "needs layers"),
        (["dense", "add"], "stand together"),
        (["add", "dense_3"], "reads several"),
        (["dense", "dense_2"], "would be inside"),
        (["dense_2", "add", "dense_3"], ""),
    ],
)
def test_group_says_why_not(chosen: list[str], says: str) -> None:
    if not says:
        assert group(residual(), chosen)[1] == "block"
        return
    with pytest.raises(EngineError, match=says):
        group(residual(), chosen)


def test_group_refuses_a_wire_from_outside() -> None:
    network = toggle(residual(), "add", "input")
    with pytest.raises(EngineError, match="outside the block"):
        group(network, ["dense_2", "add"])


@pytest.mark.parametrize("repeat", [1, 3])
def test_ungroup_computes_the_same(repeat: int) -> None:
    network, name = group(residual(), ["dense_2", "add"])
    network = network.with_values(name, repeat=repeat)
    flat, ids = ungroup(network, name)
    assert len(ids) == 2 * repeat
    assert not any(isinstance(layer, Block) for layer in flat.layers)
    assert parameters(flat) == parameters(network)
    assert not report(Project(network=flat), FACTS).problems_of(ids[-1])
    if repeat == 1:
        assert flat == residual()


def test_ungroup_of_an_empty_block_and_of_no_block() -> None:
    network, name = Network.stack(Dense(units=2)).insert(Block())
    network = network.connect("output", [name])
    flat, ids = ungroup(network, name)
    assert ids == ()
    assert flat.reads("output") == ("dense",)
    with pytest.raises(EngineError, match="not a block"):
        ungroup(flat, "dense")


def test_who_reads_a_block_by_name_reads_its_last_layer_after() -> None:
    network, name = group(residual(), ["dense_2", "add"])
    network = network.connect("output", ["dense_3"]).connect("dense_3", [name])
    flat, ids = ungroup(network, name)
    assert flat.reads("dense_3") == (ids[-1],)


def test_inside_and_back() -> None:
    block = Block(layers=(Dense(id="dense"), Dropout(id="dropout")))
    network, _ = inside(block).insert(Dense())
    assert [layer.id for layer in network.middle] == ["dense", "dropout", "dense_2"]
    assert network.reads("dense") == ("entry",)


def nested() -> Network:
    """outer holds dense and inner, and inner holds dense and add."""
    inner = Block(id="inner", layers=(Dense(id="dense", units=8), Add(id="add", inputs=("entry", "dense"))))
    return Network.stack(Dense(units=8), Block(id="outer", layers=(Dense(id="dense", units=8), inner)))


def test_a_path_names_a_layer_inside_blocks() -> None:
    network = nested()
    assert layer_at(network, "dense").units == 8
    assert layer_at(network, "outer.inner.add").inputs == ("entry", "dense")
    assert [parent(path) for path in ("dense", "outer.inner", "outer.inner.add")] == ["", "outer", "outer.inner"]
    for path in ("nope", "dense.x", "outer.add", "outer.inner.add.x", ""):
        with pytest.raises(KeyError):
            layer_at(network, path)
        with pytest.raises(KeyError):
            at(network, path)


@pytest.mark.parametrize("path", ["dense", "outer.dense", "outer.inner.dense"])
def test_an_edit_at_a_path_changes_that_layer_alone(path: str) -> None:
    network = nested()
    place, name = at(network, path)
    assert name == "dense"
    changed = put(network, parent(path), place.with_values(name, units=3))
    assert layer_at(changed, path).units == 3
    assert put(changed, parent(path), place) == network


def test_put_needs_a_block_and_layers_that_it_can_hold() -> None:
    network = nested()
    with pytest.raises(KeyError):
        put(network, "dense", Network.stack(Dense()))
    with pytest.raises(EngineError, match="needs an id of its own") as caught:
        put(network, "outer", Network.stack(Dense(id="entry")))
    assert caught.value.layer == "outer"


def test_a_block_of_a_stranger_that_reads_nonsense_is_an_error_and_no_defect() -> None:
    with pytest.raises(EngineError, match="not nope") as caught:
        inside(Block(id="block", layers=(Dense(id="a", inputs=("nope",)),)))
    assert caught.value.layer == "block"
    assert inside(Block(id="block", layers=(Dense(id="exit"),))).reads("exit") == ("entry",)


def test_a_new_input_changes_nobody() -> None:
    network, name = add_input(residual(), "Picture of it")
    assert name == "picture_of_it"
    assert [layer.id for layer in network.inputs] == ["input", name]
    assert network.layer(name).source == "Picture of it"
    assert network.reads("dense") == ("input",)
    assert all(name not in network.reads(layer.id) for layer in network.layers)
    assert add_input(Network(), "7 float")[0].reads("output") == ("input",)
    assert [add_input(network, source)[1] for source in ("", "7", "float", "dense")] == [
        "input_2",
        "input_2",
        "input_2",
        "dense_4",
    ]
    assert network.remove([name]) == residual().with_values("dense", inputs=("input",))


def test_a_new_output_reads_the_last_layer_or_another() -> None:
    network, name = add_output(residual(), "sum")
    assert (name, network.reads(name), network.layer(name).target) == ("sum", ("dense_3",), "sum")
    network, name = add_output(network, "sum", "dense")
    assert (name, network.reads(name)) == ("sum_2", ("dense",))
    assert network.remove(["sum", name]) == residual()


def wires(network: Network) -> dict[str, tuple[str, ...]]:
    return {layer.id: network.reads(layer.id) for layer in network.middle + network.outputs}


def test_a_skip_to_a_join_is_one_more_that_it_reads() -> None:
    assert skip(residual(), "input", "add").reads("add") == ("input", "dense", "dense_2")


def test_a_skip_to_any_other_goes_through_an_add_right_above_it() -> None:
    network = skip(Network.stack(Dense(id="a"), Dense(id="b"), Dense(id="c")), "a", "c")
    assert wires(network) == {"a": ("input",), "b": ("a",), "add": ("a", "b"), "c": ("add",), "output": ("c",)}
    assert network.layer("c").inputs == ()
    assert network.remove(["add"]).reads("c") == ("b",)


def test_a_skip_to_one_output_leaves_the_others_alone() -> None:
    network, name = add_output(Network.stack(Dense(id="a"), Dense(id="b")), "sum")
    for target, other in (("output", name), (name, "output")):
        changed = skip(network, "a", target)
        assert (changed.reads("add"), changed.reads(target), changed.reads(other)) == (("a", "b"), ("add",), ("b",))


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("add", "dense", "can only read a layer above it"),
        ("dense", "dense", "can only read a layer above it"),
        ("dense", "input", "can only read a layer above it"),
        ("output", "dense", "can only read a layer above it"),
        ("dense", "add", "reads Dense already"),
        ("dense_3", "output", "reads Dense already"),
    ],
)
def test_a_skip_says_why_not(source: str, target: str, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        skip(residual(), source, target)
    assert caught.value.layer == target


def test_attention_keeps_what_it_looks_from_first_and_reads_two_at_most() -> None:
    network = Network.stack(Dense(id="a"), Dense(id="b"), MultiHeadAttention(id="look", inputs=("b",)), Dense(id="c"))
    assert reads_several(network.layer("look"))
    assert skip(network, "a", "look").layer("look").inputs == ("b", "a")
    assert toggle(network, "look", "a").layer("look").inputs == ("b", "a")
    assert toggle(toggle(network, "look", "a"), "look", "a").layer("look").inputs == ()
    assert toggle(toggle(network, "look", "a"), "look", "input").layer("look").inputs == ("b", "input")
    with pytest.raises(EngineError, match="reads 2 layers already"):
        skip(skip(network, "a", "look"), "input", "look")


def test_a_branch_stands_beside_and_joins_in_a_new_concatenate() -> None:
    network, new = branch(Network.stack(Dense(id="a"), Dense(id="b"), Dense(id="c")), "b", Dropout())
    assert wires(network) == {
        "a": ("input",),
        "b": ("a",),
        new: ("a",),
        "concatenate": ("b", new),
        "c": ("concatenate",),
        "output": ("c",),
    }


def test_a_third_branch_joins_where_the_others_do() -> None:
    network, first = branch(Network.stack(Dense(id="a"), Dense(id="b")), "b", Dropout())
    network, _ = network.insert(Dense(id="below"), network.index("b") + 1)  # the column of b goes on
    network = network.connect("concatenate", ["below", first])
    network, second = branch(network, "b", Dense())
    assert network.reads(second) == ("a",)
    assert network.reads("concatenate") == ("below", first, second)
    assert sum(isinstance(layer, Concatenate) for layer in network.layers) == 1


def test_a_branch_beside_the_last_and_beside_one_that_only_names_read() -> None:
    network, new = branch(Network.stack(Dense(id="a")), "a", Dense())
    assert network.reads("output") == ("concatenate",)
    layers = Input(id="input"), Dense(id="a"), Dense(id="b", inputs=("input",)), Dense(id="c", inputs=("a",))
    network, new = branch(Network(layers=(*layers, Output(id="output"))), "a", Dense())
    assert network.reads("concatenate") == ("a", new)
    assert network.layer("c").inputs == ("concatenate",)


def test_a_skip_past_a_branch_stays() -> None:
    network, _ = branch(residual(), "dense", Dropout())
    assert network.reads("dense_2") == ("concatenate",)
    assert network.reads("add") == ("dense", "dense_2")


@pytest.mark.parametrize("name", ["input", "output"])
def test_nothing_stands_beside_the_ends(name: str) -> None:
    with pytest.raises(EngineError, match="Nothing can stand beside"):
        branch(residual(), name, Dense())


def test_blocks_do_not_cut_through_shared_weights() -> None:
    network = Network.stack(Dense(id="a", units=8), Dense(id="b", units=8, shares="a"), Dense(id="c", units=8))
    for chosen, said in ((["b", "c"], "is outside the block"), (["a"], "would be inside the block")):
        with pytest.raises(EngineError, match=f"shares the weights of Dense, which {said}"):
            group(network, chosen)
    grouped, name = group(network, ["a", "b"])
    grouped = grouped.with_values(name, repeat=2)
    flat, ids = ungroup(grouped, name)
    assert [flat.layer(layer_id).shares for layer_id in ids] == ["", "a", "", "a_2"]
    twice, copy = grouped.insert(Block(shares=name, layers=grouped.layer(name).layers))
    for block in (name, copy):
        with pytest.raises(EngineError, match="shares the weights of a whole block"):
            ungroup(twice, block)


def test_group_and_ungroup_between_several_ends() -> None:
    network, _ = add_input(residual(), "more")
    network, _ = add_output(network, "sum", "dense_3")
    grouped, name = group(network, ["dense_2", "add", "dense_3"])
    assert [grouped.reads(layer.id) for layer in grouped.outputs] == [(name,), (name,)]
    flat, _ = ungroup(grouped, name)
    assert wires(flat) == wires(network)


def test_no_two_layers_are_called_alike():
    block = Block(id="block", layers=(Dense(id="one", units=4), Dropout(id="drop")))
    network = Network.stack(Dense(id="first", units=8, name="Encoder"), block, Dense(id="two", units=4))
    found = labels(network)
    assert found["block.one"] == "Dense 1"
    assert found["two"] == "Dense 2"
    assert (found["first"], found["block.drop"]) == ("Encoder", "Dropout")
    assert list(found).index("block") + 1 == list(found).index("block.one")
    assert len(set(found.values())) == len(found)
