"""What each augmentation does to a batch, beside moving it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.choices.augmentations import (
    LUMA,
    Colour,
    CutMix,
    Erase,
    Mixup,
    Noise,
    Recoloured,
    Rotate,
    Shear,
    WordDropout,
    Zoom,
)
from engine.training.augmentation.colour import Range, recoloured
from engine.training.augmentation.mixing import cut_and_mixed, mixed_up
from engine.training.augmentation.single import Known, erased, measured, noisy, with_unknown_words

PREPARED = Range(np.array([0.5, 0.4, 0.3]), np.array([0.25, 0.2, 0.1]))
PLAIN = Known("pictures", torch.ones((), dtype=torch.bool), Range(np.zeros(3), np.ones(3)))


def draw(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def raw(prepared: torch.Tensor) -> np.ndarray:
    """Colours from 0 to 1."""
    return prepared.numpy() * PREPARED.deviation[:, None, None] + PREPARED.mean[:, None, None]


def coloured(count: int = 4) -> torch.Tensor:
    values = np.random.default_rng(0).uniform(0.3, 0.6, (count, 3, 5, 7))
    return torch.from_numpy((values - PREPARED.mean[:, None, None]) / PREPARED.deviation[:, None, None]).float()


def test_colours_are_changed_as_the_formula_says_before_they_were_prepared():
    pictures = coloured()
    how = Colour(brightness=0.05, contrast=0.2, saturation=0.3, hue=30.0).recoloured(draw(), 4, 3)
    found, before = raw(recoloured(pictures, how, PREPARED)), raw(pictures)
    grey = np.einsum("c,nchw->n", LUMA, before) / 35
    turned = np.einsum("nij,njhw->nihw", how.matrix, before)
    expected = turned + ((1 - how.contrast) * grey + how.lighter)[:, None, None, None]
    assert np.abs(expected - before).max() > 0.05
    assert np.allclose(found, expected.clip(0, 1), atol=1e-5)


def test_saturation_and_hue_keep_how_light_a_colour_is():
    how = Colour(brightness=0.0, contrast=0.0, saturation=1.0, hue=180.0).recoloured(draw(), 50, 3)
    assert np.allclose(np.asarray(LUMA) @ how.matrix, LUMA, atol=1e-3)
    assert np.allclose(how.matrix @ np.ones(3), 1, atol=2e-3), "grey stays grey"


def test_nothing_gets_darker_than_black_or_lighter_than_white():
    one = np.ones(2)
    how = Recoloured(np.tile(np.eye(3), (2, 1, 1)), one, np.array([-1.0, 1.0]))
    found = raw(recoloured(coloured(2), how, PREPARED))
    assert np.allclose(found[0], 0, atol=1e-6)
    assert np.allclose(found[1], 1, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_no_change_leaves_colours_as_they_are(channels):
    how = Colour(brightness=0.0, contrast=0.0, saturation=0.0).recoloured(draw(), 2, channels)
    pictures = torch.rand(2, channels, 4, 4)
    assert torch.allclose(recoloured(pictures, how, Range.of({}, channels)), pictures, atol=1e-6)


def test_turning_zooming_and_slanting_keep_to_their_limits():
    turns = Rotate(angle=30.0).moves(draw(), 2000, 8, 8)
    angles = np.rad2deg(np.arctan2(turns[:, 1, 0], turns[:, 0, 0]))
    assert 29 < angles.max() <= 30
    assert -30 <= angles.min() < -29
    assert np.allclose(np.linalg.det(turns), 1)
    sizes = Zoom(by=0.5).moves(draw(), 2000, 8, 8)[:, 0, 0]
    assert 1.49 < sizes.max() <= 1.5
    assert 1 / 1.5 <= sizes.min() < 0.675
    slants = Shear(angle=45.0).moves(draw(), 2000, 8, 8)
    assert 0.99 < slants[:, 0, 1].max() <= 1
    assert (slants[:, 1, 1] == 1).all()


def test_a_rectangle_is_blanked_in_about_the_chance_of_pictures():
    how = Erase(chance=0.5, largest=0.25)
    pictures = torch.ones(2000, 3, 12, 16)
    found = erased(how, pictures, draw(), PLAIN)
    blank = (found == 0).float().mean((1, 2, 3))
    assert 0.45 < float((blank > 0).float().mean()) < 0.55
    assert float(blank.max()) <= 0.25 * 1.2, "sides are whole pixels"
    for top, bottom, left, right in how.boxes(draw(), 50, 12, 16):
        assert 0 <= top <= bottom <= 12
        assert 0 <= left <= right <= 16
    assert torch.equal(found[0], erased(how, pictures, draw(), PLAIN)[0])


def test_noise_leaves_columns_of_yes_and_no_alone():
    values = torch.stack([torch.randn(4000), (torch.randn(4000) > 0).float()], dim=1)
    known = Known("numbers", measured(values))
    found = noisy(Noise(deviation=0.5), values, draw(), known) - values
    assert 0.47 < float(found[:, 0].std()) < 0.53
    assert (found[:, 1] == 0).all()


def test_word_dropout_takes_words_for_unknown_ones_and_never_what_fills_up():
    words = torch.randint(2, 50, (200, 40))
    words[:, :10] = 0
    found = with_unknown_words(WordDropout(chance=0.25), words, draw(), Known("words", torch.ones(())))
    assert (found[:, :10] == 0).all()
    changed = found != words
    assert (found[changed] == 1).all()
    assert 0.22 < float(changed[:, 10:].float().mean()) < 0.28


def test_mixup_shows_two_examples_by_a_share_of_each():
    values = torch.randn(64, 5), torch.randn(64, 1, 3, 3)
    found, pairs = mixed_up(Mixup(alpha=1.0), values, draw())
    for before, after in zip(values, found, strict=True):
        share = pairs.share.view(-1, *[1] * (before.dim() - 1))
        assert torch.allclose(after, share * before + (1 - share) * before[pairs.other], atol=1e-6)
    assert sorted(pairs.other.tolist()) == list(range(64))
    assert float(pairs.share.std()) > 0.2


def test_cutmix_counts_the_pixels_that_it_shows():
    pictures = torch.arange(16.0).view(16, 1, 1, 1).expand(16, 2, 9, 7)
    cut = 0
    for seed in range(40):
        (found,), pairs = cut_and_mixed(CutMix(chance=0.6), (pictures,), draw(seed))
        own = found == pictures
        seen = own.float().mean((1, 2, 3))
        others = pairs.other != torch.arange(16)
        assert torch.allclose(seen[others], pairs.share[others], atol=1e-6)
        assert torch.equal(found[~own], pictures[pairs.other][~own])
        cut += bool((pairs.share < 1).any())
    assert 12 <= cut <= 34
