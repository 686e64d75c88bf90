"""Augmentations, each declared once: how training examples are changed anew each time they are shown.

What is drawn is drawn here, with numpy; `engine.training.augmentation` does it to a batch.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic_core import PydanticCustomError

from engine.choices.base import Choice

Chance = Annotated[float, Field(ge=0, le=1)]
Degrees = Annotated[float, Field(ge=0, le=180, json_schema_extra={"unit": "°"})]
Matrices = NDArray[np.float64]


class Augmentation(Choice):
    """What is done to training examples, and never to those of validation and test."""


class Geometry(Augmentation):
    """Moves what is in a picture. All of them together are one matrix, and pictures are read once.

    What comes in at the rim is the edge repeated.
    """

    def moves(self, chance: np.random.Generator, count: int, height: int, width: int) -> Matrices:
        """A matrix a picture, (count, 3, 3): where the point (x, y, 1) goes, in pixels from the middle, y downwards."""
        raise NotImplementedError


class Flip(Geometry):
    """Mirrors pictures. For those that mean the same when mirrored: not for digits and letters.

    Krizhevsky et al. 2012, 4.1.
    """

    title: ClassVar[str] = "Flip"
    kind: Literal["flip"] = "flip"
    left_right: Annotated[
        Chance, Field(title="Left-right", description="Chance of each picture to have its sides swapped")
    ] = 0.5
    up_down: Annotated[Chance, Field(title="Up-down", description="Chance of each picture to stand on its head")] = 0.0

    def moves(self, chance: np.random.Generator, count: int, height: int, width: int) -> Matrices:
        swapped = chance.random((count, 2)) < (self.left_right, self.up_down)
        moves = same(count)
        moves[:, 0, 0], moves[:, 1, 1] = np.where(swapped, -1.0, 1.0).T
        return moves


class Shift(Geometry):
    """Moves pictures by whole pixels, each way as far as any other.

    He et al. 2016, 4.2: a random crop out of the picture with a margin.
    """

    title: ClassVar[str] = "Shift"
    kind: Literal["shift"] = "shift"
    distance: Annotated[
        float,
        Field(gt=0, le=1, title="Distance", description="Each picture moves up to this share of its width and height"),
    ] = 0.1

    def moves(self, chance: np.random.Generator, count: int, height: int, width: int) -> Matrices:
        moves = same(count)
        most = np.array([round(width * self.distance), round(height * self.distance)])
        moves[:, :2, 2] = chance.integers(-most, most, (count, 2), endpoint=True)
        return moves


def same(count: int) -> Matrices:
    """Matrices that move nothing, (count, 3, 3)."""
    return np.tile(np.eye(3), (count, 1, 1))


AnyAugmentation = Annotated[Flip | Shift, Field(discriminator="kind")]

AUGMENTATIONS: tuple[type[Augmentation], ...] = get_args(get_args(AnyAugmentation)[0])
"""Every kind of AnyAugmentation, in the order of the form; the same order in which they are done."""


def in_order(augment: Iterable[AnyAugmentation]) -> tuple[AnyAugmentation, ...]:
    """The same in the order of the table. PydanticCustomError where one is there twice."""
    found = sorted(augment, key=lambda one: AUGMENTATIONS.index(type(one)))
    for before, one in pairwise(found):
        if type(before) is type(one):
            words = "{title} is there twice: take one of them out"
            raise PydanticCustomError("augmented_twice", words, {"title": one.title})
    return tuple(found)
