"""Where pixels go."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.choices.augmentations import Flip, Shift, same
from engine.training.augmentation.geometry import moved


def marked(*places: tuple[int, int], height: int = 9, width: int = 13) -> torch.Tensor:
    """A black picture for each place (row, column), white there."""
    pictures = torch.zeros(len(places), 1, height, width)
    for picture, (row, column) in zip(pictures, places, strict=True):
        picture[0, row, column] = 1
    return pictures


@pytest.mark.parametrize("matrix", [[[0, -1], [1, 0]], [[0, 1], [-1, 0]], [[-1, 0], [0, 1]], [[1, 0], [0, -1]]])
def test_a_pixel_lands_where_the_matrix_says(matrix):
    moves = same(1)
    moves[0, :2, :2] = matrix
    moves[0, :2, 2] = 2, -1
    x, y = 1, 2  # from the middle
    found = moved(marked((4 + y, 6 + x)), moves)
    there_x, there_y = (moves[0] @ (x, y, 1))[:2].astype(int)
    assert torch.allclose(found, marked((4 + there_y, 6 + there_x)), atol=1e-5)


def test_flips_mirror_about_the_share_of_pictures_that_they_say():
    moves = Flip(left_right=0.25, up_down=1.0).moves(np.random.default_rng(0), 4000, 8, 8)
    assert (moves[:, 1, 1] == -1).all()
    assert 0.22 < (moves[:, 0, 0] == -1).mean() < 0.28


def test_a_shift_is_whole_pixels_up_to_its_distance_both_ways_alike():
    moves = Shift(distance=0.25).moves(np.random.default_rng(0), 4000, 8, 12)
    across, down = moves[:, 0, 2], moves[:, 1, 2]
    assert set(across) == set(range(-3, 4))
    assert set(down) == set(range(-2, 3))
    assert abs(across.mean()) < 0.15
    assert np.array_equal(moves[:, :2, :2], same(4000)[:, :2, :2])


def test_what_moves_in_is_the_edge_repeated():
    picture = torch.arange(4.0).expand(1, 1, 3, 4)
    moves = same(1)
    moves[0, 0, 2] = 2
    assert torch.allclose(moved(picture, moves)[0, 0, 0], torch.tensor([0.0, 0, 0, 1]), atol=1e-5)


def test_mirrored_and_shifted_pixels_are_the_same_bits_and_where_interpolation_has_them():
    draw = np.random.default_rng(1)
    moves = Shift(distance=0.3).moves(draw, 64, 9, 12) @ Flip(up_down=0.5).moves(draw, 64, 9, 12)
    pictures = torch.randn(64, 3, 9, 12)
    found = moved(pictures, moves)
    assert set(found.flatten().tolist()) <= set(pictures.flatten().tolist())
    turned = moves.copy()
    turned[:, 0, 1] = 1e-9  # not by whole pixels any more
    assert not torch.equal(moved(pictures, turned), found)
    assert torch.allclose(moved(pictures, turned), found, atol=1e-4)
