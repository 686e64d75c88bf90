"""Pictures: class folders, archives, packed sets, or a sample, as float32 arrays (picture, channel, height, width)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine import system
from engine.data import samples
from engine.data.assembly import Entry, assembled, itself, wanted
from engine.data.collection.found import files_at, packed_set
from engine.data.collection.pictures import PictureSet
from engine.data.dataset import Dataset, Tell, Ticket
from engine.data.prepare import PICTURE_FORMATS, normalised, picture_pixels
from engine.data.progress import within
from engine.data.rows import UnreadableError
from engine.data.splits import deal
from engine.data.targets import counted, folder_answers
from engine.errors import DataError
from engine.facts import InputFact
from engine.project import SAMPLE
from engine.settings import ImageData
from engine.shapes import Shape

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
NAMED = 3  # broken pictures that a note calls by name
MEMORY_SHARE = 0.5  # of the machine's memory, for prepared pictures


def load_images(settings: ImageData, ticket: Ticket) -> Dataset:
    """Reads, resizes and normalises pictures; the mean and deviation of each channel come from the training pictures.

    Raises:
        DataError: no class folders, one class only, no picture that can be read, more pictures than memory.
    """
    found = find_pictures(settings.path, within(ticket, 0.0, 0.1))
    pictures, labels, given, notes = found.pictures, found.labels, found.parts, found.notes
    shape = Shape.of(channel=1 if settings.colour == "grey" else 3, height=settings.height, width=settings.width)
    check_memory(len(pictures) * shape.count * 6, settings.width, settings.height, "width")
    pixels, kept, remarks = _pixels(pictures, shape, settings, within(ticket, 0.1, 0.9))
    answers = folder_answers([labels[row] for row in kept], settings.path, kept)
    split = deal(settings.split, len(kept), answers.labels, [given[row] for row in kept])
    ticket.tell(0.9, "Measuring the channels")
    mean, deviation = channel_spread(pixels[split.train])
    preparation = {
        "format": 1,
        "kind": "images",
        "width": settings.width,
        "height": settings.height,
        "colour": settings.colour,
        "mean": mean,
        "deviation": deviation,
    }
    ticket.tell(1.0, "Ready")
    entry = Entry(InputFact("picture", shape), lambda rows: normalised(preparation, pixels[rows]))
    targets = itself([entry]) if settings.answer == "itself" else [wanted(answers, split, scale=False)]
    return assembled("images", [entry], targets, split, answers.rows, preparation, [*notes, *remarks])


def find_pictures(path: str, tell: Tell) -> PictureSet:
    """The pictures at a path: class folders, an archive of them, a set as its authors pack it, or a sample."""
    if path.startswith(SAMPLE):
        pictures, labels = samples.pictures(path.removeprefix(SAMPLE))
        return PictureSet(pictures, labels, [""] * len(labels))
    packed = packed_set(path, tell)
    if packed is not None:
        return packed
    folder = files_at(path, SUFFIXES, "picture", tell)
    files = folder.files
    labels, parts = [file.label for file in files], [file.part for file in files]
    return PictureSet([file.path for file in files], labels, parts, folder.notes)


def look(picture: Path | Image.Image) -> tuple[int, int, bool]:
    """Width, height and whether it is grey, also where a grey picture is saved as colour. UnreadableError."""
    pixels, grey = picture_pixels(picture, 3, 32, 32)
    if isinstance(picture, Image.Image):
        width, height = picture.size
    else:
        with Image.open(picture, formats=PICTURE_FORMATS) as opened:
            width, height = opened.size
    return width, height, grey or bool((pixels == pixels[:1]).all())


def _pixels(
    pictures: Sequence[Any], shape: Shape, settings: ImageData, tell: Tell
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """uint8 (kept, channel, height, width), which pictures were kept, notes. DataError where none was."""
    pixels = np.empty((len(pictures), *shape.sizes), dtype=np.uint8)
    kept: list[int] = []
    broken: list[str] = []
    grey = 0
    for row, picture in enumerate(pictures):
        if row % 20 == 0:
            tell(row / len(pictures), f"Reading pictures: {row:,} of {len(pictures):,}")
        try:
            pixels[len(kept)], is_grey = picture_pixels(picture, *shape.sizes)
        except UnreadableError:
            broken.append(picture.name)
            continue
        kept.append(row)
        grey += is_grey
    if not kept:
        raise DataError("None of the pictures can be read", field="path", hint="Save them again as PNG or JPEG")
    return pixels[: len(kept)], np.array(kept, dtype=np.int64), _remarks(broken, grey, len(kept), settings)


def _remarks(broken: list[str], grey: int, count: int, settings: ImageData) -> list[str]:
    notes = []
    if broken:
        names = ", ".join(broken[:NAMED]) + (" and others" if len(broken) > NAMED else "")
        notes.append(f"{counted(len(broken), 'picture')} that cannot be read left out: {names}")
    if 0 < grey < count:
        read = "grey" if settings.colour == "grey" else "in colour"
        notes.append(f"{grey:,} pictures are grey and {count - grey:,} in colour: all are read {read}")
    return notes


def channel_spread(pixels: NDArray[np.uint8]) -> tuple[list[float], list[float]]:
    """Mean and deviation of each channel of pixels / 255, exactly: from counts of the 256 values."""
    values = np.arange(256) / 255
    means, deviations = [], []
    for channel in range(pixels.shape[1]):
        counts = np.bincount(pixels[:, channel].ravel(), minlength=256)
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
