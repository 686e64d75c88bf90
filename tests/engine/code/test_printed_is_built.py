"""The printed source, run by itself with the trained weights, gives what the built module gives."""

from __future__ import annotations

import re

import pytest
import torch
from pydantic import ValidationError

from engine.build import blank, build
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, Poisson
from engine.code.render import source
from engine.layers import Block
from engine.layers.base import RESERVED
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.image.convolution import Conv1d, Conv2d
from engine.layers.image.pooling import GlobalPool1d, GlobalPool2d, MaxPool2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.sequence.recurrent import Embedding, Gru, Lstm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.plan import plan
from engine.shapes import Shape

PICTURE, TEXT, TABLE = Shape.of(channel=3, height=12, width=10), Shape.ids(50, time=9), Shape.of(feature=5)
SOFTMAX = Dense(units=4, activation="softmax")


def skip() -> Network:
    network = Network.stack(Conv2d(channels=8), Conv2d(channels=8, id="second"))
    network, _ = network.insert(Add(inputs=("conv2d", "second")))
    network, _ = network.insert(Concatenate(inputs=("add", "input")))
    for layer in (GlobalPool2d(), SOFTMAX):
        network, _ = network.insert(layer)
    return network


RESIDUAL = Block(
    repeat=3, layers=(Dense(id="dense", units=5), BatchNorm(id="norm"), Add(id="add", inputs=("entry", "norm")))
)

WIDENING = Block(repeat=3, layers=(Dense(id="a", units=7),))

CASES = {
    "mlp": (Network.stack(Dense(), Dropout(), SOFTMAX), TABLE, CrossEntropy()),
    "cnn": (Network.stack(Conv2d(stride=2), BatchNorm(), MaxPool2d(), Flatten(), SOFTMAX), PICTURE, CrossEntropy()),
    "skip": (skip(), PICTURE, CrossEntropy()),
    "lstm": (Network.stack(Embedding(vocabulary=50), Lstm(both_ways=True), SOFTMAX), TEXT, CrossEntropy()),
    "text cnn": (Network.stack(Embedding(vocabulary=50), Conv1d(), GlobalPool1d(), SOFTMAX), TEXT, CrossEntropy()),
    "every step": (
        Network.stack(Embedding(vocabulary=50), Gru(returns="every step"), LayerNorm(), Flatten(), SOFTMAX),
        TEXT,
        CrossEntropy(),
    ),
    "residual block": (Network.stack(RESIDUAL, SOFTMAX), TABLE, CrossEntropy()),
    "widening block": (Network.stack(WIDENING, SOFTMAX), TABLE, CrossEntropy()),
    "activation as a layer": (
        Network.stack(Dense(units=4, activation="none"), ActivationLayer(activation="softmax")),
        TABLE,
        CrossEntropy(),
    ),
    "sigmoid": (Network.stack(Dense(units=1, activation="sigmoid")), TABLE, BinaryCrossEntropy()),
    "number": (Network.stack(Dense(units=1, activation="none")), TABLE, MeanSquaredError()),
    "counts": (Network.stack(Dense(units=1, activation="none")), TABLE, Poisson()),
}


def some(shape: Shape) -> torch.Tensor:
    size = (6, *shape.sizes)
    return torch.randint(0, shape.vocabulary, size) if shape.values == "ids" else torch.randn(size)


@pytest.mark.parametrize("name", CASES)
def test_printed_source_gives_what_the_built_module_gives(name):
    network, shape, loss = CASES[name]
    made = plan(network, shape, loss)
    model = build(made, seed=3).eval()
    space: dict[str, object] = {}
    exec(compile(source(made), "printed.py", "exec"), space)
    printed = space["Model"]()
    printed.load_state_dict(model.state_dict())  # the same names and sizes
    x = some(shape)
    assert torch.equal(printed.eval()(x), model(x))
    assert torch.equal(printed.logits(x), model.logits(x))


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("number", "counts", "sigmoid")])
def test_answers_are_shares_and_training_sees_logits(name):
    network, shape, loss = CASES[name]
    model = build(plan(network, shape, loss)).eval()
    x = some(shape)
    assert model(x).sum(dim=-1).tolist() == pytest.approx([1.0] * 6, abs=1e-5)
    assert torch.allclose(model(x), torch.softmax(model.logits(x), dim=-1))


def test_softmax_is_applied_once_whether_or_not_the_network_has_it():
    with_it, without = (Network.stack(Dense(units=4, activation=name)) for name in ("softmax", "none"))
    models = [build(plan(network, TABLE, CrossEntropy()), seed=1) for network in (with_it, without)]
    x = some(TABLE)
    assert torch.equal(models[0](x), models[1](x))
    assert torch.equal(models[0].logits(x), models[1].logits(x))


def test_without_a_link_the_last_activation_stays_in_training():
    model = build(plan(Network.stack(Dense(units=4, activation="softmax")), TABLE, MeanSquaredError(form="one-hot")))
    assert model.logits(some(TABLE)).sum(dim=-1).tolist() == pytest.approx([1.0] * 6, abs=1e-5)


def test_the_same_seed_draws_the_same_weights():
    made = plan(*CASES["cnn"])
    first, second, other = (build(made, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["conv2d.0.weight"], other["conv2d.0.weight"])


def test_blank_draws_no_random_number():
    made = plan(*CASES["lstm"])
    before = torch.get_rng_state()
    model = blank(made)
    assert torch.equal(torch.get_rng_state(), before)
    model.load_state_dict(build(made, 5).state_dict(), assign=True)
    x = some(TEXT)
    assert torch.equal(model(x), build(made, 5)(x))


def test_no_layer_can_be_called_what_torch_or_python_needs():
    names = {name for name in dir(torch.nn.Module()) if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
    assert names | {"head", "logits", "answers", "class", "lambda"} <= RESERVED
    for make in (lambda name: Dense(id=name), lambda name: Block(layers=(Dense(id=name),))):
        with pytest.raises(ValidationError, match="a layer cannot have the id forward"):
            make("forward")


@pytest.mark.parametrize("name", ["add", "exp", "tensor", "model", "none", "last"])
def test_a_block_shadows_nothing_that_the_text_needs(name):
    network = Network.stack(RESIDUAL.changed(id=name), SOFTMAX)
    made = plan(network, TABLE, CrossEntropy())
    space: dict[str, object] = {}
    exec(compile(source(made), "printed.py", "exec"), space)
    printed, model = space["Model"]().eval(), build(made, seed=3).eval()
    printed.load_state_dict(model.state_dict())
    x = some(TABLE)
    assert torch.equal(printed(x), model(x))


def test_a_block_repeated_is_printed_once():
    text = source(plan(*CASES["residual block"]))
    assert text.count("class Block(nn.Module)") == 1
    assert "for _ in range(3)" in text
