"""Pictures moved by a matrix each, all in one pass over the batch."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

Matrices = NDArray[np.float64]


def moved(pictures: Tensor, moves: Matrices) -> Tensor:
    """Pictures whose content has gone where the matrices say; the edge is repeated at the rim.

    Args:
        pictures: (batch, channel, height, width).
        moves: (batch, 3, 3), of points (x, y, 1) in pixels from the middle, y downwards.
    """
    reading = torch.from_numpy(_reading(moves, *pictures.shape[2:])).to(pictures.device)
    grid = functional.affine_grid(reading, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _reading(moves: Matrices, height: int, width: int) -> NDArray[np.float32]:
    """Where each place reads from, as torch wants it: float32 (batch, 2, 3), the picture from -1 to 1."""
    half = np.array([width / 2, height / 2, 1.0])
    back = np.linalg.inv(moves) * half / half[:, None]
    return np.asarray(back[:, :2], np.float32)
