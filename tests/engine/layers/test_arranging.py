"""Layers that arrange, pick, average and gate numbers: what they keep, and what they refuse."""

from __future__ import annotations

import pytest
import torch

from engine.layers.join.joining import Multiply
from engine.layers.shape.picking import Mean, Slice
from engine.layers.shape.shaping import Permute, Repeat, Reshape
from engine.shapes import Shape
from tests.engine.layers.helpers import PICTURE, ROW, STEPS, VOLUME, WORDS, module, refusal


@pytest.mark.parametrize(
    ("swap", "shape", "order"),
    [
        ("time and feature", STEPS, (0, 2, 1)),
        ("height and width", PICTURE, (0, 1, 3, 2)),
        ("channels last", PICTURE, (0, 2, 3, 1)),
        ("channels first", PICTURE, (0, 3, 1, 2)),
    ],
)
def test_permute(swap: str, shape: Shape, order: tuple[int, ...]) -> None:
    layer = Permute(swap=swap)
    x = torch.randn(2, *shape.sizes)
    assert torch.equal(module(layer, shape)(x), x.permute(order))
    assert layer.output([shape]).names == shape.names


def test_channels_first_undoes_channels_last() -> None:
    moved = Permute(swap="channels last").output([PICTURE])
    assert moved.sizes == (8, 6, 3)
    assert Permute(swap="channels first").output([moved]) == PICTURE


def test_permute_refuses_axes_it_does_not_find() -> None:
    error = refusal(Permute(id="permute"), PICTURE)
    assert error.message == ("Permute of time and feature needs time × feature, got channel 3 × height 8 × width 6")
    assert (error.field, error.hint) == ("swap", "Swap other axes, such as height and width")
    assert refusal(Permute(id="permute", swap="channels last"), STEPS).hint == "Swap time and feature"
    assert refusal(Permute(id="permute"), ROW).hint == "Put Reshape before it"


def test_repeat_gives_the_row_at_every_step() -> None:
    x = torch.randn(2, 12)
    steps = module(Repeat(times=5), ROW)(x)
    assert steps.shape == (2, 5, 12)
    assert all(torch.equal(steps[:, step], x) for step in range(5))
    assert refusal(Repeat(id="repeat"), STEPS).hint == "Put Flatten or a global pool before it"


def test_reshape_makes_volumes() -> None:
    assert Reshape(sizes=(1, 2, 3, 2)).output([ROW]) == Shape.of(channel=1, depth=2, height=3, width=2)


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({"take": "first"}, 0),
        ({"take": "last"}, 6),
        ({"take": "range"}, slice(0, 7)),
        ({"take": "range", "start": 2, "stop": 5}, slice(2, 5)),
        ({"take": "range", "start": -3}, slice(4, 7)),
        ({"take": "range", "start": 1, "stop": -1}, slice(1, 6)),
    ],
)
def test_slices_of_time(settings: dict[str, object], kept: int | slice) -> None:
    layer = Slice(**settings)
    x = torch.randn(2, 7, 4)
    assert torch.equal(module(layer, STEPS)(x), x[:, kept])
    assert layer.output([STEPS]).sizes == x[:, kept].shape[1:]


def test_other_axes_stay() -> None:
    x = torch.randn(2, 3, 8, 6)
    assert torch.equal(module(Slice(axis="channel", take="first"), PICTURE)(x), x[:, :1])
    assert torch.equal(module(Slice(axis="width", take="range", start=1, stop=3), PICTURE)(x), x[..., 1:3])
    assert Slice(axis="depth", take="last").output([VOLUME]).size("depth") == 1


@pytest.mark.parametrize(
    ("settings", "field", "hint"),
    [
        ({"start": 7}, "start", "Set From to -7 to 6"),
        ({"start": -8}, "start", "Set From to -7 to 6"),
        ({"start": 3, "stop": 3}, "stop", "Set To before to 4 to 7, or 0 for the end"),
        ({"stop": 8}, "stop", "Set To before to 1 to 7, or 0 for the end"),
        ({"stop": -7}, "stop", "Set To before to 1 to 7, or 0 for the end"),
        ({"axis": "width"}, "axis", "Set Axis to time or feature"),
    ],
)
def test_a_slice_out_of_range(settings: dict[str, object], field: str, hint: str) -> None:
    error = refusal(Slice(id="slice", **{"take": "range", **settings}), STEPS)
    assert (error.field, error.hint) == (field, hint)


def test_token_numbers_are_not_cut_or_averaged() -> None:
    assert refusal(Slice(id="slice"), WORDS).hint == "Put Embedding before it"
    assert refusal(Mean(id="mean"), WORDS).hint == "Put Embedding before it"


@pytest.mark.parametrize(
    ("over", "shape", "dims", "keep"),
    [
        ("time", STEPS, (1,), False),
        ("places", PICTURE, (2, 3), False),
        ("places", VOLUME, (2, 3, 4), False),
        ("channel", PICTURE, (1,), True),
        ("feature", STEPS, (2,), True),
        ("feature", ROW, (1,), True),
    ],
)
def test_means(over: str, shape: Shape, dims: tuple[int, ...], keep: bool) -> None:
    x = torch.randn(2, *shape.sizes)
    torch.testing.assert_close(module(Mean(over=over), shape)(x), x.mean(dims, keepdim=keep))
    torch.testing.assert_close(module(Mean(over=over, take="max"), shape)(x), x.amax(dims, keepdim=keep))


@pytest.mark.parametrize(
    ("over", "shape", "hint"),
    [
        ("time", PICTURE, "Set Over to places or channel"),
        ("places", STEPS, "Set Over to time or feature"),
        ("time", ROW, "Set Over to feature"),
    ],
)
def test_a_mean_over_what_is_not_there(over: str, shape: Shape, hint: str) -> None:
    error = refusal(Mean(id="mean", over=over), shape)
    assert (error.field, error.hint) == ("over", hint)


def test_gates() -> None:
    x, gate = torch.randn(2, 3, 8, 6), torch.rand(2, 3)
    scaled = gate[:, :, None, None] * x
    torch.testing.assert_close(module(Multiply(), PICTURE, Shape.of(feature=3))(x, gate), scaled)
    torch.testing.assert_close(module(Multiply(), Shape.of(feature=3), PICTURE)(gate, x), scaled)
    one = Shape.of(channel=1, height=8, width=6)
    assert Multiply().output([one, PICTURE]) == PICTURE
    assert Multiply().output([Shape.of(time=7, feature=1), STEPS]) == STEPS


@pytest.mark.parametrize("other", [Shape.of(feature=8), Shape.of(channel=3, height=4, width=6), STEPS])
def test_gates_that_do_not_match(other: Shape) -> None:
    error = refusal(Multiply(id="gate"), PICTURE, other)
    assert str(PICTURE) in error.message
    assert str(other) in error.message


def test_a_gate_needs_two() -> None:
    assert refusal(Multiply(id="gate"), ROW).field == "inputs"
    assert "token numbers" in refusal(Multiply(id="gate"), WORDS, WORDS).message
