"""Pictures with classes from wherever they come, and those that lie in one array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True)
class PictureSet:
    """Pictures (paths or Pillow images), for each its class and its part ("" where nothing is said), and notes."""

    pictures: Sequence[Any]
    labels: list[str]
    parts: list[str]
    notes: tuple[str, ...] = ()


class ArrayPictures(Sequence[Image.Image]):
    """Pillow images out of uint8 (pictures, height, width) or (pictures, height, width, 3), made when asked for."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels

    def __len__(self) -> int:
        return len(self.pixels)

    @overload
    def __getitem__(self, place: int) -> Image.Image: ...
    @overload
    def __getitem__(self, place: slice) -> ArrayPictures: ...
    def __getitem__(self, place: int | slice) -> Image.Image | ArrayPictures:
        if isinstance(place, slice):
            return ArrayPictures(self.pixels[place])
        return Image.fromarray(self.pixels[place])
