"""Pictures flipped, shifted and cut out: what is done, how often, to each by itself, and nothing after training."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.layers.base import Layer
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.shapes import Shape
from tests.engine.layers.helpers import PICTURE, ROW, STEPS, module, refusal

LAYERS = [RandomFlip(up_down=0.5), RandomShift(), RandomShift(fill="repeat"), Cutout()]
COUNT = 4_000


def pictures(count: int = COUNT, layout: torch.memory_format = torch.contiguous_format) -> Tensor:
    """No number twice in one picture, and none of them zero."""
    one = 1 + torch.arange(PICTURE.count, dtype=torch.float32).reshape(PICTURE.sizes)
    return one.repeat(count, 1, 1, 1).contiguous(memory_format=layout)


def changed(layer: Layer, x: Tensor, seed: int = 0) -> Tensor:
    torch.manual_seed(seed)
    result: Tensor = module(layer, PICTURE)(x)
    return result


def share(found: Tensor, wanted: Tensor) -> float:
    """Of the pictures that are as wanted, to the last number."""
    return (found == wanted).flatten(1).all(dim=1).float().mean().item()


def moved(x: Tensor, down: int, right: int, fill: str) -> Tensor:
    """By hand: number by number."""
    height, width = x.shape[2:]
    result = torch.zeros_like(x)
    for row in range(height):
        for column in range(width):
            source = row - down, column - right
            inside = 0 <= source[0] < height and 0 <= source[1] < width
            if inside or fill == "repeat":
                top, left = min(max(source[0], 0), height - 1), min(max(source[1], 0), width - 1)
                result[:, :, row, column] = x[:, :, top, left]
    return result


def test_a_flip_is_a_flip() -> None:
    x = pictures(3)
    assert torch.equal(changed(RandomFlip(left_right=1), x), x.flip(3))
    assert torch.equal(changed(RandomFlip(left_right=0, up_down=1), x), x.flip(2))
    assert torch.equal(changed(RandomFlip(left_right=1, up_down=1), x), x.flip(2, 3))
    assert torch.equal(changed(RandomFlip(left_right=0), x), x)


def test_each_picture_is_flipped_by_itself_and_as_often_as_it_says() -> None:
    x = pictures()
    found = changed(RandomFlip(left_right=0.3, up_down=0.5), x)
    shares = [share(found, x), share(found, x.flip(3)), share(found, x.flip(2)), share(found, x.flip(2, 3))]
    assert sum(shares) == pytest.approx(1)
    assert shares == pytest.approx([0.35, 0.15, 0.35, 0.15], abs=0.03)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("fill", ["zeros", "repeat"])
def test_a_picture_moves_to_every_place_equally_often(fill: str, layout: torch.memory_format) -> None:
    x = pictures(layout=layout)
    found = changed(RandomShift(distance=1, fill=fill), x)
    ways = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    shares = [share(found, moved(x, *way, fill)) for way in ways]
    assert sum(shares) == pytest.approx(1)
    assert shares == pytest.approx([1 / 9] * 9, abs=0.02)


@pytest.mark.parametrize("side", [1, 2, 3])
def test_a_square_is_cut_out_around_any_pixel(side: int) -> None:
    height, width = PICTURE.sizes[1:]
    x = pictures()
    found = changed(Cutout(side=side), x)
    cut = found == 0
    assert torch.equal(found[~cut], x[~cut])
    assert torch.equal(cut.any(dim=1), cut.all(dim=1))  # of all channels
    rows, columns = cut[:, 0].any(dim=2).sum(dim=1), cut[:, 0].any(dim=1).sum(dim=1)
    assert torch.equal(cut[:, 0].sum(dim=(1, 2)), rows * columns)  # a rectangle, with no gap:
    assert cut[:, 0].any(dim=2).int().diff(dim=1).abs().sum(dim=1).max() <= 2
    assert rows.max() == columns.max() == side
    inside = (height - side + 1) * (width - side + 1) / (height * width)
    assert ((rows == side) & (columns == side)).float().mean().item() == pytest.approx(inside, abs=0.03)
    assert cut[:, 0].any(dim=0).all()  # no pixel is safe


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary())
def test_it_follows_the_seed_and_nothing_happens_after_training(layer: Layer) -> None:
    x = pictures(64)
    first = changed(layer, x, seed=3)
    assert not torch.equal(first, x)
    assert torch.equal(changed(layer, x, seed=3), first)
    assert not torch.equal(changed(layer, x, seed=4), first)
    still = module(layer, PICTURE).eval()
    before = torch.get_rng_state()
    assert still(x) is x
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary())
def test_what_comes_in_is_left_as_it_is_and_gradients_go_back(layer: Layer) -> None:
    x = pictures(8).requires_grad_()
    torch.manual_seed(1)
    augmenting = module(layer, PICTURE)
    state = torch.get_rng_state()
    augmenting(x).square().sum().backward()
    assert torch.equal(x.detach(), pictures(8))
    torch.set_rng_state(state)
    counted = pictures(8).requires_grad_()  # how often each number comes out, times twice the number
    augmenting(counted).sum().backward()
    assert torch.equal(x.grad, 2 * counted.detach() * counted.grad)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary())
def test_half_precision_stays_half(layer: Layer) -> None:
    assert changed(layer, pictures(2).bfloat16()).dtype == torch.bfloat16


def test_an_exported_network_has_nothing_of_it() -> None:
    still = nn.Sequential(*(module(layer, PICTURE) for layer in LAYERS), nn.Flatten()).eval()
    graph = torch.export.export(still, (pictures(2),)).graph
    assert sum(node.op == "call_function" for node in graph.nodes) == 1


def test_what_does_not_suit() -> None:
    assert refusal(RandomFlip(id="flip"), STEPS).hint == "Use Noise or Spatial dropout on sequences"
    assert refusal(Cutout(id="cut"), ROW).hint == "Put Reshape before it, to channel × height × width"
    far = refusal(RandomShift(id="shift", distance=6), PICTURE)
    assert far.message == "Random shift by 6 px moves all of a picture out of channel 3 × height 8 × width 6"
    assert (far.field, far.hint) == ("distance", "Set Distance to 1")
    large = refusal(Cutout(id="cut", side=8), PICTURE)
    assert large.message == "Cutout of 8 px covers all of channel 3 × height 8 × width 6"
    assert (large.field, large.hint) == ("side", "Set Side to 4")
    assert refusal(RandomShift(id="shift"), Shape.of(channel=9, height=1, width=1)).hint == "Take it out"


def test_what_the_card_says() -> None:
    assert RandomFlip().summary() == "50% left-right"
    assert RandomFlip(left_right=0.25, up_down=1).summary() == "25% left-right · 100% up-down"
    assert RandomFlip(left_right=0).summary() == "never"
    assert RandomShift().summary() == "± 2 px while training"
    assert Cutout().summary() == "4 × 4 px off while training"
