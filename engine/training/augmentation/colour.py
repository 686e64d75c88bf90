"""Colours of pictures changed by a matrix each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from engine.choices.augmentations import LUMA, Numbers, Recoloured


@dataclass(frozen=True)
class Range:
    """How a channel's 0, black, to 1 became what a network reads: (value - mean) / deviation.

    Attributes:
        mean, deviation: (channels,).
    """

    mean: Numbers
    deviation: Numbers

    @classmethod
    def of(cls, preparation: Mapping[str, Any], channels: int) -> Self:
        """As a picture's preparation says; numbers that nothing is said of are taken as they are."""
        mean, deviation = preparation.get("mean", [0.0] * channels), preparation.get("deviation", [1.0] * channels)
        return cls(np.asarray(mean, np.float64), np.asarray(deviation, np.float64))


def recoloured(pictures: Tensor, how: Recoloured, known: Range) -> Tensor:
    """Pictures in other colours; what would be darker than black or lighter than white is black or white.

    Args:
        pictures: (batch, channel, height, width), prepared.
    """
    mean, deviation = known.mean, known.deviation
    light = np.asarray(LUMA if len(mean) == 3 else [1 / len(mean)] * len(mean))
    middles = pictures.mean((2, 3))  # of each channel, prepared

    def put(values: Numbers) -> Tensor:
        return torch.from_numpy(np.asarray(values, np.float32)).to(pictures.device)

    # matrix @ (deviation p + mean) + (1 - contrast) light @ (deviation middle + mean) + lighter, prepared again
    matrix = put(how.matrix * deviation / deviation[:, None])
    fixed = how.matrix @ mean - mean + ((1 - how.contrast) * (light @ mean) + how.lighter)[:, None]
    pull = (1 - how.contrast)[:, None, None] * (light * deviation) / deviation[:, None]
    offset = put(fixed / deviation)[:, :, None] + put(pull) @ middles[:, :, None]
    flat = torch.baddbmm(offset, matrix, pictures.flatten(2))
    for channel, (black, white) in enumerate(zip(-mean / deviation, (1 - mean) / deviation, strict=True)):
        flat[:, channel].clamp_(float(black), float(white))  # ten times as fast as limits that are tensors
    return flat.view(pictures.shape)
