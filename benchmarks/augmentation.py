"""The fused passes of augmentation against a chain of single ones; writes benchmarks/augmentation.json.

    PYTHONPATH=. python benchmarks/augmentation.py [--threads 1] [--rounds 15]

A chain is what one writes plainly: flip, shift, rotate, zoom and shear each as a pass of its own over the batch, then
brightness, contrast, saturation and hue. Both ways draw anew each time and take turns in one run; medians are compared.
Then steps of a small convnet, with and without augmentation, take turns too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from statistics import median
from tempfile import gettempdir

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.choices.augmentations import (
    LUMA,
    TO_YIQ,
    Augmentation,
    Colour,
    Erase,
    Flip,
    Mixup,
    Rotate,
    Shear,
    Shift,
    Zoom,
)
from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import MaxPool2d
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.settings import TrainingSettings
from engine.shapes import Shape
from engine.training.augmentation.colour import Range, recoloured
from engine.training.augmentation.geometry import moved
from engine.training.learner import Learner

RESULT = Path(__file__).with_suffix(".json")
BATCHES = ((128, 3, 32, 32), (64, 3, 224, 224))
GEOMETRY = (Flip(), Shift(), Rotate(), Zoom(), Shear())
COLOUR = Colour(hue=10.0)
KNOWN = Range(np.full(3, 0.5), np.full(3, 0.25))
STEPS, EXAMPLES = 10, 5_120


def fused(pictures: Tensor, draw: np.random.Generator) -> Tensor:
    """One pass for all that moves, one matrix for all colours."""
    count, channels, height, width = pictures.shape
    moves = [one.moves(draw, count, height, width) for one in GEOMETRY]
    there = moved(pictures, reduce(lambda done, then: then @ done, moves))
    return recoloured(there, COLOUR.recoloured(draw, count, channels), KNOWN)


def chain(pictures: Tensor, draw: np.random.Generator) -> Tensor:
    """The same, one after the other, on colours from 0 to 1."""
    count = len(pictures)
    values = pictures * 0.25 + 0.5
    values = torch.where(torch.rand(count, 1, 1, 1) < 0.5, values.flip(3), values)
    values = shifted(values)
    still, one = torch.zeros(count), torch.ones(count)
    turn = (2 * torch.rand(count) - 1) * np.deg2rad(10)
    values = through(values, turn.cos(), -turn.sin(), turn.sin(), turn.cos())
    size = torch.exp((2 * torch.rand(count) - 1) * np.log(1.1))
    values = through(values, 1 / size, still, still, 1 / size)
    values = through(values, one, torch.tan((2 * torch.rand(count) - 1) * np.deg2rad(10)), still, one)
    values = (values + (2 * torch.rand(count, 1, 1, 1) - 1) * 0.1).clamp(0, 1)
    middle = grey(values).mean((1, 2, 3), keepdim=True)
    values = torch.lerp(middle, values, 1 + (2 * torch.rand(count, 1, 1, 1) - 1) * 0.2).clamp(0, 1)
    values = torch.lerp(grey(values), values, 1 + (2 * torch.rand(count, 1, 1, 1) - 1) * 0.2).clamp(0, 1)
    return (turned(values).clamp(0, 1) - 0.5) / 0.25


def grey(values: Tensor) -> Tensor:
    """How light each pixel is, (batch, 1, height, width)."""
    return (values * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)


def turned(values: Tensor) -> Tensor:
    """Colours turned round the wheel: to YIQ, turned, and back."""
    turn = (2 * torch.rand(len(values)) - 1) * np.deg2rad(10)
    there = torch.from_numpy(TO_YIQ).float()
    y, i, q = torch.einsum("kc,nchw->nkhw", there, values).unbind(1)
    cos, sin = turn.cos().view(-1, 1, 1), turn.sin().view(-1, 1, 1)
    wheel = torch.stack([y, cos * i - sin * q, sin * i + cos * q], 1)
    return torch.einsum("kc,nchw->nkhw", torch.linalg.inv(there), wheel)


def shifted(values: Tensor) -> Tensor:
    """A crop at a place of its own out of each picture with a margin."""
    count, _, height, width = values.shape
    down, across = round(height * 0.1), round(width * 0.1)
    wide = functional.pad(values, (across, across, down, down), mode="replicate")
    rows = torch.randint(2 * down + 1, (count, 1)) + torch.arange(height)
    columns = torch.randint(2 * across + 1, (count, 1)) + torch.arange(width)
    each = torch.arange(count)
    return wide[each[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def through(values: Tensor, *entries: Tensor) -> Tensor:
    """One pass of torch's own grid_sample."""
    matrix = torch.zeros(len(values), 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 1, 0], matrix[:, 1, 1] = entries
    grid = functional.affine_grid(matrix, list(values.shape), align_corners=False)
    return functional.grid_sample(values, grid, padding_mode="border", align_corners=False)


