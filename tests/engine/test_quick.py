"""The quick forms of torch's modules: the same answers, gradients and shares, in the memory they promise."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from engine import quick
from engine.build import build, make
from engine.choices.losses import CrossEntropy
from engine.layers.calls import Call
from engine.layers.core.basics import ActivationLayer, Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.plan import plan
from engine.shapes import Shape

PICTURE = Shape.of(channel=3, height=8, width=8)
RELU = ActivationLayer(activation="relu")


def dropped(shape, rate=0.25, layout=torch.contiguous_format):
    torch.manual_seed(0)
    module = make(Call.of("nn.Dropout", rate))
    x = torch.rand(shape).add(1).contiguous(memory_format=layout).requires_grad_()
    return module, x, module(x)


@pytest.mark.parametrize("rate", [0.01, 0.25, 0.9])
@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((64, 1000), torch.contiguous_format),
        ((9, 5, 31, 37), torch.channels_last),
        ((3, 4, 50, 61), torch.contiguous_format),
    ],
)
def test_dropout_keeps_the_right_share_scaled_up(shape, layout, rate):
    module, x, y = dropped(shape, rate, layout)
    assert isinstance(module, quick.Dropout)
    assert y.stride() == x.stride()
    kept = y != 0
    numbers = x.numel()
    spread = math.sqrt(rate * (1 - rate) / numbers)
    assert kept.float().mean().item() == pytest.approx(1 - rate, abs=5 * spread + 1 / quick.PLACES)
    assert torch.allclose(y[kept], x[kept] / (1 - rate), rtol=1e-3)
    y.sum().backward()
    assert torch.equal(x.grad != 0, kept)
    assert torch.allclose(x.grad[kept], torch.tensor(1 / (1 - rate)), rtol=1e-3)


def test_dropout_draws_each_number_by_itself():
    """No place follows its neighbours, within one draw of four or beyond, nor the places of the next call."""
    module, x, y = dropped((512, 1024), 0.5)
    one, other = (y != 0).flatten().float().sub(0.5), (module(x) != 0).flatten().float().sub(0.5)
    limit = 5 * 0.25 / math.sqrt(one.numel())
    for shift in (1, 2, 3, 4, 8, 1024):
        assert abs((one[shift:] * one[:-shift]).mean().item()) < limit
    assert abs((one * other).mean().item()) < limit


def test_dropout_follows_torchs_random_state_alone():
    module, x, first = dropped((40, 1000))
    state = torch.get_rng_state()
    again = module(x)
    torch.set_rng_state(state)
    assert torch.equal(module(x), again)
    assert not torch.equal(again, first)


@pytest.mark.parametrize("rate", [0.0, 1e-6, 1.0])
def test_dropout_at_its_ends(rate):
    _, x, y = dropped((40, 1000), rate)
    assert torch.allclose(y, torch.zeros_like(x) if rate == 1 else x)


def test_dropout_rests_and_small_batches_are_torchs():
    module, x, _ = dropped((40, 1000))
    assert torch.equal(module.eval()(x), x)
    module.train()
    small = torch.rand(8, 8)
    torch.manual_seed(1)
    ours = module(small)
    torch.manual_seed(1)
    assert torch.equal(nn.functional.dropout(small, 0.25), ours)


@pytest.mark.parametrize("ignored", [0, 700])
def test_cross_entropy_of_many_logits(ignored):
    torch.manual_seed(0)
    scores = torch.randn(2048, 1000).mul(4)
    scores[5] = scores[5].mul(100)  # shares that vanish
    target = torch.randint(0, 1000, (2048,))
    target[:ignored] = -100
    found = []
    for module in (nn.CrossEntropyLoss(), make(Call.of("nn.CrossEntropyLoss", label_smoothing=0.0))):
        logits = scores.clone().requires_grad_()
        loss = module(logits, target)
        (3 * loss).backward()
        found.append((loss.item(), logits.grad))
    (wanted, slope), (got, ours) = found
    assert got == pytest.approx(wanted, rel=1e-6)
    torch.testing.assert_close(ours, slope, atol=1e-9, rtol=1e-4)
    assert ours[:ignored].abs().sum() == 0


def test_cross_entropy_makes_its_gradient_in_place():
    logits = torch.randn(1024, 1024, requires_grad=True)
    loss = make(Call.of("nn.CrossEntropyLoss"))(logits, torch.zeros(1024, dtype=torch.int64))
    room = loss.grad_fn.kept[0].data_ptr()
    loss.backward(retain_graph=True)
    assert logits.grad.data_ptr() == room
    with pytest.raises(TypeError):  # a second time there is nothing left to make it from
        loss.backward()


@pytest.mark.parametrize("more", [{"label_smoothing": 0.1}, {"reduction": "sum"}])
def test_other_cross_entropies_are_torchs(more):
    logits, target = torch.randn(1024, 1024, requires_grad=True), torch.zeros(1024, dtype=torch.int64)
    made = make(Call.of("nn.CrossEntropyLoss", **more))(logits, target)
    assert torch.equal(made, nn.CrossEntropyLoss(**more)(logits, target))
    shares = torch.softmax(logits.detach(), 1)
    assert torch.equal(make(Call.of("nn.CrossEntropyLoss"))(logits, shares), nn.CrossEntropyLoss()(logits, shares))


def test_cross_entropy_in_other_precisions_is_torchs():
    target = torch.zeros(1024, dtype=torch.int64)
    for precision in (torch.float64, torch.bfloat16):
        found = []
        for module in (nn.CrossEntropyLoss(), make(Call.of("nn.CrossEntropyLoss"))):
            logits = torch.ones(1024, 1024, dtype=precision).requires_grad_()
            module(logits, target).backward()
            found.append(logits.grad)
        assert torch.equal(*found)


def rectified(*layers) -> nn.Module:
    network = Network.stack(*layers[:1])
    for layer in (*layers[1:], GlobalPool2d(), Dense(units=4, activation="softmax")):
        network, _ = network.insert(layer)
    return build(plan(network, PICTURE, CrossEntropy()))


def quick_ones(model) -> list[str]:
    return [name for name, module in model.named_modules() if isinstance(module, quick.ReLU)]


NARROW = Conv2d(channels=3, activation="none")
SKIPPED = (Conv2d(channels=3), NARROW, BatchNorm(), Add(inputs=("batch_norm", "conv2d")), RELU)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ((Conv2d(channels=5),), ["conv2d.1"]),
        ((NARROW, BatchNorm(), RELU), ["activation"]),
        (SKIPPED, ["conv2d.1", "activation"]),
        ((NARROW, RELU, Concatenate(inputs=("activation", "conv2d"))), []),  # another reads what would be lost
        ((RELU, NARROW), []),  # it would write into the data
    ],
)
def test_relu_writes_over_what_nothing_else_reads(layers, expected):
    model = rectified(*layers)
    assert quick_ones(model) == expected
    pictures = torch.randn(6, 3, 8, 8)
    before, kept = pictures.clone(), {name: value.clone() for name, value in model.state_dict().items()}
    found = []
    for _ in range(2):
        model.load_state_dict(kept)
        logits = model.logits(pictures)
        logits.square().sum().backward()
        found.append([logits.detach(), *[one.grad for one in model.parameters()]])
        model.zero_grad()
        for module in model.modules():
            if isinstance(module, quick.ReLU):
                module.__class__ = nn.ReLU
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))
    assert torch.equal(pictures, before)
