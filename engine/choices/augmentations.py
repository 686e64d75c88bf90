"""Augmentations, each declared once: how training examples are changed anew each time they are shown.

What is drawn is drawn here, with numpy; `engine.training.augmentation` does it to a batch.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic_core import PydanticCustomError

from engine.choices.base import Choice
from engine.shapes import Shape

Holds = Literal["pictures", "numbers", "words"]
"""What an input is, as far as augmentations care."""

Chance = Annotated[float, Field(ge=0, le=1)]
Angle = Annotated[float, Field(ge=0, le=180, json_schema_extra={"unit": "°"})]
Tilt = Annotated[float, Field(ge=0, le=60, json_schema_extra={"unit": "°"})]
Alpha = Annotated[
    float,
    Field(gt=0, le=10, title="Alpha", description="Small: mostly one of the two; 1: any share; more: half and half"),
]
Numbers = NDArray[np.float64]
Draw = np.random.Generator

LUMA = (0.299, 0.587, 0.114)  # how light red, green and blue are (ITU-R BT.601)
TO_YIQ = np.array([LUMA, (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112)])


class Augmentation(Choice):
    """What is done to training examples, and never to those of validation and test.

    Attributes:
        suits: kinds of inputs that it does something to.
    """

    suits: ClassVar[frozenset[Holds]] = frozenset({"pictures"})


class Geometry(Augmentation):
    """Moves what is in a picture. All of them together are one matrix, and pictures are read once.

    What comes in at the rim is the edge repeated.
    """

    def moves(self, draw: Draw, count: int, height: int, width: int) -> Numbers:
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

    def moves(self, draw: Draw, count: int, height: int, width: int) -> Numbers:
        swapped = draw.random((count, 2)) < (self.left_right, self.up_down)
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

    def moves(self, draw: Draw, count: int, height: int, width: int) -> Numbers:
        moves = same(count)
        most = np.array([round(width * self.distance), round(height * self.distance)])
        moves[:, :2, 2] = draw.integers(-most, most, (count, 2), endpoint=True)
        return moves


class Rotate(Geometry):
    """Turns pictures about their middle."""

    title: ClassVar[str] = "Rotate"
    kind: Literal["rotate"] = "rotate"
    angle: Annotated[Angle, Field(title="Angle", description="Each picture is turned up to so far, either way")] = 10.0

    def moves(self, draw: Draw, count: int, height: int, width: int) -> Numbers:
        turns = np.deg2rad(draw.uniform(-self.angle, self.angle, count))
        moves = same(count)
        moves[:, 0, 0], moves[:, 0, 1] = np.cos(turns), -np.sin(turns)
        moves[:, 1, 0], moves[:, 1, 1] = np.sin(turns), np.cos(turns)
        return moves


class Zoom(Geometry):
    """Makes what is in pictures larger or smaller, about their middle."""

    title: ClassVar[str] = "Zoom"
    kind: Literal["zoom"] = "zoom"
    by: Annotated[
        float, Field(gt=0, le=3, title="By", description="0.1: up to a tenth larger, or as much smaller as undoes it")
    ] = 0.1

    def moves(self, draw: Draw, count: int, height: int, width: int) -> Numbers:
        moves = same(count)
        most = np.log1p(self.by)
        moves[:, 0, 0] = moves[:, 1, 1] = np.exp(draw.uniform(-most, most, count))
        return moves


class Shear(Geometry):
    """Slants pictures: what is above the middle goes one way, what is below the other."""

    title: ClassVar[str] = "Shear"
    kind: Literal["shear"] = "shear"
    angle: Annotated[Tilt, Field(title="Angle", description="Upright lines are slanted up to so far, either way")] = (
        10.0
    )

    def moves(self, draw: Draw, count: int, height: int, width: int) -> Numbers:
        moves = same(count)
        moves[:, 0, 1] = np.tan(np.deg2rad(draw.uniform(-self.angle, self.angle, count)))
        return moves


class Recoloured(NamedTuple):
    """What colours become, from 0, black, to 1: matrix @ colour + (1 - contrast) x the picture's mean grey + lighter.

    Attributes:
        matrix: (count, channels, channels).
        contrast, lighter: (count,).
    """

    matrix: Numbers
    contrast: Numbers
    lighter: Numbers


class Colour(Augmentation):
    """Changes brightness, contrast, and of coloured pictures saturation and hue: one matrix for each picture."""

    title: ClassVar[str] = "Colour"
    kind: Literal["colour"] = "colour"
    brightness: Annotated[
        Chance, Field(title="Brightness", description="Up to this share of the way from black to white, either way")
    ] = 0.1
    contrast: Annotated[
        Chance, Field(title="Contrast", description="Differences from the picture's mean grow or shrink by up to this")
    ] = 0.2
    saturation: Annotated[
        Chance, Field(title="Saturation", description="Colours get stronger or paler by up to this share")
    ] = 0.2
    hue: Annotated[Angle, Field(title="Hue", description="Colours are turned round the colour wheel by up to this")] = (
        0.0
    )

    def recoloured(self, draw: Draw, count: int, channels: int) -> Recoloured:
        """Drawn for each picture. Saturation and hue keep how light a colour is (YIQ turned and scaled)."""
        lighter, contrast, pale, turns = draw.uniform(-1, 1, (4, count))
        contrast = 1 + contrast * self.contrast
        matrix = np.tile(np.eye(channels), (count, 1, 1))
        if channels == 3:
            strong, turn = 1 + pale * self.saturation, np.deg2rad(turns * self.hue)
            wheel = same(count)
            wheel[:, 1, 1], wheel[:, 1, 2] = strong * np.cos(turn), -strong * np.sin(turn)
            wheel[:, 2, 1], wheel[:, 2, 2] = strong * np.sin(turn), strong * np.cos(turn)
            matrix = np.linalg.inv(TO_YIQ) @ wheel @ TO_YIQ
        return Recoloured(contrast[:, None, None] * matrix, contrast, lighter * self.brightness)


class Erase(Augmentation):
    """Blanks a rectangle of pictures, so that the network does not rely on one spot.

    DeVries & Taylor 2017; Zhong et al. 2017. What is blank is the mean of all pictures.
    """

    title: ClassVar[str] = "Erase"
    kind: Literal["erase"] = "erase"
    chance: Annotated[Chance, Field(title="Chance", description="Of each picture to lose a rectangle")] = 0.5
    largest: Annotated[
        float, Field(gt=0, le=1, title="Largest", description="Share of the picture that is blanked, at most")
    ] = 0.25

    def boxes(self, draw: Draw, count: int, height: int, width: int) -> NDArray[np.int64]:
        """Top, bottom, left, right of each rectangle, (count, 4); where nothing is blanked all are 0.

        A share of at least 0.02 (or the largest), sides in a ratio of 0.3 to 3.3, as Zhong et al. have it; cut off
        where they are longer than the picture.
        """
        least = min(0.02, self.largest)
        area = draw.uniform(least, self.largest, count) * height * width
        ratio = np.exp(draw.uniform(np.log(0.3), np.log(1 / 0.3), count))
        high = np.clip(np.round(np.sqrt(area * ratio)), 1, height).astype(np.int64)
        wide = np.clip(np.round(np.sqrt(area / ratio)), 1, width).astype(np.int64)
        top, left = draw.integers(0, height - high + 1), draw.integers(0, width - wide + 1)
        found = np.stack([top, top + high, left, left + wide], axis=1)
        return np.asarray(found * (draw.random((count, 1)) < self.chance), np.int64)


class Noise(Augmentation):
    """Adds noise to numbers and pictures; columns of 0 and 1 alone stay as they are.

    Bishop 1995, Training with noise is equivalent to Tikhonov regularization.
    """

    title: ClassVar[str] = "Noise"
    suits: ClassVar[frozenset[Holds]] = frozenset({"pictures", "numbers"})
    kind: Literal["noise"] = "noise"
    deviation: Annotated[
        float, Field(gt=0, le=10, title="Deviation", description="Of the noise, where that of the numbers is 1")
    ] = 0.1


class WordDropout(Augmentation):
    """Takes words for unknown ones, so that the network does not rely on one word.

    Iyyer et al. 2015, Deep unordered composition rivals syntactic methods.
    """

    title: ClassVar[str] = "Word dropout"
    suits: ClassVar[frozenset[Holds]] = frozenset({"words"})
    kind: Literal["word_dropout"] = "word_dropout"
    chance: Annotated[float, Field(gt=0, lt=1, title="Chance", description="Of each word to become an unknown one")] = (
        0.1
    )


class Mixing(Augmentation):
    """Mixes each example with another of its batch, and what is wanted of them by the same share."""

    suits: ClassVar[frozenset[Holds]] = frozenset({"pictures", "numbers"})


class Mixup(Mixing):
    """Shows two examples through each other, and wants both answers by their share.

    Zhang et al. 2018: x = s a + (1 - s) b, y = s y_a + (1 - s) y_b, s from Beta(alpha, alpha).
    """

    title: ClassVar[str] = "Mixup"
    kind: Literal["mixup"] = "mixup"
    alpha: Alpha = 0.2


class CutMix(Mixing):
    """Puts a rectangle of another picture in, and wants both answers by their share of the picture.

    Yun et al. 2019. Beside Mixup, each batch gets one of the two.
    """

    title: ClassVar[str] = "CutMix"
    suits: ClassVar[frozenset[Holds]] = frozenset({"pictures"})
    kind: Literal["cutmix"] = "cutmix"
    alpha: Alpha = 1.0
    chance: Annotated[float, Field(gt=0, le=1, title="Chance", description="Of each batch to be mixed so")] = 0.5


def same(count: int) -> Numbers:
    """Matrices that change nothing, (count, 3, 3)."""
    return np.tile(np.eye(3), (count, 1, 1))


def held(shape: Shape) -> Holds:
    """What an input of that shape is."""
    if shape.values == "ids":
        return "words"
    return "pictures" if shape.names == ("channel", "height", "width") else "numbers"


AnyAugmentation = Annotated[
    Flip | Shift | Rotate | Zoom | Shear | Colour | Erase | Noise | WordDropout | Mixup | CutMix,
    Field(discriminator="kind"),
]

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
