"""Pixels of the pictures that cells name, and their measures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine import system
from engine.data.column import counted
from engine.data.dataset import Tell
from engine.data.feature.base import Entry, Given, Indexes, InputPart
from engine.data.feature.picture import Picture
from engine.data.prepare import PICTURE_FORMATS, normalised, picture_pixels
from engine.data.rows import UnreadableError, is_missing
from engine.errors import DataError
from engine.facts import InputFact
from engine.shapes import Shape

NAMED = 3  # broken pictures that a note calls by name
AXES = ("channel", "height", "width")
MEMORY_SHARE = 0.5  # of the machine's memory, for prepared pictures


def look(picture: Path | Image.Image) -> tuple[int, int, bool]:
    """Width, height and whether it is grey, also where a grey picture is saved as colour. UnreadableError."""
    pixels, grey = picture_pixels(picture, 3, 32, 32)
    if isinstance(picture, Image.Image):
        width, height = picture.size
    else:
        with Image.open(picture, formats=PICTURE_FORMATS) as opened:
            width, height = opened.size
    return width, height, grey or bool((pixels == pixels[:1]).all())


@dataclass(frozen=True)
class HeldPictures:
    """Pictures as pixels, uint8 (kept, channel, height, width); `Held` says the rest."""

    settings: Picture
    given: Given
    pixels: NDArray[np.uint8]
    kept: Indexes
    notes: Sequence[str] = ()

    def only(self, places: Indexes) -> HeldPictures:
        if len(places) == len(self.kept):
            return self
        return replace(self, pixels=self.pixels[places], kept=self.kept[places])

    def part(self, train: Indexes, tell: Tell) -> InputPart:
        tell(0.0, "Measuring the channels")
        mean, deviation = channel_spread(self.pixels, train)
        column = {"column": self.given.column} if self.given.column else {}
        size = {"width": self.settings.width, "height": self.settings.height, "colour": self.settings.colour}
        document = {"format": 1, "kind": "images", **column, **size, "mean": mean, "deviation": deviation}
        fact = InputFact(self.given.name, Shape.of(**dict(zip(AXES, self.pixels.shape[1:], strict=True))))
        return InputPart(Entry(fact, lambda rows: normalised(document, self.pixels[rows])), document, ())


def read_pictures(settings: Picture, given: Given, tell: Tell) -> HeldPictures:
    """Reads and resizes the pictures that the cells name; those that cannot be read are left out, and said.

    DataError where none can be read, or they need more than their share of the machine's memory.
    """
    sizes = (1 if settings.colour == "grey" else 3, settings.height, settings.width)
    check_memory(len(given.cells) * math.prod(sizes) * 6, settings.width, settings.height, given.name)
    pixels = np.empty((len(given.cells), *sizes), dtype=np.uint8)
    kept: list[int] = []
    broken: list[str] = []
    grey = 0
    for place in range(len(given.cells)):
        if place % 20 == 0:
            tell(place / len(given.cells), f"Reading pictures: {place:,} of {len(given.cells):,}")
        try:
            pixels[len(kept)], is_grey = picture_pixels(_found(given, place), *sizes)
        except UnreadableError as error:
            broken.append(_broken(given, place, error))
            continue
        kept.append(place)
        grey += is_grey
    if not kept:
        raise DataError("None of the pictures can be read", field="path", hint="Save them again as PNG or JPEG")
    found = np.array(kept, dtype=np.int64)
    return HeldPictures(settings, given, pixels[: len(kept)], found, _remarks(broken, grey, len(kept), settings, given))


def _broken(given: Given, place: int, error: UnreadableError) -> str:
    """What is said of a cell whose picture cannot be read."""
    name = Path(given.cells[place]).name
    if not given.column:
        return name
    where = given.where(place)
    return error.message if error.message.startswith(where) else f"{where} names {name}, which cannot be read"


def _found(given: Given, place: int) -> Any:
    """What the cell names. UnreadableError, with its row, where that is nothing or no picture."""
    cell = given.cells[place]
    found = None if is_missing(cell) else given.find(cell)
    if found is None:
        raise UnreadableError(f"{given.where(place)} names no picture in {given.column}", "Name a file there")
    if given.column and isinstance(found, Path) and not found.is_file():
        raise UnreadableError(f"{given.where(place)} names a picture that is not there, {cell}", "Put it there")
    return found


def _remarks(broken: list[str], grey: int, count: int, settings: Picture, given: Given) -> list[str]:
    notes = []
    if broken:
        names = ", ".join(broken[:NAMED]) + (" and others" if len(broken) > NAMED else "")
        what = counted(len(broken), "row") if given.column else f"{counted(len(broken), 'picture')} that cannot be read"
        notes.append(f"{what} left out: {names}")
    if 0 < grey < count:
        read = "grey" if settings.colour == "grey" else "in colour"
        notes.append(f"{grey:,} pictures are grey and {count - grey:,} in colour: all are read {read}")
    return notes


def channel_spread(pixels: NDArray[np.uint8], rows: Indexes) -> tuple[list[float], list[float]]:
    """Mean and deviation of each channel of pixels / 255 of some pictures, exactly: from counts of the 256 values."""
    values = np.arange(256) / 255
    means, deviations = [], []
    for channel in range(pixels.shape[1]):
        counts = np.bincount(pixels[rows, channel].ravel(), minlength=256)
        mean = float((counts * values).sum() / counts.sum())
        variance = float((counts * (values - mean) ** 2).sum() / counts.sum())
        means.append(mean)
        deviations.append(variance**0.5 if variance > 1e-12 else 1.0)
    return means, deviations


def check_memory(needed: int, width: int, height: int, field: str) -> None:
    """DataError where pictures of that size take too much of the machine's memory; `needed` in bytes."""
    if needed > system.whole_memory() * MEMORY_SHARE:
        raise DataError(
            f"These pictures need {needed / 2**30:.1f} GB of memory at {width} × {height}",
            field=field,
            hint="Choose a smaller width and height",
        )
