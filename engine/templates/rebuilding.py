"""Networks that give back what they read: what they learn is what can be left out."""

from __future__ import annotations

from engine.facts import DataFacts
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.core.regularising import Noise
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import MaxPool2d
from engine.layers.image.resizing import Upsample2d
from engine.layers.join.joining import Concatenate
from engine.layers.shape.shaping import Reshape
from engine.network import Network
from engine.templates.base import PICTURE, one_row

CODE = 8  # numbers that stand for one example
UNET = (16, 32, 64, 128)  # channels of each level, from the top
LEAST = 4  # px of a map that is still halved


def rebuilds(facts: DataFacts) -> bool:
    """Real numbers in, numbers of the same shape out."""
    single = len(facts.inputs) == 1 and len(facts.targets) == 1
    return single and facts.target.kind == "values" and facts.target.output.axes == facts.input.axes


def rebuilds_pictures(facts: DataFacts) -> bool:
    """A picture in, a picture of the same size out."""
    return rebuilds(facts) and facts.input.names == PICTURE


def autoencoder(facts: DataFacts) -> Network:
    """An hourglass: all has to pass through a few numbers (Hinton & Salakhutdinov 2006)."""
    wide = 128 if facts.input.count > 64 else 64
    code = min(CODE, max(1, facts.input.count // 2))
    down = [Dense(units=units) for units in (wide, wide // 4)]
    up = [Dense(units=units) for units in (wide // 4, wide)]
    middle = Dense(name="Code", units=code, activation="none")
    back: list[Layer] = [Dense(units=facts.input.count, activation="none")]
    if facts.input.names != ("feature",):
        back.append(Reshape(sizes=facts.input.sizes))
    return Network.stack(*one_row(facts), *down, middle, *up, *back)


def unet(facts: DataFacts) -> Network:
    """Down to see the whole, up again to the pixel, with skips across (Ronneberger et al. 2015); it removes noise."""
    channels, height, width = facts.input.sizes
    network = Network.stack(Noise(deviation=0.5))
    skips: list[tuple[str, int]] = []
    while len(skips) < len(UNET) - 1 and height % 2 == width % 2 == 0 and min(height, width) >= LEAST:
        level = UNET[len(skips)]
        network, name = _pair(network, level)
        skips.append((name, level))
        network, _ = network.insert(MaxPool2d())
        height, width = height // 2, width // 2
    network, _ = _pair(network, UNET[len(skips)])
    for name, level in reversed(skips):
        network, up = network.insert(Upsample2d())
        network, _ = network.insert(Concatenate(inputs=(name, up)))
        network, _ = _pair(network, level)
    return network.insert(Conv2d(channels=channels, kernel=1, activation="none"))[0]


def _pair(network: Network, channels: int) -> tuple[Network, str]:
    """Two 3 × 3 convolutions at the end, and the id of the second."""
    network, _ = network.insert(Conv2d(channels=channels))
    return network.insert(Conv2d(channels=channels))