def in_turns(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median milliseconds of each way; the first round is not counted."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            times[name].append(1000 * (time.perf_counter() - begin))
    return {name: median(found[1:]) for name, found in times.items()}


def passes(shape: tuple[int, ...], rounds: int) -> dict[str, float]:
    """Milliseconds of a batch."""
    pictures, draw = torch.randn(shape), np.random.default_rng(0)
    found = in_turns({"fused": lambda: fused(pictures, draw), "chain": lambda: chain(pictures, draw)}, rounds)
    return {**found, "ratio": found["chain"] / found["fused"]}


def learner(augment: tuple[Augmentation, ...]) -> Learner:
    """A small convnet on pictures of noise, 32 x 32, in batches of 128."""
    layers = (Conv2d(channels=32), MaxPool2d(), Conv2d(channels=64), MaxPool2d(), Flatten())
    network = Network.stack(*layers, Dense(units=10, activation="softmax"))
    training = TrainingSettings(batch_size=128, epochs=1_000, augment=augment)
    draw, shape = np.random.default_rng(0), Shape.of(channel=3, height=32, width=32)
    rows = np.arange(EXAMPLES)
    part = Part(draw.normal(0, 1, (EXAMPLES, *shape.sizes)).astype(np.float32), rows % 10, rows)
    facts = DataFacts("images", shape, Target("class", "classes", tuple("abcdefghij")), EXAMPLES, 0, 0)
    data = Dataset(facts, part, part.first(0), part.first(0))
    request = TrainingRequest(Project(network=network, training=training), data, Path(gettempdir()))
    return Learner(request, Tactics(torch.get_num_threads()))


def steps(rounds: int) -> dict[str, float]:
    """Steps a second, and how many of them augmentation leaves."""
    sets: dict[str, tuple[Augmentation, ...]] = {
        "none": (),
        "flip and shift": (Flip(), Shift()),
        "all but mixing": (*GEOMETRY, COLOUR, Erase()),
        "all": (*GEOMETRY, COLOUR, Erase(), Mixup()),
    }
    ways = {name: taking(learner(augment)) for name, augment in sets.items()}
    found = in_turns(ways, rounds)
    return {name: 1000 * STEPS / taken for name, taken in found.items()}


def taking(one: Learner) -> Callable[[], None]:
    """So many steps, with the batches that come next."""

    def batches() -> Iterator[tuple[tuple[Tensor, ...], tuple[Tensor, ...]]]:
        for epoch in range(1_000):
            yield from one.batches(epoch)

    coming = batches()

    def take() -> None:
        for _ in range(STEPS):
            one.step(*next(coming), 0.001)

    for _ in range(3):
        take()  # a step is recorded
    return take


def main() -> int:
    """Measures, prints and writes."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--rounds", type=int, default=15)
    asked = options.parse_args()
    torch.set_num_threads(asked.threads)
    found = {"threads": asked.threads, "passes": {str(shape): passes(shape, asked.rounds) for shape in BATCHES}}
    found["steps a second"] = steps(asked.rounds)
    print(json.dumps(found, indent=2))
    RESULT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
