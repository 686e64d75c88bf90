"""Layers that are called alike are told apart in all that is said of them, and keep the names that they have."""

from __future__ import annotations

from engine.analysis import report
from engine.layers import Block
from engine.layers.base import Learning
from engine.layers.core.basics import Dense
from engine.layers.join.joining import Add
from engine.network import Network
from engine.project import Project
from engine.rewiring import labels
from tests.engine.analysis.samples import TABLE, project

SOFTMAX = Dense(units=3, activation="softmax")


def skipping(*names: str) -> Project:
    """Three Dense layers; Add joins the first, which is wider, with the second."""
    first, second, *_ = (*names, "", "")
    stack = Network.stack(Dense(units=16, name=first), Dense(units=8, name=second), Add(), SOFTMAX)
    return project(ends=stack.with_values("add", inputs=("dense", "dense_2")))


def test_of_three_dense_layers_the_sentences_say_which():
    found = report(skipping(), TABLE)
    assert found.labels["dense_3"] == found.label("dense_3") == "Dense 3"
    texts = [fix.text for problem in found.problems for fix in problem.fixes]
    assert texts[:2] == ["Put Dense with 8 units after Dense 1", "Put Dense with 16 units after Dense 2"]
    wide = skipping().network.with_values("dense", units=8).with_values("dense_3", units=5)
    (problem,) = report(skipping().changed(network=wide), TABLE).problems
    assert problem.message == "Dense 3 has 5 units, the target has 3 classes"
    assert problem.layer == "dense_3"


def test_what_a_layer_itself_refuses_says_which_one_it_is():
    stack = Network.stack(Dense(units=16), Dense(units=8), SOFTMAX).with_values("dense_2", shares="dense")
    (problem,) = report(project(ends=stack), TABLE).problems
    assert problem.message.startswith("Dense 2 needs nn.Linear(16, 8)")
    assert "and Dense 1 has nn.Linear(4, 16)" in problem.message
    assert problem.fixes[0].text == "Give Dense 2 its own weights"


def test_a_cured_network_has_the_names_that_it_had():
    for names in ((), ("Dense", "Dense"), ("Twin", "Twin")):
        before = skipping(*names)
        for problem in report(before, TABLE).problems:
            for fix in problem.fixes:
                cured = fix.apply(before).network
                kept = {layer.id: layer.name for layer in before.network.layers}
                assert {layer.id: layer.name for layer in cured.layers} == {
                    layer.id: kept.get(layer.id, "") for layer in cured.layers
                }, fix.text


def test_a_name_that_a_person_gave_is_not_given_twice():
    stack = Network.stack(Dense(units=8), Dense(units=8, name="Dense 2"), Dense(units=8), SOFTMAX)
    assert list(labels(stack).values()) == ["Input", "Dense 1", "Dense 2", "Dense 3", "Dense 4", "Output"]


def test_a_name_as_long_as_one_may_be_stays():
    name = "n" * 60
    before = skipping(name, name)
    found = report(before, TABLE)
    assert found.label("dense_2") == f"{name} 2"
    assert found.problems[0].fixes[0].apply(before).network.layer("dense").name == name


def test_blocks_that_differ_in_names_alone_can_share_weights():
    one = Block(layers=(Dense(id="a", units=4, name="First"),))
    two = Block(layers=(Dense(id="a", units=4),))
    stack = Network.stack(one, two, SOFTMAX).with_values("block_2", shares="block")
    assert not report(project(ends=stack), TABLE).problems


def test_who_learns_as_another_says_which():
    stack = Network.stack(Dense(units=4), Dense(units=4, learning=Learning(rate=2.0)), SOFTMAX)
    (advice,) = report(project(ends=stack.with_values("dense_2", shares="dense")), TABLE).advice
    assert advice.message == "Dense 2 learns as Dense 1 does, whose weights it uses"
