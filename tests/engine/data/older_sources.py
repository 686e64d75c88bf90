"""Sources that projects of format 4 were trained on, made again by seed, and their data settings as they were."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Document = dict[str, Any]


def birds(folder: Path) -> Path:
    """Numbers, categories, texts, dates, and rows without some of them."""
    dice, lines = random.Random(3), ["kind,island,bill,mass,sex,id,note,when"]
    for row in range(90):
        kind = row % 3
        cells = [
            "ABC"[kind] if row % 17 != 3 else "",
            dice.choice(["North", "South"]),
            "NA" if row % 11 == 5 else f"{30 + 7 * kind + dice.gauss(0, 1):.1f}",
            "" if row % 13 == 4 else str(3000 + 500 * kind + dice.randrange(200)),
            "" if row % 7 == 2 else dice.choice(["male", "female"]),
            str(row),
            f"a long note of number {row} with word{dice.randrange(30)} and {kind}",
            f"2020-01-{row % 28 + 1:02}",
        ]
        lines.append(",".join(cells))
    return _written(folder / "birds.csv", "\n".join(lines) + "\n")


def shelf(folder: Path) -> Path:
    """A column of names of pictures, one of texts, a number, and two to predict."""
    lines = ["photo,width,story,kind,price"]
    for row in range(60):
        path = folder / "photos" / f"{row}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("L", (10, 12), 4 * row).save(path)
        story = f"this is a long story of number {row} about {'ab'[row % 2]} and more"
        kind, price = "" if row == 5 else "ab"[row % 2], "" if row == 3 else f"{row * 1.5:.1f}"
        lines.append(f"photos/{row}.png,{row},{story},{kind},{price}")
    return _written(folder / "shelf.csv", "\n".join(lines) + "\n")


def pictures(folder: Path, modes: tuple[str, ...] = ("L",), parts: tuple[str, ...] = ("",)) -> Path:
    """Three classes of pictures, in the parts of a published set or without."""
    noise = np.random.default_rng(1)
    for part in parts:
        for label, level in (("bright", 200), ("dark", 50), ("mid", 120)):
            into = folder / "pictures" / part / label
            into.mkdir(parents=True)
            for number in range(12):
                pixels = (level + noise.integers(-40, 40, (10, 12, 3))).astype(np.uint8)
                Image.fromarray(pixels).convert(modes[number % len(modes)]).save(into / f"{number}.png")
    return folder / "pictures"


def mixed(folder: Path) -> Path:
    """Pictures of several modes, one of them broken."""
    root = pictures(folder, ("L", "RGB", "RGBA", "P"))
    (root / "dark" / "x.png").write_bytes(b"nothing")
    return root


def divided(folder: Path) -> Path:
    """Pictures that their authors divided."""
    return pictures(folder, parts=("train", "test"))


def texts(folder: Path, parts: tuple[str, ...] = ("",)) -> Path:
    """Two classes of texts."""
    dice = random.Random(2)
    for part in parts:
        for label, its in {"pos": ["good", "fine", "warm"], "neg": ["bad", "cold", "grim"]}.items():
            for number in range(20):
                words = [dice.choice([*its, "the", "film", "and"]) for _ in range(dice.randint(3, 19))]
                _written(folder / "texts" / part / label / f"{number:03}.txt", " ".join(words).capitalize() + ".")
    return folder / "texts"


def divided_texts(folder: Path) -> Path:
    """Texts that their authors divided."""
    return texts(folder, ("train", "test"))


def reviews(folder: Path) -> Path:
    """A column of texts, some of them missing, a class and a number."""
    dice, lines = random.Random(4), ["text\tscore\tstars\textra"]
    for row in range(120):
        good = row % 2
        words = [
            f"{dice.choice(['good', 'fine', 'warm'] if good else ['bad', 'cold', 'grim'])} "
            f"{dice.choice(['film', 'story', 'end'])}"
            for _ in range(dice.randint(2, 12))
        ]
        lines.append(f"{'' if row % 19 == 4 else ' '.join(words)}\t{'good' if good else 'bad'}\t{row % 5}.5\t{row}")
    return _written(folder / "reviews.tsv", "\n".join(lines) + "\n")


def book(folder: Path) -> Path:
    """A long text without classes."""
    dice = random.Random(7)
    words = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "that", "dog", "run", "far"]
    return _written(folder / "book.txt", " ".join(dice.choice(words) for _ in range(3000)))


def far(folder: Path) -> Path:
    """Numbers to predict that lie far from zero."""
    rows = "".join(f"{row},{row % 4},{1e9 + row * 0.5:.2f}\n" for row in range(60))
    return _written(folder / "far.csv", f"a,b,y\n{rows}")


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _table(target: str, **values: Any) -> Document:
    return {"kind": "table", "target": target, **values}


def _pictures(**values: Any) -> Document:
    return {"kind": "images", "width": 8, "height": 6, "colour": "grey", **values}


def _text(**values: Any) -> Document:
    return {"kind": "text", "length": 12, "vocabulary": 40, **values}


SHELF = {"photo": "picture", "story": "text"}
SMALL = {"picture_width": 6, "picture_height": 7, "picture_colour": "grey", "length": 9, "vocabulary": 30}
DIGITS = {"kind": "images", "path": "sample:digits", "width": 8, "height": 8, "colour": "grey"}
SUMS = {"roles": {"picture": "picture"}, "picture_width": 8, "picture_height": 8, "picture_colour": "grey"}

Made = tuple[Callable[[Path], Path] | None, Document]
OLDER: dict[str, Made] = {
    "birds": (birds, _table("kind")),
    "birds ignored": (birds, _table("kind", ignored=["mass", "sex"])),
    "birds number": (birds, _table("bill")),
    "birds roles": (birds, _table("kind", roles={"id": "number", "mass": "category"})),
    "birds text": (birds, _table("kind", roles={"note": "text"}, length=6, vocabulary=20)),
    "birds itself": (birds, _table("kind", answer="itself")),
    "birds more": (birds, _table("kind", more_targets=["bill", "sex"])),
    "birds unscaled": (birds, _table("mass", scale_target=False)),
    "birds split": (birds, _table("kind", split={"validation": 0.2, "test": 0.0, "seed": 9, "stratified": False})),
    "birds folds": (birds, _table("kind", split={"folds": 4, "fold": 2})),
    "birds target cat": (birds, _table("mass", roles={"mass": "category"})),
    "far": (far, _table("y")),
    "shelf": (shelf, _table("kind", roles=SHELF, more_targets=["price"], **SMALL)),
    "shelf itself": (shelf, _table("kind", roles={"photo": "picture"}, answer="itself")),
    "pics": (pictures, _pictures()),
    "pics itself": (pictures, _pictures(answer="itself")),
    "pics folds": (pictures, _pictures(split={"folds": 3, "fold": 1})),
    "pics parts": (divided, _pictures()),
    "pics mixed": (mixed, _pictures(colour="colour")),
    "texts": (texts, _text()),
    "texts last": (texts, _text(keep="last")),
    "texts next": (texts, _text(answer="next word")),
    "texts parts": (divided_texts, _text()),
    "book": (book, _text(answer="next word")),
    "reviews": (reviews, _text(column="text", target="score")),
    "reviews stars": (reviews, _text(column="text", target="stars")),
    "reviews next": (reviews, _text(column="text", target="score", answer="next word")),
    "s iris": (None, _table("species", path="sample:iris")),
    "s sums": (None, _table("digit", path="sample:sums", more_targets=["sum"], **SUMS)),
    "s digits": (None, DIGITS),
    "s digits itself": (None, {**DIGITS, "answer": "itself"}),
    "s reviews": (None, {"kind": "text", "path": "sample:reviews", "length": 60}),
}
