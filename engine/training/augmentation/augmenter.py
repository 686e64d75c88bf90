"""Batches as a network sees them while it learns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

import numpy as np
from torch import Tensor

from engine.choices.augmentations import Augmentation, Geometry
from engine.facts import InputFact
from engine.training.augmentation.geometry import moved
from engine.training.batches.epochs import Tensors

DRAWS = 0xA06  # sets these random numbers apart from all others of the same seed
PICTURE = ("channel", "height", "width")


class Augmenter:
    """Changes batches as the settings say.

    What is drawn depends on seed, epoch and the batch's number alone, so that a resumed run draws the same.
    """

    def __init__(self, augment: Sequence[Augmentation], inputs: Sequence[InputFact], seed: int) -> None:
        """`inputs`: what is known of each, in the order in which batches hold them."""
        self._seed = seed
        self._geometry = [one for one in augment if isinstance(one, Geometry)]
        self._pictures = [fact.shape.names == PICTURE for fact in inputs]

    def changed(
        self, batches: Iterable[tuple[Tensors, Tensors]], epoch: int, skip: int
    ) -> Iterator[tuple[Tensors, Tensors]]:
        """The batches of an epoch after its first `skip`, each changed on the device where it is."""
        for number, (inputs, wanted) in enumerate(batches, start=skip):
            chance = np.random.default_rng((DRAWS, self._seed, epoch, number))
            yield self._inputs(inputs, chance), wanted

    def _inputs(self, inputs: Tensors, chance: np.random.Generator) -> Tensors:
        return tuple(
            self._moved(one, chance) if is_picture else one
            for one, is_picture in zip(inputs, self._pictures, strict=True)
        )

    def _moved(self, pictures: Tensor, chance: np.random.Generator) -> Tensor:
        count, _, height, width = pictures.shape
        moves = [one.moves(chance, count, height, width) for one in self._geometry]
        return moved(pictures, reduce(lambda done, then: then @ done, moves)) if moves else pictures
