"""How single layers learn: decay that spares norms, rates, freezing, prices on weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.build import build
from engine.choices.optimizers import OPTIMIZERS, Adagrad, Adam, AdamW, Sgd
from engine.errors import EngineError
from engine.layers import Block
from engine.layers.base import Learning
from engine.layers.core.basics import Dense, Dropout
from engine.layers.learning import frozen_paths, learning_of, path_of
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.network import Network
from engine.plan import plan_of
from engine.project import Project
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from tests.engine import toys
from tests.engine.training import by_hand, several

FROZEN = Learning(frozen=True)


def stack(first: Learning, second: Learning | None = None) -> Network:
    """The network of toys.project, with layers that learn in their own way."""
    last = Dense(units=2, activation="softmax", learning=second or Learning(), initialisation="torch")
    return Network.stack(Dense(units=16, learning=first, initialisation="torch"), Dropout(rate=0.1), last)


def learner(project: Project, data=None) -> Learner:
    return Learner(TrainingRequest(project, data or toys.rings(), None))


def a_step(made: Learner, rate: float = 0.1) -> None:
    made.step(*next(made.batches(0)), rate)


@pytest.mark.parametrize("spare", [True, False])
def test_decay_spares_norms_and_biases_as_by_hand(spare, tmp_path):
    project = toys.project(optimizer=AdamW(learning_rate=0.01, weight_decay=0.5), spare_norms=spare)
    model = by_hand.network()
    one, bias, two, other = model.parameters()
    parts = [
        {"params": [one, two], "weight_decay": 0.5},
        {"params": [bias, other], "weight_decay": 0.0 if spare else 0.5},
    ]
    optimizer = torch.optim.AdamW(parts, lr=0.01, fused=True)
    for inputs, targets in by_hand.batches(project, toys.rings()):
        optimizer.zero_grad()
        cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    assert by_hand.same(by_hand.learned(project, toys.rings(), tmp_path), model)


def test_a_norm_of_any_kind_is_spared():
    network = Network.stack(Dense(units=8), BatchNorm(), Dense(units=2, activation="softmax"))
    made = learner(toys.project(network, optimizer=AdamW(weight_decay=0.5)))
    names = {parameter: name for name, parameter in made.model.named_parameters()}
    groups = made.optimizer.param_groups
    decaying = {names[one] for group in groups if group["weight_decay"] for one in group["params"]}
    spared = {names[one] for group in groups if not group["weight_decay"] for one in group["params"]}
    assert decaying == {"dense.0.weight", "dense_2.weight"}
    assert spared == {"dense.0.bias", "batch_norm.weight", "batch_norm.bias", "dense_2.bias"}


def test_each_layer_has_its_rate_as_by_hand(tmp_path):
    project = toys.project(stack(Learning(rate=0.1), Learning(rate=3)), optimizer=Adam(learning_rate=0.01))
    model = by_hand.network()
    one, bias, two, other = model.parameters()
    parts = [{"params": [one, bias], "lr": 0.01 * 0.1}, {"params": [two, other], "lr": 0.01 * 3.0}]
    optimizer = torch.optim.Adam(parts, fused=True)
    for inputs, targets in by_hand.batches(project, toys.rings()):
        optimizer.zero_grad()
        cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    assert by_hand.same(by_hand.learned(project, toys.rings(), tmp_path), model)


def test_prices_on_weights_are_as_by_hand_and_told_in_the_loss(tmp_path):
    project = toys.project(stack(Learning(l1=0.01), Learning(l1=0.002, l2=0.05)), optimizer=Adam(learning_rate=0.01))
    model = by_hand.network()
    one, _, two, _ = model.parameters()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    told = []
    for inputs, targets in by_hand.batches(project, toys.rings()):
        optimizer.zero_grad()
        loss = cross_entropy(model(inputs), targets) + 0.01 * one.abs().sum()
        loss = loss + 0.002 * two.abs().sum() + 0.05 * two.square().sum()
        loss.backward()
        optimizer.step()
        told.append(loss.item())
    found = by_hand.events(project, toys.rings(), tmp_path)
    by_hand.close(by_hand.learned(project, toys.rings(), tmp_path), model)
    np.testing.assert_allclose(by_hand.losses(found), told, rtol=1e-4)


def test_prices_are_no_part_of_what_is_measured():
    data = toys.rings()
    plain, priced = learner(toys.project()), learner(toys.project(stack(Learning(l1=5, l2=5))))
    assert plain.measure(data.validation).loss == priced.measure(data.validation).loss


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_frozen_layer_stays_bit_for_bit_and_costs_the_optimizer_nothing(kind, tmp_path):
    project = toys.project(stack(FROZEN), optimizer=kind(weight_decay=0.5))
    arrays = by_hand.last(by_hand.events(project, toys.rings(), tmp_path)).arrays
    fresh = by_hand.network().state_dict()
    assert np.array_equal(arrays["model.dense.0.weight"], fresh["0.weight"].numpy())
    assert np.array_equal(arrays["model.dense.0.bias"], fresh["0.bias"].numpy())
    assert not np.array_equal(arrays["model.dense_2.weight"], fresh["3.weight"].numpy())
    assert not [name for name in arrays if name.startswith("optimizer.dense.")]
    made = learner(project)
    a_step(made)
    assert made.model.get_parameter("dense.0.weight").grad is None


def test_a_frozen_batch_norm_keeps_its_statistics_and_uses_them():
    network = Network.stack(
        Dense(units=8), BatchNorm(learning=FROZEN), BatchNorm(), Dense(units=2, activation="softmax")
    )
    made = learner(toys.project(network))
    made.measure(toys.rings().validation)  # afterwards all are in training mode again, but the frozen one
    a_step(made)
    state = made.model.state_dict()
    assert torch.equal(state["batch_norm.running_mean"], torch.zeros(8))
    assert int(state["batch_norm.num_batches_tracked"]) == 0
    assert not torch.equal(state["batch_norm_2.running_mean"], torch.zeros(8))
    still = {name for name, module in made.model.named_modules() if not module.training}
    assert still == {"batch_norm"}


def test_what_a_block_says_holds_for_all_inside():
    inner = (Dense(id="a", units=16, learning=Learning(rate=0.5, l2=0.1)), Dense(id="b", units=16))
    block = Block(layers=inner, repeat=2, learning=Learning(rate=0.5, l2=0.2))
    made = learner(toys.project(Network.stack(Dense(units=16), block, Dense(units=2, activation="softmax"))))
    names = {parameter: name for name, parameter in made.model.named_parameters()}
    rates = {names[one]: group["rate"] for group in made.optimizer.param_groups for one in group["params"]}
    assert {name: rates[f"{name}.0.weight"] for name in ("dense", "block.0.a", "block.1.a", "block.1.b")} == {
        "dense": 1.0,
        "block.0.a": 0.25,
        "block.1.a": 0.25,
        "block.1.b": 0.5,
    }
    prices = {names[one.weight]: one.l2 for one in made._penalties}
    assert {name: prices[f"block.{name}.0.weight"] for name in ("0.a", "1.b")} == pytest.approx(
        {"0.a": 0.3, "1.b": 0.2}
    )
    frozen = Block(id="block", layers=inner, repeat=2, learning=FROZEN)
    assert [learning_of([frozen], name).frozen for name in ("block.1.a.0.weight", "dense.weight")] == [True, False]
    assert path_of([frozen], "block.1.a.0.weight") == "block.a"
    assert list(frozen_paths([frozen])) == ["block", "block.a", "block.b"]
    made = learner(toys.project(Network.stack(Dense(units=16), frozen, Dense(units=2, activation="softmax"))))
    learns = {name.split(".")[0] for name, one in made.model.named_parameters() if one.requires_grad}
    assert learns == {"dense", "dense_2"}


def test_shared_weights_learn_as_their_owner_does():
    words = several.words()
    layers = (
        Embedding(id="table", vocabulary=8, dimensions=16, learning=FROZEN),
        Lstm(units=16, returns="every step"),
        Dense(id="tied", units=8, activation="softmax", shares="table", learning=Learning(rate=2)),
    )
    made = learner(toys.project(Network.stack(*layers)), words)
    before = made.model.get_parameter("table.weight").clone()
    a_step(made)
    assert torch.equal(made.model.get_parameter("table.weight"), before)
    names = {parameter: name for name, parameter in made.model.named_parameters()}
    rates = {names[one]: group["rate"] for group in made.optimizer.param_groups for one in group["params"]}
    assert {name: rate for name, rate in rates.items() if name.startswith("tied")} == {"tied.bias": 2.0}


def test_layers_in_their_own_ways_go_on_exactly(tmp_path):
    network = Network.stack(
        Dense(units=16, learning=Learning(rate=0.3, l1=0.001)),
        BatchNorm(learning=FROZEN),
        Dense(units=16, learning=FROZEN),
        Dropout(rate=0.1),
        Dense(units=2, activation="softmax", learning=Learning(l2=0.01)),
    )
    project = toys.project(network, optimizer=AdamW(weight_decay=0.1))
    by_hand.goes_on_exactly(project, toys.rings(), tmp_path)


def test_all_frozen_is_one_sentence():
    with pytest.raises(EngineError, match="nothing to learn"):
        learner(toys.project(stack(FROZEN, FROZEN)))


@pytest.mark.parametrize("optimizer", [Adam(), Sgd(momentum=0.9), Adagrad()], ids=["adam", "sgd", "adagrad"])
def test_a_layer_is_frozen_and_let_go_while_it_learns(optimizer):
    made = learner(toys.project(stack(Learning(), FROZEN), optimizer=optimizer, averaging=0.9))
    steps = []
    for path, frozen in ((None, None), ("dense_2", False), ("dense", True), ("dense", False)):
        if path:
            made.freeze(path, frozen)
        before = {name: one.clone() for name, one in made.model.state_dict().items()}
        a_step(made)
        after = made.model.state_dict()
        steps.append({name.split(".")[0] for name in before if not torch.equal(before[name], after[name])})
    assert steps == [{"dense"}, {"dense", "dense_2"}, {"dense_2"}, {"dense", "dense_2"}]
    made.freeze("dense", True)
    with pytest.raises(EngineError, match="nothing to learn"):
        made.freeze("dense_2", True)


def test_a_layer_let_go_is_put_back_from_a_snapshot():
    project = toys.project(stack(Learning(), FROZEN), averaging=0.9)
    made, other = learner(project), learner(project)
    made.freeze("dense_2", False)
    a_step(made)
    made.freeze("dense_2", True)
    cut = snapshots.take(made, {"step": 1})
    other.freeze("dense_2", True)
    snapshots.put_back(other, cut)
    for one in (made, other):
        one.freeze("dense_2", False)
        torch.manual_seed(0)
        a_step(one)
    left, right = (snapshots.take(one, {"step": 2}).arrays for one in (made, other))
    assert left.keys() == right.keys()
    assert all(np.array_equal(left[name], right[name]) for name in left if name != snapshots.RANDOM)


def test_weight_decay_is_changed_on_the_way_and_still_spares_norms():
    made = learner(toys.project(optimizer=AdamW(weight_decay=0.0)))
    a_step(made)
    assert len(made.optimizer.param_groups) == 1
    known = {id(one): values for one, values in made.optimizer.state.items()}
    made.updater.set_weight_decay(0.5)
    decays = {one.ndim: group["weight_decay"] for group in made.optimizer.param_groups for one in group["params"]}
    assert decays == {2: 0.5, 1: 0.0}
    assert {id(one): values for one, values in made.optimizer.state.items()} == known


def test_snapshots_that_number_their_parameters_are_read():
    project = toys.project(optimizer=AdamW(weight_decay=0.1), spare_norms=False)
    made, other = learner(project), learner(project)
    a_step(made)
    cut = snapshots.take(made, {"step": 1})
    names = [name for name, _ in made.model.named_parameters()]
    arrays = {}
    for name, value in cut.arrays.items():
        owner, _, key = name.removeprefix("optimizer.").rpartition(".")
        arrays[f"optimizer.{names.index(owner)}.{key}" if name.startswith("optimizer.") else name] = value
    assert "optimizer.0.exp_avg" in arrays
    snapshots.put_back(other, snapshots.Snapshot(1, arrays, {"step": 1}))
    again = snapshots.take(other, {"step": 1})
    assert again.arrays.keys() == cut.arrays.keys()
    assert all(np.array_equal(again.arrays[name], cut.arrays[name]) for name in cut.arrays)


def test_what_is_built_and_printed_does_not_hang_on_how_it_learns():
    data = toys.rings()
    plain, own = toys.project(), toys.project(stack(Learning(frozen=True, rate=2, l1=1), Learning(l2=3)))
    assert plan_of(plain.network, data.facts, plain.training) == plan_of(own.network, data.facts, own.training)
    state = build(plan_of(own.network, data.facts, own.training)).state_dict()
    assert all(one.requires_grad is False for one in state.values())
