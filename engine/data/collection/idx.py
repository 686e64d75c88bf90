"""idx files, as MNIST and its family come: http://yann.lecun.com/exdb/mnist, packed with gzip or not."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import system
from engine.data.collection.pictures import ArrayPictures, PictureSet
from engine.errors import DataError

IMAGES = re.compile(r"^(?P<set>.*?)(?P<part>train|test|t10k)[-_.]images[-.]idx3-ubyte(\.gz)?$", re.IGNORECASE)
BYTES = 8  # the kind of values, unsigned bytes
MEMORY_SHARE = 0.5


def idx_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files of pictures among these, those to train on first; one of each name, packed or not."""
    found: dict[str, Path] = {}
    for path in paths:
        if IMAGES.match(path.name):
            found.setdefault(path.name.lower().removesuffix(".gz"), path)
    return tuple(sorted(found.values(), key=lambda path: (_part(path), path.name), reverse=True))


def read_idx(files: Sequence[Path]) -> PictureSet:
    """Pictures and classes of one set. DataError where files of several sets are named, or one is damaged."""
    sets = sorted({_match(path)["set"] for path in files})
    if len(sets) > 1:
        names = ", ".join(name.strip("-_.") or "(no name)" for name in sets[:5])
        raise DataError(f"These are {len(sets)} sets: {names}", field="path", hint="Choose the pictures file of one")
    pixels, labels, parts = [], list[str](), list[str]()
    for path in files:
        pictures, classes = _values(path, 3), _values(_labels_of(path), 1)
        if len(pictures) != len(classes):
            said = f"{path.name} has {len(pictures):,} pictures, its labels are {len(classes):,}"
            raise DataError(said, field="path", hint="Take both files from the same place")
        pixels.append(pictures)
        labels += [str(label) for label in classes.tolist()]
        parts += [_part(path)] * len(pictures)
    if len({one.shape[1:] for one in pixels}) > 1:
        raise DataError("Pictures to train on and to test are of different sizes", field="path")
    parts = parts if "train" in parts else [""] * len(parts)
    return PictureSet(ArrayPictures(np.concatenate(pixels)), labels, parts)


def _match(path: Path) -> re.Match[str]:
    match = IMAGES.match(path.name)
    assert match is not None  # by idx_files
    return match


def _part(path: Path) -> str:
    return "train" if _match(path)["part"].lower() == "train" else "test"


def _labels_of(path: Path) -> Path:
    """The labels beside, or in a folder beside as Kaggle packs them; packed or not."""
    stem = path.name[: -len(".gz")] if path.name.lower().endswith(".gz") else path.name
    names = {re.sub("images([-.])idx3", rf"labels{sign}idx1", stem, flags=re.IGNORECASE) for sign in "-."}
    for name in sorted(names):
        for packed in (name, f"{name}.gz"):
            for place in (path.parent / packed, path.parent.parent / name / packed):
                if place.is_file():
                    return place
    raise DataError(f"There are no labels beside {path.name}", field="path", hint=f"Put {min(names)} there")


def _values(path: Path, axes: int) -> NDArray[np.uint8]:
    """uint8 with so many axes. DataError where the file is something else, or too short."""
    broken = DataError(f"{path.name} is no whole idx file", field="path", hint="Download it again")
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
            head = file.read(4 + 4 * axes)
            if len(head) < 4 + 4 * axes or head[:4] != bytes((0, 0, BYTES, axes)):
                raise broken
            shape = tuple(int.from_bytes(head[at : at + 4], "big") for at in range(4, len(head), 4))
            count = math.prod(shape)
            if count > system.whole_memory() * MEMORY_SHARE:
                raise DataError(f"{path.name} does not fit into memory", field="path", hint="Use a smaller set")
            content = file.read(count)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise broken from error
    if len(content) != count or not count:
        raise broken
    return np.frombuffer(content, np.uint8).reshape(shape)
