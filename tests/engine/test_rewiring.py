"""Making and undoing blocks, splitting wires, choosing what a layer reads."""

from __future__ import annotations

import pytest

from engine.analysis import report
from engine.errors import EngineError
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.core import Dense, Dropout
from engine.layers.joining import Add
from engine.network import Network
from engine.project import Project
from engine.rewiring import group, held, inside, read, splice, toggle, ungroup
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


def test_splice_puts_the_new_layer_into_a_named_wire() -> None:
    network, new = residual().insert(Dropout(), 3)
    assert splice(network, new).reads("add") == ("dense", "dropout")
    network, new = Network.stack(Dense()).insert(Dropout(), 1)
    assert splice(network, new) == network


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
    assert [layer.id for layer in held(network)] == ["dense", "dropout", "dense_2"]
    assert network.reads("dense") == ("entry",)
