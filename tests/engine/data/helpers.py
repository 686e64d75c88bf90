"""Small sources to read, and where real ones lie."""

from __future__ import annotations

import math
import random
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.data.settings import DataSettings
from engine.errors import Cancelled
from tests.data_settings import picture_data, table_data

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def shared(name: str) -> Path:
    """A real set; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is absent")
    return path


def unpacked(name: str, folder: Path) -> Path:
    """A real archive, unpacked."""
    path = shared(name)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    else:
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
    return folder


def prepared(settings: DataSettings) -> Dataset:
    return load(settings, Ticket())


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding, newline="")
    return path


def birds(folder: Path, rows: int = 60) -> Path:
    """Three kinds told apart by two measures, with holes in numbers and categories."""
    dice = random.Random(3)
    lines = ["kind,island,bill,mass,sex"]
    for row in range(rows):
        kind = row % 3
        bill = "NA" if row % 11 == 5 else f"{30 + 7 * kind + dice.gauss(0, 1):.1f}"
        mass = "" if row % 13 == 4 else str(3000 + 500 * kind + dice.randrange(200))
        sex = "" if row % 7 == 2 else dice.choice(["male", "female"])
        lines.append(f"{'ABC'[kind]},{dice.choice(['North', 'South'])},{bill},{mass},{sex}")
    return write(folder / "birds.csv", "\n".join(lines) + "\n")


def table(path: Path, target: str = "kind", **values: object) -> DataSettings:
    return table_data(path, target, **values)


def pictures(folder: Path, each: int = 10, modes: tuple[str, ...] = ("L",), size: tuple[int, int] = (12, 10)) -> Path:
    """Two classes of small pictures: bright and dark, in these modes in turn."""
    noise = np.random.default_rng(1)
    for label, level in (("bright", 200), ("dark", 50)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            pixels = (level + noise.integers(-40, 40, (size[1], size[0], 3))).astype(np.uint8)
            picture = Image.fromarray(pixels).convert(modes[number % len(modes)])
            picture.save(folder / label / f"{number}.png")
    return folder


def image_data(path: Path, **values: object) -> DataSettings:
    return picture_data(path, **{"width": 8, "height": 6, "colour": "grey", **values})


def texts(folder: Path, each: int = 20) -> Path:
    """Two classes of short texts."""
    dice = random.Random(2)
    words = {"pos": ["good", "fine", "warm", "kind"], "neg": ["bad", "cold", "grim", "dull"]}
    for label, its in words.items():
        for number in range(each):
            text = " ".join(dice.choice([*its, "the", "film", "and"]) for _ in range(dice.randint(3, 9)))
            write(folder / label / f"{number:03}.txt", f"{text.capitalize()}.")
    return folder


class Counting(Ticket):
    """Remembers what was told; cancels at the n-th time."""

    def __init__(self, until: float = math.inf) -> None:
        self.told: list[tuple[float, str]] = []
        self.until = until

    def tell(self, done: float, text: str) -> None:
        self.told.append((done, text))
        if len(self.told) >= self.until:
            raise Cancelled
