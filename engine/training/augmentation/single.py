"""What is done to one example at a time, beside moving and colouring pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.choices.augmentations import Augmentation, Draw, Erase, Holds, Noise, WordDropout
from engine.training.augmentation.colour import Range

UNKNOWN_WORD = 1  # 0 fills texts up
AT_ONCE = 2**16  # examples that are looked at together


@dataclass(frozen=True)
class Known:
    """What is known of an input.

    Attributes:
        measured: bool, of an example's shape or (): False where a number is 0 or 1 in all examples, yes or no.
        colours: of pictures; None else.
    """

    holds: Holds
    measured: Tensor
    colours: Range | None = None


def erased(how: Erase, pictures: Tensor, draw: Draw, known: Known) -> Tensor:
    """Pictures with a rectangle each at 0, which is their mean once they are prepared."""
    height, width = pictures.shape[2:]
    top, bottom, left, right = torch.from_numpy(how.boxes(draw, len(pictures), height, width)).to(pictures.device).T
    rows, columns = (torch.arange(size, device=pictures.device) for size in (height, width))
    down = (rows >= top[:, None]) & (rows < bottom[:, None])
    across = (columns >= left[:, None]) & (columns < right[:, None])
    return pictures.masked_fill((down[:, :, None] & across[:, None, :])[:, None], 0.0)


def noisy(how: Noise, values: Tensor, draw: Draw, known: Known) -> Tensor:
    """Numbers with noise on those that are measured."""
    noise = torch.randn(values.shape, generator=_generator(draw, values.device), device=values.device)
    return values + noise * (how.deviation * known.measured.to(values.device))


def with_unknown_words(how: WordDropout, words: Tensor, draw: Draw, known: Known) -> Tensor:
    """Token numbers, some of which are that of an unknown word. What fills a text up stays."""
    drawn = torch.rand(words.shape, generator=_generator(draw, words.device), device=words.device)
    return words.masked_fill((drawn < how.chance) & (words > UNKNOWN_WORD), UNKNOWN_WORD)


SINGLE: dict[type[Augmentation], Callable[..., Tensor]] = {
    Erase: erased,
    Noise: noisy,
    WordDropout: with_unknown_words,
}
"""What does each: (augmentation, values of a batch, random numbers, what is known of the input) -> values."""


def measured(values: Tensor) -> Tensor:
    """Of all examples, (examples, *shape): which numbers are other than 0 and 1 somewhere."""
    pieces = [((piece != 0) & (piece != 1)).any(dim=0) for piece in torch.split(values, AT_ONCE)]
    return torch.stack(pieces).any(dim=0)


def _generator(draw: Draw, device: torch.device) -> torch.Generator:
    return torch.Generator(device).manual_seed(int(draw.integers(2**63)))
