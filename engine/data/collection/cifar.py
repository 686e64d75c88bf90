"""CIFAR-10 and CIFAR-100 as their author packs them, for python and binary: https://www.cs.toronto.edu/~kriz/cifar.html"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.collection.pickled import read_pickled
from engine.data.collection.pictures import ArrayPictures, PictureSet
from engine.errors import DataError

SHAPE = 3, 32, 32  # of a picture, a channel after the other
PICTURE = 3 * 32 * 32  # bytes
BATCH = re.compile(r"^(data_batch_\d+|test_batch|train|test)(\.bin)?$")
NAMES = {"batches.meta.txt": 1, "fine_label_names.txt": 2}  # of the classes: how many labels stand before a picture
META = {"batches.meta": (b"label_names", b"labels"), "meta": (b"fine_label_names", b"fine_labels")}

Batch = tuple[NDArray[np.uint8], Sequence[int]]


def is_cifar(files: Sequence[str]) -> bool:
    """Whether these are batches with the names of their classes."""
    names = set(files)
    batches = {name for name in names if BATCH.match(name)}
    binary = any(name.endswith(".bin") for name in batches)
    return bool(batches) and bool(names & (NAMES.keys() if binary else META.keys()))


def read_cifar(folder: Path) -> PictureSet:
    """Pictures with the names of their classes (of CIFAR-100 the 100 fine ones) and the set's own test part.

    Raises:
        DataError: a batch is damaged, or holds what is none.
    """
    files = [path for path in folder.iterdir() if BATCH.match(path.name) and path.is_file()]
    files.sort(key=lambda path: (path.name.startswith("test"), path.name))
    binary = [path for path in files if path.suffix]
    name = next(one for one in (*NAMES, *META) if (folder / one).is_file() and (one in NAMES) == bool(binary))
    classes = _names(folder / name)
    pixels, labels, parts = [], list[str](), list[str]()
    for path in binary or files:
        values, numbers = _binary(path, NAMES[name]) if binary else _python(path, META[name][1])
        if len(numbers) != len(values) or not all(0 <= number < len(classes) for number in numbers):
            raise _broken(path)
        pixels.append(values.reshape(-1, *SHAPE).transpose(0, 2, 3, 1))
        labels += [classes[number] for number in numbers]
        parts += ["test" if path.name.startswith("test") else "train"] * len(values)
    return PictureSet(ArrayPictures(np.concatenate(pixels)), labels, parts if "train" in parts else [""] * len(parts))


def _names(path: Path) -> list[str]:
    if path.name in NAMES:
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = read_pickled(path).get(META[path.name][0])
    if not isinstance(found, list):
        raise _broken(path)
    return [name.decode("utf-8", errors="replace") if isinstance(name, bytes) else str(name) for name in found]


def _binary(path: Path, labels: int) -> Batch:
    content = np.fromfile(path, np.uint8)
    if not len(content) or len(content) % (PICTURE + labels):
        raise _broken(path)
    rows = content.reshape(-1, PICTURE + labels)
    return rows[:, labels:], rows[:, labels - 1].tolist()


def _python(path: Path, name: bytes) -> Batch:
    found: dict[bytes, Any] = read_pickled(path)
    pixels, numbers = found.get(b"data"), found.get(name)
    if not isinstance(pixels, np.ndarray) or pixels.ndim != 2 or pixels.shape[1] != PICTURE:
        raise _broken(path)
    if not isinstance(numbers, list) or not all(isinstance(number, int) for number in numbers):
        raise _broken(path)
    return pixels, numbers


def _broken(path: Path) -> DataError:
    return DataError(f"{path.name} is no whole batch of CIFAR", field="path", hint="Download it again")
