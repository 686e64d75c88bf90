"""Two examples of a batch made into one, and what is wanted of them by the same share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.choices.augmentations import Augmentation, CutMix, Draw, Mixup
from engine.training.batches.epochs import Tensors
from engine.training.objective.targets import nn_one_hot


@dataclass(frozen=True)
class Pairs:
    """Who is mixed with whom.

    Attributes:
        other: int64 (batch,), the example that each one is mixed with.
        share: float32 (batch,), how much of each one stays.
    """

    other: Tensor
    share: Tensor

    def mixed(self, values: Tensor) -> Tensor:
        """share x each + (1 - share) x its other."""
        share = self.share.to(values.dtype).view(-1, *[1] * (values.dim() - 1))
        return torch.lerp(values[self.other], values, share)


def mixed_up(how: Mixup, inputs: Tensors, draw: Draw) -> tuple[Tensors, Pairs]:
    """Examples through each other (Zhang et al. 2018), each by a share of its own."""
    count = len(inputs[0])
    pairs = _pairs(draw, draw.beta(how.alpha, how.alpha, count), inputs[0].device)
    return tuple(map(pairs.mixed, inputs)), pairs


def cut_and_mixed(how: CutMix, inputs: Tensors, draw: Draw) -> tuple[Tensors, Pairs]:
    """A rectangle of another picture in each (Yun et al. 2019), the same place in the whole batch.

    Its sides are sqrt(1 - share) of the picture's, its middle anywhere; what stands over is cut off, and the share is
    that of what is left to be seen.
    """
    (pictures,) = inputs
    count, _, height, width = pictures.shape
    sides = np.sqrt(1 - draw.beta(how.alpha, how.alpha)) * (draw.random() < how.chance)
    (top, bottom), (left, right) = (_stretch(draw, size, size * sides) for size in (height, width))
    share = 1 - (bottom - top) * (right - left) / (height * width)
    pairs = _pairs(draw, np.full(count, share), pictures.device)
    made = pictures.clone()
    made[:, :, top:bottom, left:right] = pictures[pairs.other, :, top:bottom, left:right]
    return (made,), pairs


MIXING: dict[type[Augmentation], Callable[..., tuple[Tensors, Pairs]]] = {Mixup: mixed_up, CutMix: cut_and_mixed}
"""What does each: (augmentation, inputs of a batch, random numbers) -> inputs, and who was mixed with whom."""


def mixed_answers(units: int, wanted: Tensor, pairs: Pairs) -> Tensor:
    """What is wanted of mixed examples: numbers as means, classes as shares, float32 (batch, classes).

    Cross-entropy of shares is the losses of both answers by their shares; the squared distance from a mean has their
    gradients. Hinge takes no shares; analysis says so.
    """
    if not wanted.is_floating_point():
        wanted = nn_one_hot(wanted, units)
    return pairs.mixed(wanted)


def _pairs(draw: Draw, share: np.ndarray, device: torch.device) -> Pairs:
    other = torch.from_numpy(draw.permutation(len(share))).to(device)
    return Pairs(other, torch.from_numpy(share.astype(np.float32)).to(device))


def _stretch(draw: Draw, size: int, length: float) -> tuple[int, int]:
    """Begin and end of a piece of that length with its middle anywhere, as far as it is there."""
    middle = draw.integers(size)
    begin, end = round(middle - length / 2), round(middle + length / 2)
    return max(0, begin), min(size, end)
