"""How weights begin: by formula, by seeded draws, alike in built and printed code, in old files as before."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import torch
from torch import nn

from engine import initialisation
from engine.build import blank, build
from engine.choices.losses import CrossEntropy
from engine.code.render import source
from engine.layers import KINDS, Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv1d
from engine.layers.image.separable import DepthwiseConv2d
from engine.layers.initialisations import INITIALISATIONS, Initialisation, Rule, Weighted
from engine.layers.join.joining import Add
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Embedding, Gru, Lstm, Rnn
from engine.network import Network
from engine.plan import Plan, plan
from engine.project import FORMAT, Project, parse
from engine.shapes import Shape

TEXT, ROW = Shape.ids(50, time=9), Shape.of(feature=40)
SOFTMAX = Dense(units=4, activation="softmax")
RULES = [name for name in get_args(Rule) if name != "torch"]

PRINT = """
import hashlib, torch
{text}
torch.manual_seed({seed})
for name, weight in Model().state_dict().items():
    print(name, hashlib.sha256(weight.numpy().tobytes()).hexdigest())
"""


def recurrent(**settings: object) -> Network:
    """All three recurrent kinds, several layers, both ways."""
    settings = {"units": 8, "layers": 2, "both_ways": True, "returns": "every step", **settings}
    kinds = (kind.model_validate({"kind": kind.model_fields["kind"].default, **settings}) for kind in (Lstm, Gru, Rnn))
    return Network.stack(Embedding(vocabulary=50, dimensions=6), *kinds, Lstm(units=5), SOFTMAX)


def blocks() -> Network:
    """A block repeated, attention, and a table that is used twice."""
    block = Block(
        repeat=3,
        layers=(
            MultiHeadAttention(id="look", heads=2),
            Dense(id="dense", units=8),
            Add(id="add", inputs=("entry", "dense")),
        ),
    )
    tied = Dense(units=50, activation="none", shares="embedding")
    return Network.stack(
        Embedding(vocabulary=50, dimensions=8), block, Conv1d(channels=8), tied, Lstm(units=3), SOFTMAX
    )


NETWORKS = {"recurrent": recurrent(), "blocks": blocks(), "dense": Network.stack(Dense(activation="selu"), SOFTMAX)}


def planned(name: str) -> Plan:
    return plan(NETWORKS[name], ROW if name == "dense" else TEXT, CrossEntropy())


def digests(model: nn.Module) -> dict[str, str]:
    return {name: hashlib.sha256(one.numpy().tobytes()).hexdigest() for name, one in model.state_dict().items()}


def test_every_way_is_a_row_with_a_function() -> None:
    assert list(INITIALISATIONS) == list(get_args(Initialisation)) == ["automatic", *get_args(Rule)]
    for name in RULES:
        weight = torch.full((4, 3), 9.0)
        assert getattr(initialisation, name)(weight) is weight
        assert (weight.abs() < 9).all()


@pytest.mark.parametrize(
    ("name", "deviation"),
    [
        ("glorot_uniform", math.sqrt(2 / 500)),
        ("glorot_normal", math.sqrt(2 / 500)),
        ("he_uniform", math.sqrt(2 / 300)),
        ("he_normal", math.sqrt(2 / 300)),
        ("lecun_uniform", math.sqrt(1 / 300)),
        ("lecun_normal", math.sqrt(1 / 300)),
        ("small_uniform", 0.05 / math.sqrt(3)),
        ("small_normal", 0.02),
    ],
)
def test_deviations_are_those_of_the_formula(name: str, deviation: float) -> None:
    torch.manual_seed(0)
    weight = getattr(initialisation, name)(torch.empty(200, 300))
    assert weight.std().item() == pytest.approx(deviation, rel=0.02)
    assert weight.mean().item() == pytest.approx(0, abs=deviation / 50)
    if name.endswith("uniform"):
        assert weight.abs().max().item() <= deviation * math.sqrt(3) * 1.0001


def test_orthogonal_rows_are_the_same_on_any_number_of_threads() -> None:
    before, made = torch.get_num_threads(), []
    for threads in (1, 2, 4):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        made.append(initialisation.orthogonal(torch.empty(1024, 256)))
    torch.set_num_threads(before)
    assert torch.equal(made[0], made[1])
    assert torch.equal(made[0], made[2])
    assert torch.allclose(made[0].T @ made[0], torch.eye(256), atol=1e-5)


def test_recurrent_layers_begin_as_in_keras() -> None:
    state = build(planned("recurrent"), 1).state_dict()
    table = state["embedding.weight"]
    assert table[0].eq(0).all()
    assert table.abs().max() <= 0.05
    for name in ("", "_reverse"):
        recurrent = state[f"lstm.0.weight_hh_l1{name}"]
        assert torch.allclose(recurrent.T @ recurrent, torch.eye(8), atol=1e-5)
        assert state[f"lstm.0.weight_ih_l1{name}"].abs().max() <= math.sqrt(6 / (32 + 16))
        first, second = state[f"lstm.0.bias_ih_l1{name}"], state[f"lstm.0.bias_hh_l1{name}"]
        assert first.tolist() == [0.0] * 8 + [1.0] * 8 + [0.0] * 16  # input, forget, cell, output
        assert second.eq(0).all()
        assert state[f"gru.0.bias_ih_l0{name}"].eq(0).all()
        assert state[f"rnn.0.bias_hh_l0{name}"].eq(0).all()


def test_an_lstm_keeps_its_memory_at_first() -> None:
    """With the forget gate of torch's order open, what stands in the memory stays there."""
    lstm = nn.LSTM(2, 3)
    initialisation.initialise_recurrent(lstm, nn.init.zeros_, nn.init.zeros_)
    _, (_, cell) = lstm(torch.zeros(1, 1, 2), (torch.zeros(1, 1, 3), torch.ones(1, 1, 3)))
    assert torch.allclose(cell, torch.sigmoid(torch.ones(1, 1, 3)))


