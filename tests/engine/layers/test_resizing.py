"""Pictures and sequences made larger or smaller: against torch's own functions and by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.layers.base import Layer
from engine.layers.image.convolution import Conv2d
from engine.layers.image.resizing import Crop2d, Pad1d, Pad2d, Upsample1d, Upsample2d
from engine.layers.image.separable import DepthwiseConv2d, SeparableConv2d
from engine.layers.image.transposed import ConvTranspose1d, ConvTranspose2d
from engine.layers.image.volumes import Conv3d, GlobalPool3d, MaxPool3d
from engine.shapes import Shape
from tests.engine.layers.helpers import PICTURE, ROW, STEPS, VOLUME, module, refusal

X = torch.arange(16.0).reshape(1, 1, 4, 4)
SQUARE = Shape.of(channel=1, height=4, width=4)


def test_upsampling_copies_or_mixes() -> None:
    copied = module(Upsample2d(factor=2), SQUARE)(X)
    assert torch.equal(copied, X.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3))
    mixed = module(Upsample2d(factor=2, between="bilinear"), SQUARE)(X)
    assert mixed[0, 0, 0, :3].tolist() == [0.0, 0.25, 0.75]
    steps = module(Upsample1d(factor=3), Shape.of(time=2, feature=1))(torch.tensor([[[1.0], [5.0]]]))
    assert steps.flatten().tolist() == [1.0, 1.0, 1.0, 5.0, 5.0, 5.0]


@pytest.mark.parametrize(
    ("fill", "row"),
    [("zeros", [0, 0, 4, 5, 6, 7, 0]), ("reflect", [6, 5, 4, 5, 6, 7, 6]), ("repeat", [4, 4, 4, 5, 6, 7, 7])],
)
def test_a_margin(fill: str, row: list[float]) -> None:
    layer = Pad2d(top=1, bottom=0, left=2, right=1, fill=fill)
    padded = module(layer, SQUARE)(X)
    assert layer.output([SQUARE]) == Shape.of(channel=1, height=5, width=7)
    assert padded[0, 0, 2].tolist() == row  # the second row, below the margin


def test_steps_before_and_after() -> None:
    padded = module(Pad1d(before=2, after=0), Shape.of(time=2, feature=2))(torch.ones(1, 2, 2))
    assert padded[0].tolist() == [[0, 0], [0, 0], [1, 1], [1, 1]]


def test_a_crop_keeps_the_middle() -> None:
    assert module(Crop2d(height=2, width=4), SQUARE)(X).tolist() == [[[[4, 5, 6, 7], [8, 9, 10, 11]]]]
    assert module(Crop2d(height=3, width=1), SQUARE)(X).flatten().tolist() == [1, 5, 9]


def test_what_does_not_fit() -> None:
    error = refusal(Crop2d(id="crop", height=9, width=2), PICTURE)
    assert error.message == "Crop 2D keeps height 9, but the picture has 8 (channel 3 × height 8 × width 6)"
    assert (error.field, error.hint) == ("height", "Set Height to 8 or less")
    error = refusal(Pad2d(id="pad", left=6, fill="reflect"), PICTURE)
    assert (error.field, error.hint) == ("left", "Set Left to 5 or less, or Fill to repeat")
    assert Pad2d(left=6, fill="repeat").output([PICTURE]).size("width") == 13
    assert refusal(Pad1d(id="pad", after=7, fill="reflect"), STEPS).field == "after"


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (4, 2), (4, 1), (3, 1), (1, 3), (5, 3)])
def test_a_transposed_convolution_undoes_the_shape_of_a_convolution(kernel: int, stride: int) -> None:
    small = Shape.of(channel=3, height=5, width=4)
    large = ConvTranspose2d(channels=2, kernel=kernel, stride=stride).output([small])
    assert large.sizes == (2, 5 * stride, 4 * stride)
    assert Conv2d(channels=3, kernel=kernel, stride=stride).output([large]) == small


def test_each_pixel_paints_a_window() -> None:
    layer = ConvTranspose2d(channels=1, kernel=3, stride=2, padding="valid", activation="none")
    paint = module(layer, SQUARE)
    assert isinstance(paint, nn.ConvTranspose2d)
    with torch.no_grad():
        paint.weight.copy_(torch.arange(9.0).reshape(1, 1, 3, 3))
        paint.bias.zero_()
    dot = torch.zeros(1, 1, 4, 4)
    dot[0, 0, 1, 2] = 1
    painted = paint(dot)
    assert painted.shape == (1, 1, 9, 9)
    assert painted[0, 0, 2:5, 4:7].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert layer.macs([SQUARE], layer.output([SQUARE])) == 16 * 9


def test_transposed_conv_1d_runs_along_time() -> None:
    layer = ConvTranspose1d(channels=5, kernel=4, stride=2)
    assert module(layer, STEPS)(torch.randn(2, 7, 4)).shape == (2, 14, 5)


def test_depthwise_windows_see_one_channel() -> None:
    conv = module(DepthwiseConv2d(each=2, activation="none"), PICTURE)
    x = torch.randn(1, 3, 8, 6)
    changed = x.clone()
    changed[:, 1] += 1
    differs = (conv(x) - conv(changed)).abs().amax(dim=(0, 2, 3)) > 1e-6
    assert differs.tolist() == [False, False, True, True, False, False]


def test_separable_conv_costs_less() -> None:
    picture = Shape.of(channel=32, height=16, width=16)
    light, full = SeparableConv2d(channels=64), Conv2d(channels=64)
    assert light.output([picture]) == full.output([picture])
    assert light.parameters([picture]) == 32 * 9 + 32 * 64 + 64
    assert light.macs([picture], light.output([picture])) == 16 * 16 * (32 * 9 + 32 * 64)


def test_volumes() -> None:
    conv = Conv3d(channels=4, kernel=3, stride=2)
    assert conv.output([VOLUME]) == Shape.of(channel=4, depth=3, height=4, width=3)
    assert conv.parameters([VOLUME]) == 27 * 2 * 4 + 4
    assert MaxPool3d().output([VOLUME]) == Shape.of(channel=2, depth=3, height=3, width=3)
    assert GlobalPool3d().output([VOLUME]) == Shape.of(feature=2)


@pytest.mark.parametrize(
    ("layer", "shape", "hint"),
    [
        (Conv3d(), PICTURE, "Use Conv 2D on pictures"),
        (MaxPool3d(), PICTURE, "Use Max pool 2D on pictures"),
        (Conv3d(), ROW, "Put Reshape before it, to channel × depth × height × width"),
        (ConvTranspose2d(), STEPS, "Use Transposed conv 1D on sequences"),
        (ConvTranspose1d(), PICTURE, "Use Transposed conv 2D on pictures"),
        (SeparableConv2d(), STEPS, "Use Conv 1D on sequences"),
        (Upsample2d(), STEPS, "Use Upsample 1D on sequences"),
        (Pad1d(), PICTURE, "Use Pad 2D on pictures"),
        (Crop2d(), STEPS, "Use Slice on sequences"),
    ],
)
def test_advice(layer: Layer, shape: Shape, hint: str) -> None:
    assert refusal(layer, shape).hint == hint
