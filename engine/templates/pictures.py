"""Networks that say what a picture shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engine.blocks import residual, residual_down
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import AveragePool2d, GlobalPool2d, MaxPool2d
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.shapes import Shape
from engine.templates.base import answer

VGG = (32, 64, 128, 256, 256, 256)  # channels, from pool to pool
RESNET = (64, 128, 256, 512)  # channels of the four stages
LEAST = 4  # px of a map that is still halved


def lenet(facts: DataFacts) -> Network:
    """LeNet-5 (LeCun et al. 1998); on pictures below 32 px the borders are filled up, so that it still fits."""
    layers: list[Layer] = []
    side = smaller_side(facts)
    for channels, least in ((6, 32), (16, 10)):
        padding: Literal["valid", "same"] = "valid" if side >= least else "same"
        layers.append(Conv2d(channels=channels, kernel=5, padding=padding, activation="tanh"))
        side -= 4 if padding == "valid" else 0
        if side >= 2:
            layers.append(AveragePool2d())
            side //= 2
    dense = (Dense(units=units, activation="tanh") for units in (120, 84))
    return Network.stack(*layers, Flatten(), *dense, answer(facts))


def vgg(facts: DataFacts) -> Network:
    """Pairs of 3 × 3 windows, halved until little is left (Simonyan & Zisserman 2014, with batch norm)."""
    layers: list[Layer] = []
    side = smaller_side(facts)
    for channels in VGG:
        if layers and side < LEAST:
            break
        layers.append(Block(id="pair", name="Conv, norm, ReLU", repeat=2, layers=_convolved(channels)))
        if side >= 2:
            layers.append(MaxPool2d())
        side //= 2
    return Network.stack(*layers, Flatten(), Dense(units=256), Dropout(rate=0.5), answer(facts))


def resnet18(facts: DataFacts) -> Network:
    """ResNet-18 as it is used on CIFAR: a 3 × 3 stem, four stages of two basic blocks (He et al. 2015, 4.2).

    11,173,962 parameters on 3 × 32 × 32 with ten classes.
    """
    return Network.stack(*_convolved(RESNET[0]), *_stages(), GlobalPool2d(), answer(facts))


def _stages() -> Iterator[Block]:
    first, *_ = RESNET
    yield residual(_map(first)).changed(id="stage_1", name="Stage 1", repeat=2)
    for number, channels in enumerate(RESNET[1:], 2):
        down = residual_down(_map(channels // 2))
        yield down.changed(id=f"stage_{number}_down", name=f"Stage {number}, halving")
        yield residual(_map(channels)).changed(id=f"stage_{number}_rest", name=f"Stage {number}")


def smaller_side(facts: DataFacts) -> int:
    """The smaller of height and width, px."""
    return min(facts.input.size("height"), facts.input.size("width"))


def _map(channels: int) -> Shape:
    return Shape.of(channel=channels, height=1, width=1)


def _convolved(channels: int) -> tuple[Layer, ...]:
    """A 3 × 3 convolution without bias, a batch norm, which has one, and ReLU."""
    conv = Conv2d(id="conv2d", channels=channels, activation="none", bias=False)
    return conv, BatchNorm(id="batch_norm"), ActivationLayer(id="activation")