def test_one_choice_holds_for_all_matrices_of_a_layer() -> None:
    made = plan(recurrent(initialisation="small_normal"), TEXT, CrossEntropy())
    state = build(made, 0).state_dict()
    assert state["gru.0.weight_hh_l0"].std().item() == pytest.approx(0.02, rel=0.3)
    assert state["gru.0.weight_ih_l0"].std().item() == pytest.approx(0.02, rel=0.3)


@pytest.mark.parametrize("name", NETWORKS)
def test_printed_code_draws_the_same_weights_in_a_fresh_interpreter(name: str) -> None:
    made = planned(name)
    script = PRINT.format(text=source(made), seed=7)
    answer = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    assert dict(line.split() for line in answer.stdout.splitlines()) == digests(build(made, 7))


def test_the_same_seed_draws_the_same_and_another_seed_does_not() -> None:
    made = planned("recurrent")
    first, again, other = (digests(build(made, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first["lstm.0.weight_hh_l0"] != other["lstm.0.weight_hh_l0"]


def test_each_repeat_of_a_block_draws_its_own() -> None:
    state = build(planned("blocks"), 0).state_dict()
    assert not torch.equal(state["block.0.look.query.weight"], state["block.1.look.query.weight"])
    assert state["block.2.look.query.bias"].eq(0).all()


def test_a_model_without_weights_draws_none() -> None:
    before = torch.get_rng_state()
    blank(planned("recurrent"))
    assert torch.equal(torch.get_rng_state(), before)


def test_torchs_own_is_to_the_bit_what_torch_draws() -> None:
    """The modules of torch alone, made in the same order after the same seed."""
    layers = Embedding(vocabulary=50, dimensions=6), Lstm(units=5), SOFTMAX
    network = Network.stack(*(layer.changed(initialisation="torch") for layer in layers))
    torch.manual_seed(5)
    plain = nn.ModuleDict(
        {"embedding": nn.Embedding(50, 6, padding_idx=0), "lstm": nn.LSTM(6, 5), "dense": nn.Linear(5, 4)}
    )
    built = digests(build(plan(network, TEXT, CrossEntropy()), 5))
    assert {name.replace("lstm.0.", "lstm."): digest for name, digest in built.items()} == digests(plain)


def without_the_field(project: Project, version: int) -> str:
    """The project as an older version wrote it."""

    def older(value: object) -> object:
        if isinstance(value, dict):
            return {name: older(inner) for name, inner in value.items() if name != "initialisation"}
        return [older(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps({**older(json.loads(project.model_dump_json())), "format": version})


@pytest.mark.parametrize("version", range(1, 4))
def test_layers_of_older_files_begin_as_torch_begins_them(version: int) -> None:
    project = parse(without_the_field(Project(network=blocks()), version))
    assert {one.initialisation for one in _weighted(project.network.layers)} == {"torch"}
    assert len(list(_weighted(project.network.layers))) == 7
    assert "initialise" not in source(plan(project.network, TEXT, CrossEntropy()))


def test_layers_of_new_files_that_say_nothing_are_automatic() -> None:
    project = parse(without_the_field(Project(network=blocks()), FORMAT))
    assert project.network == blocks()
    assert {one.initialisation for one in _weighted(project.network.layers)} == {"automatic"}


def _weighted(layers: tuple[Layer, ...]) -> Iterator[Weighted]:
    for layer in layers:
        if isinstance(layer, Block):
            yield from _weighted(layer.layers)
        elif isinstance(layer, Weighted):
            yield layer


def test_every_kind_with_matrices_has_the_setting() -> None:
    norms = {"batch_norm", "layer_norm", "rms_norm", "group_norm", "instance_norm"}  # gains begin at 1
    for kind in KINDS:
        name = kind.model_fields["kind"].default
        if issubclass(kind, Weighted):
            assert name not in norms
    learning = {kind.model_fields["kind"].default for kind in KINDS if issubclass(kind, Weighted)}
    assert {"dense", "embedding", "lstm", "gru", "rnn", "conv1d", "conv2d", "conv3d", "attention"} <= learning


def test_a_layer_that_shares_may_say_another_beginning() -> None:
    layers = Dense(id="a", units=40), Dense(id="b", units=40, shares="a", initialisation="orthogonal"), SOFTMAX
    made = plan(Network.stack(*layers), ROW, CrossEntropy())
    assert made.stage.steps[1].shares == "a"
    inside = Block(id="one", layers=(Dense(id="a", units=40, initialisation="he_normal"),))
    again = Block(id="two", shares="one", layers=(Dense(id="a", units=40),))
    assert plan(Network.stack(inside, again, SOFTMAX), ROW, CrossEntropy()).stage.steps[1].shares == "one"


def test_windows_that_see_one_channel_count_its_inputs_only() -> None:
    picture = Shape.of(channel=64, height=8, width=8)
    layer = DepthwiseConv2d(activation="none")
    (call,) = [call for call in layer.calls(picture) if call.start]
    assert call.start == ("initialise", "lecun_uniform")


def test_lora_begins_as_the_network_without_it() -> None:
    made = plan(Network.stack(Dense(units=4, activation="none", lora_rank=2)), ROW, CrossEntropy())
    state = build(made, 0).state_dict()
    assert state["dense.up.weight"].eq(0).all()
    assert state["dense.down.weight"].ne(0).all()


def test_the_code_names_its_sources_once() -> None:
    text = source(planned("recurrent"))
    assert text.count("def glorot_uniform(") == text.count("def orthogonal(") == 1
    assert "he_normal" not in text
    assert "num_layers=2, bidirectional=True), glorot_uniform, orthogonal)" in text


def test_files_hold_the_setting() -> None:
    (path,) = Path(__file__).parent.parent.glob("files/format-3*.layerdeck")
    assert json.loads(path.read_text())["format"] == 3
