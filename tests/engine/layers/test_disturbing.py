"""Norms, dropouts, noise and frozen weights: what they do while training, and that they are still afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from engine.layers import KINDS, Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.core.regularising import AlphaDropout, Noise, SpatialDropout
from engine.layers.normalise.normalisation import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, RmsNorm
from engine.modules import LoraLinear
from engine.shapes import Shape
from tests.engine.layers.helpers import PICTURE, ROW, STEPS, VOLUME, module, refusal


@pytest.mark.parametrize(("shape", "places"), [(STEPS, (1,)), (PICTURE, (2, 3)), (VOLUME, (2, 3, 4))])
def test_spatial_dropout_drops_whole_channels(shape: Shape, places: tuple[int, ...]) -> None:
    drop = module(SpatialDropout(rate=0.5), shape)
    dropped = drop(torch.ones(64, *shape.sizes)) == 0
    assert torch.equal(dropped.all(dim=places), dropped.any(dim=places))
    assert 0.3 < dropped.float().mean() < 0.7


def test_spatial_dropout_is_not_for_rows() -> None:
    assert refusal(SpatialDropout(id="drop"), ROW).hint == "Use Dropout on rows"


def test_alpha_dropout_keeps_mean_and_deviation() -> None:
    torch.manual_seed(0)
    result = module(AlphaDropout(rate=0.3), ROW)(torch.randn(20_000, 12))
    assert abs(result.mean()) < 0.02
    assert abs(result.std() - 1) < 0.02


def test_noise_has_the_deviation_it_says() -> None:
    torch.manual_seed(0)
    result = module(Noise(deviation=0.3), ROW)(torch.ones(20_000, 12))
    assert abs(result.mean() - 1) < 0.01
    assert abs(result.std() - 0.3) < 0.01


@pytest.mark.parametrize("layer", [Noise(), AlphaDropout(), SpatialDropout(rate=0.5)])
def test_what_is_random_follows_the_seed_and_stops_after_training(layer: Layer) -> None:
    disturbing, x = module(layer, STEPS), torch.randn(8, 7, 4)
    torch.manual_seed(3)
    first = disturbing(x)
    assert not torch.equal(disturbing(x), first)
    torch.manual_seed(3)
    assert torch.equal(disturbing(x), first)
    disturbing.eval()
    assert torch.equal(disturbing(x), x)


def normal(over: tuple[int, ...]) -> Callable[[Tensor], Tensor]:
    return lambda x: (x - x.mean(over, keepdim=True)) / (x.var(over, keepdim=True, correction=0) + 1e-5).sqrt()


@pytest.mark.parametrize(
    ("layer", "shape", "formula"),
    [
        (InstanceNorm(), STEPS, normal((1,))),
        (InstanceNorm(), PICTURE, normal((2, 3))),
        (InstanceNorm(), VOLUME, normal((2, 3, 4))),
        (GroupNorm(groups=4), STEPS, normal((1,))),
        (GroupNorm(groups=3), PICTURE, normal((2, 3))),
        (GroupNorm(groups=1), PICTURE, normal((1, 2, 3))),
        (BatchNorm(), VOLUME, normal((0, 2, 3, 4))),
        (LayerNorm(), VOLUME, normal((1, 2, 3, 4))),
        (RmsNorm(), ROW, lambda x: x / ((x**2).mean(1, keepdim=True) + 1e-5).sqrt()),
        (RmsNorm(), STEPS, lambda x: x / ((x**2).mean(2, keepdim=True) + 1e-5).sqrt()),
    ],
)
def test_norms_are_their_formulas(layer: Layer, shape: Shape, formula: Callable[[Tensor], Tensor]) -> None:
    x = 5 + 3 * torch.randn(16, *shape.sizes)
    torch.testing.assert_close(module(layer, shape)(x).detach(), formula(x), atol=1e-4, rtol=1e-4)


def test_groups_that_do_not_divide() -> None:
    error = refusal(GroupNorm(id="norm", groups=8), Shape.of(channel=30, height=4, width=4))
    assert error.message == "Group norm cannot share 30 channels evenly among 8 groups"
    assert (error.field, error.hint) == ("groups", "Set Groups to 6")
    assert refusal(GroupNorm(id="norm", groups=40), PICTURE).hint == "Set Groups to 3"


def test_norms_that_do_not_suit() -> None:
    assert refusal(RmsNorm(id="norm"), PICTURE).hint == "Use Layer norm or Group norm on pictures"
    assert refusal(GroupNorm(id="norm"), ROW).hint == "Use Layer norm on rows"
    alone = refusal(InstanceNorm(id="norm"), Shape.of(channel=3, height=1, width=1))
    assert (
        alone.message == "Instance norm needs more than one number in each channel, got channel 3 × height 1 × width 1"
    )


def test_lora_starts_as_the_layer_it_wraps_and_keeps_its_weights() -> None:
    layer = Dense(units=5, activation="none", lora_rank=2)
    lora = module(layer, ROW)
    assert isinstance(lora, LoraLinear)
    x, before = torch.randn(4, 12), lora.weight.clone()
    torch.testing.assert_close(lora(x), nn.functional.linear(x, lora.weight, lora.bias))
    optimizer = torch.optim.SGD(lora.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        lora(x).square().sum().backward()
        optimizer.step()
    assert torch.equal(lora.weight, before)
    torch.testing.assert_close(lora(x), x @ (before + lora.up.weight @ lora.down.weight).T + lora.bias)
    assert lora.up.weight.abs().min() > 0


def test_lora_counts_what_is_trained() -> None:
    layer = Dense(units=1000, lora_rank=8)
    row = Shape.of(feature=500)
    assert layer.parameters([row]) == 8 * 1500 + 1000
    assert sum(call.frozen for call in layer.build([row])) == 500_000
    assert layer.macs([row], layer.output([row])) == 500_000 + 8 * 1500


def test_lora_takes_the_weights_of_a_dense_layer() -> None:
    plain, lora = module(Dense(activation="none"), ROW), module(Dense(activation="none", lora_rank=4), ROW)
    missing, unexpected = lora.load_state_dict(plain.state_dict(), strict=False)
    assert (missing, unexpected) == (["down.weight", "up.weight"], [])
    x = torch.randn(2, 12)
    torch.testing.assert_close(lora(x), plain(x))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Block], ids=lambda kind: kind.__name__)
def test_reading_limits_are_kept(kind: type[Layer]) -> None:
    fewest, most = kind.arity
    layer, shapes = kind(id="layer"), (STEPS,) * (most + 1)
    refusal(layer, *shapes) if most < 64 else layer.output(shapes[:most])
    if fewest > 1:
        refusal(layer, STEPS)
