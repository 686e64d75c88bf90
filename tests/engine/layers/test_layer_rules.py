"""What each layer means, refuses and advises, on examples that can be checked by hand."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from engine.build import in_turn
from engine.errors import ShapeError
from engine.layers import KINDS, Block
from engine.layers.activations import ACTIVATIONS, activation_calls
from engine.layers.base import Family, Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout, Input, Output
from engine.layers.image.convolution import Conv1d, Conv2d
from engine.layers.image.pooling import GlobalPool1d, GlobalPool2d, MaxPool1d, MaxPool2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.sequence.recurrent import Embedding, Gru, Lstm, Rnn
from engine.layers.shape.shaping import Flatten, Reshape
from engine.shapes import Shape

ROW = Shape.of(feature=12)
STEPS = Shape.of(time=7, feature=4)
PICTURE = Shape.of(channel=3, height=8, width=5)
WORDS = Shape.ids(20, time=6)


def module(layer: Layer, *shapes: Shape) -> nn.Module:
    return in_turn(list(layer.build(shapes)))


def refusal(layer: Layer, *shapes: Shape) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        layer.output(shapes)
    assert caught.value.layer == layer.id
    assert not caught.value.message.endswith(".")
    return caught.value


# Shapes and counts that a person can look up


def test_conv_on_a_picture() -> None:
    picture = Shape.of(channel=1, height=28, width=28)
    layer = Conv2d(channels=32, kernel=3, padding="valid")
    assert layer.output([picture]) == Shape.of(channel=32, height=26, width=26)
    assert layer.parameters([picture]) == 320
    assert layer.macs([picture], layer.output([picture])) == 9 * 32 * 26 * 26


def test_lstm_counts_as_torch_does() -> None:
    shape = Shape.of(time=200, feature=128)
    layer = Lstm(units=64)
    assert layer.output([shape]) == Shape.of(feature=64)
    assert layer.parameters([shape]) == 49_664
    assert layer.macs([shape], layer.output([shape])) == 200 * 4 * 64 * (128 + 64)
    assert [call.source() for call in layer.build([shape])] == [
        "initialise_recurrent(nn.LSTM(128, 64, batch_first=True), glorot_uniform, orthogonal)",
        "LastStep()",
    ]
    torchs = layer.changed(initialisation="torch")
    assert [call.source() for call in torchs.build([shape])] == ["nn.LSTM(128, 64, batch_first=True)", "LastStep()"]


def test_embedding_multiplies_nothing() -> None:
    layer = Embedding(vocabulary=20, dimensions=8)
    assert layer.parameters([WORDS]) == 160
    assert layer.macs([WORDS], layer.output([WORDS])) == 0


def test_pool_without_a_stride_moves_by_its_window() -> None:
    assert MaxPool2d(kernel=3).output([PICTURE]) == Shape.of(channel=3, height=2, width=1)
    assert MaxPool1d(kernel=3, stride=1).output([STEPS]) == Shape.of(time=5, feature=4)


# What they compute


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize(
    ("kind", "shape", "axis"),
    [
        (ActivationLayer, ROW, 1),
        (ActivationLayer, STEPS, 2),
        (ActivationLayer, PICTURE, 1),
        (Dense, ROW, 1),
        (Dense, STEPS, 2),
        (Conv1d, STEPS, 2),
        (Conv2d, PICTURE, 1),
    ],
)
def test_softmax_shares_out_over_classes(name: str, kind: type[Layer], shape: Shape, axis: int) -> None:
    layer = kind(activation=name)
    result = module(layer, shape)(torch.randn(2, *shape.sizes))
    shares = result.exp() if name == "log_softmax" else result
    torch.testing.assert_close(shares.sum(dim=axis), torch.ones(shares.sum(dim=axis).shape))


FORMULAS = {
    "none": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + torch.exp(-x)),
    "tanh": lambda x: (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x)),
    "relu": lambda x: torch.where(x > 0, x, 0),
    "leaky_relu": lambda x: torch.where(x > 0, x, 0.01 * x),
    "elu": lambda x: torch.where(x > 0, x, torch.exp(x) - 1),
    "selu": lambda x: 1.0507009873554805 * torch.where(x > 0, x, 1.6732632423543772 * (torch.exp(x) - 1)),
    "gelu": lambda x: x * (1 + torch.erf(x / 2**0.5)) / 2,
    "silu": lambda x: x / (1 + torch.exp(-x)),
    "softplus": lambda x: torch.log(1 + torch.exp(x)),
    "softmax": lambda x: torch.exp(x) / torch.exp(x).sum(),
    "log_softmax": lambda x: x - torch.log(torch.exp(x).sum()),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_its_formula(name: str) -> None:
    x = torch.linspace(-3, 3, 13)
    torch.testing.assert_close(in_turn(list(activation_calls(name)))(x), FORMULAS[name](x))


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", [Rnn, Lstm, Gru])
def test_both_ways_gives_the_end_of_each_way(kind: type[Lstm], layers: int) -> None:
    last = module(kind(units=3, layers=layers, both_ways=True), STEPS)
    every = module(kind(units=3, layers=layers, both_ways=True, returns="every step"), STEPS)
    every.load_state_dict(last.state_dict())
    x = torch.randn(2, 7, 4)
    steps = every(x)
    torch.testing.assert_close(last(x), torch.cat((steps[:, -1, :3], steps[:, 0, 3:]), dim=1))


def test_last_step_is_the_end_of_every_step() -> None:
    last, every = module(Gru(units=3, layers=2), STEPS), module(Gru(units=3, layers=2, returns="every step"), STEPS)
    every.load_state_dict(last.state_dict())
    x = torch.randn(2, 7, 4)
    torch.testing.assert_close(last(x), every(x)[:, -1])


def test_rnn_with_relu_is_never_negative() -> None:
    assert module(Rnn(activation="relu"), STEPS)(torch.randn(2, 7, 4)).min() >= 0
    assert module(Rnn(activation="tanh"), STEPS)(torch.randn(2, 7, 4)).min() < 0


def test_empty_places_of_a_text_are_zero() -> None:
    rows = module(Embedding(vocabulary=20, dimensions=8), WORDS)(torch.tensor([[0, 0, 0, 5, 6, 7]]))
    assert rows[0, :3].abs().max() == 0
    assert rows[0, 3:].abs().min() > 0


def test_conv_1d_slides_along_time() -> None:
    conv = module(Conv1d(channels=1, kernel=3, padding="valid", activation="none"), Shape.of(time=5, feature=2))
    with torch.no_grad():
        for weight in conv.parameters():
            weight.fill_(1.0)
    x = torch.arange(10.0).reshape(1, 5, 2)  # steps (0, 1), (2, 3), (4, 5), ...
    assert conv(x).tolist() == [[[16.0], [28.0], [40.0]]]


def test_an_even_window_pads_behind() -> None:
    conv = module(Conv1d(channels=1, kernel=2, activation="none"), Shape.of(time=3, feature=1))
    with torch.no_grad():
        for weight in conv.parameters():
            weight.fill_(1.0)
    assert conv(torch.tensor([[[1.0], [2.0], [4.0]]])).flatten().tolist() == [4.0, 7.0, 5.0]


@pytest.mark.parametrize(("take", "expected"), [("average", [2.0, 20.0]), ("max", [3.0, 30.0])])
def test_global_pools(take: str, expected: list[float]) -> None:
    steps = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]])
    assert module(GlobalPool1d(take=take), Shape.of(time=3, feature=2))(steps).tolist() == [expected]
    picture = steps.transpose(1, 2).reshape(1, 2, 3, 1)
    assert module(GlobalPool2d(take=take), Shape.of(channel=2, height=3, width=1))(picture).tolist() == [expected]


@pytest.mark.parametrize(
    ("layer", "shape", "over"),
    [
        (BatchNorm(), ROW, (0,)),
        (BatchNorm(), STEPS, (0, 1)),
        (BatchNorm(), PICTURE, (0, 2, 3)),
        (LayerNorm(), ROW, (1,)),
        (LayerNorm(), STEPS, (2,)),
        (LayerNorm(), PICTURE, (1, 2, 3)),
    ],
)
def test_norms_bring_to_mean_0_deviation_1(layer: Layer, shape: Shape, over: tuple[int, ...]) -> None:
    x = 5 + 3 * torch.randn(16, *shape.sizes)
    mean, variance = x.mean(dim=over, keepdim=True), x.var(dim=over, keepdim=True, correction=0)
    expected = (x - mean) / (variance + layer.epsilon).sqrt()
    torch.testing.assert_close(module(layer, shape)(x).detach(), expected, atol=1e-4, rtol=1e-4)


def test_flatten_and_reshape_keep_the_order() -> None:
    x = torch.randn(2, 3, 8, 5)
    flat = module(Flatten(), PICTURE)(x)
    assert torch.equal(module(Reshape(sizes=(3, 8, 5)), Shape.of(feature=120))(flat), x)
    assert Reshape(sizes=(10, 12)).output([PICTURE]) == Shape.of(time=10, feature=12)
    assert Reshape(sizes=(120,)).output([PICTURE]) == Shape.of(feature=120)


def test_joins() -> None:
    a, b = torch.randn(2, 12), torch.randn(2, 12)
    assert torch.equal(module(Add(), ROW, ROW)(a, b), a + b)
    assert torch.equal(module(Concatenate(), ROW, ROW)(a, b), torch.cat((a, b), 1))
    assert Concatenate().output([PICTURE, PICTURE]) == Shape.of(channel=6, height=8, width=5)


# What they refuse, in words


def test_a_window_larger_than_the_picture() -> None:
    error = refusal(Conv2d(id="conv2d", kernel=7, padding="valid"), PICTURE)
    assert error.message == "Conv 2D has a window of 7 × 7, which does not fit into height 8 × width 5"
    assert (error.field, error.hint) == ("kernel", "Set the window to 5 or less")
    assert Conv2d(kernel=7, padding="same").output([PICTURE]).size("width") == 5


def test_a_pool_larger_than_the_sequence() -> None:
    error = refusal(MaxPool1d(id="pool", kernel=8), STEPS)
    assert error.message == "Max pool 1D has a window of 8, which does not fit into time 7"


def test_a_vocabulary_smaller_than_the_data_has() -> None:
    error = refusal(Embedding(id="embedding", vocabulary=1_000), Shape.ids(12_000, time=6))
    assert error.message == "Embedding knows 1,000 words, the data has 12,000"
    assert (error.field, error.hint) == ("vocabulary", "Set Vocabulary to 12,000")


def test_reshape_says_both_counts() -> None:
    error = refusal(Reshape(id="reshape", sizes=(1, 8, 8)), ROW)
    assert error.message == "Reshape makes 1 × 8 × 8 = 64 numbers, but 12 come in (feature 12)"
    assert error.field == "sizes"


@pytest.mark.parametrize(
    ("layer", "shape", "hint"),
    [
        (Dense(), PICTURE, "Put Flatten before it"),
        (Dense(), WORDS, "Put Embedding before it"),
        (Lstm(), WORDS, "Put Embedding before it"),
        (Lstm(), ROW, "Set Return to every step in the layer above, or put Reshape before it"),
        (Lstm(), PICTURE, "Put Reshape before it, to time × feature"),
        (Conv1d(), ROW, "Set Return to every step in the layer above, or put Reshape before it"),
        (Conv1d(), PICTURE, "Use Conv 2D on pictures"),
        (MaxPool1d(), PICTURE, "Use Max pool 2D on pictures"),
        (GlobalPool1d(), PICTURE, "Use Global pool 2D on pictures"),
        (Conv2d(), STEPS, "Use Conv 1D on sequences"),
        (Conv2d(), ROW, "Put Reshape before it, to channel × height × width"),
        (MaxPool2d(), STEPS, "Use Max pool 1D on sequences"),
        (GlobalPool2d(), ROW, "Put Reshape before it, to channel × height × width"),
        (Embedding(), STEPS, "Use it on text, first"),
        (Flatten(), WORDS, "Put Embedding before it"),
    ],
)
def test_advice(layer: Layer, shape: Shape, hint: str) -> None:
    assert refusal(layer, shape).hint == hint


@pytest.mark.parametrize("layer", [Add(id="join"), Concatenate(id="join")])
def test_joins_refuse_what_does_not_fit(layer: Layer) -> None:
    assert refusal(layer, ROW).field == "inputs"
    assert "token numbers" in refusal(layer, WORDS, WORDS).message
    assert "time 7 × feature 4" in refusal(layer, ROW, STEPS).message


def test_one_reader_reads_one_layer() -> None:
    assert refusal(Dense(), ROW, ROW).hint == "Join them first with Add or Concatenate"


@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        (Lstm, {"dropout": 0.2}, "dropout"),
        (Lstm, {"units": 0}, "units"),
        (Dropout, {"rate": 1.0}, "rate"),
        (Conv2d, {"kernel": 0}, "kernel"),
        (Conv2d, {"padding": "some"}, "padding"),
        (Reshape, {"sizes": (1, 2, 3, 4, 5)}, "sizes"),
        (Reshape, {"sizes": ()}, "sizes"),
        (Reshape, {"sizes": (4, 0)}, "sizes"),
        (Dense, {"colour": 1}, "colour"),
        (Block, {"layers": (Input(id="input"),)}, "layers"),
        (Block, {"layers": (Dense(id="a"), Dense(id="a"))}, "layers"),
        (Block, {"layers": (Dense(id="entry"),)}, "layers"),
    ],
)
def test_settings_refuse_nonsense_and_say_which(kind: type[Layer], settings: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kind(**settings)
    assert caught.value.errors()[0]["loc"][0] == field


def test_a_problem_inside_a_block_is_pinned_to_the_block() -> None:
    block = Block(id="block", repeat=2, layers=(Flatten(), Reshape(sizes=(1, 4, 30)), Flatten(), Dense(units=5)))
    error = refusal(block, PICTURE)
    assert error.message.startswith("Block, repeat 2: Reshape makes")


def test_layers_in_a_block_get_ids() -> None:
    block = Block(layers=(Dense(), Dense(id="dense"), Dense()))
    assert [layer.id for layer in block.layers] == ["dense_2", "dense", "dense_3"]
    assert Block.model_validate_json(block.model_dump_json()) == block


# The table


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_ready_for_the_palette_the_form_and_the_file(kind: type[Layer]) -> None:
    assert kind().title
    assert kind.title == kind.title[0].upper() + kind.title[1:]
    assert isinstance(kind.family, Family)
    assert kind.about().endswith(".")
    assert len(kind.about()) <= 90
    assert kind.__dict__["__doc__"]
    for name, info in kind.model_fields.items():
        if name not in ("kind", "id", "learning"):  # the form has a fold of its own for how a layer learns
            assert info.title, name
            assert info.description, name
            assert len(info.description) <= 90, name
            assert not info.description.endswith("."), name
    assert kind.model_validate_json(kind().model_dump_json()) == kind()


def test_kinds_are_told_apart() -> None:
    assert len(KINDS) == 54
    assert len({kind.model_fields["kind"].default for kind in KINDS}) == len(KINDS)
    assert len({kind.title for kind in KINDS}) == len(KINDS)
    assert [kind for kind in KINDS if not kind.in_palette] == [Input, Output]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_id_after_the_kind_is_free_on_a_module(kind: type[Layer]) -> None:
    assert not hasattr(nn.Module(), kind().kind)


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        (Dense(units=1000), "1,000 units · ReLU"),
        (Conv2d(stride=2), "32 channels · 3 × 3 · stride 2 · ReLU"),
        (MaxPool2d(), "window 2 × 2"),
        (Lstm(layers=2, both_ways=True), "64 units · 2 layers · both ways · last step"),
        (Embedding(), "10,000 words → 128"),
        (Reshape(), "channel 1 × height 8 × width 8"),
        (Dropout(rate=0.25), "25% off while training"),
        (Block(repeat=3, layers=(Dense(),)), "1 layer × 3"),
        (Add(inputs=("a", "b")), "a + b"),
    ],
)
def test_summaries(layer: Layer, line: str) -> None:
    assert layer.summary() == line


def test_one_unit_is_one_unit_and_no_activation_is_not_told():
    assert Dense(units=1, activation="none").summary() == "1 unit"
    assert Conv2d(channels=8, kernel=3, activation="none").summary() == "8 channels · 3 × 3"
