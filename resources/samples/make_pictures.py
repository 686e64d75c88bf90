"""Draws the samples' pictures from their own data: `python -m resources.samples.make_pictures`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engine.data import samples

WIDTH, HEIGHT, FINE = 320, 200, 4  # FINE: drawn so much larger, then shrunk for smooth edges
COLOURS = ("#3b82f6", "#e8890c", "#ec4899", "#10b981")  # middle tones: readable on dark and on light
HERE = Path(__file__).parent / "pictures"
Points = NDArray[np.float64]


def main() -> None:
    """Writes a PNG for each sample."""
    for name in samples.SAMPLES:
        picture = {"digits": digits, "reviews": reviews, "diabetes": diabetes, "sums": sums, "waves": waves}.get(name)
        drawn = picture() if picture else scatter_of(name)
        drawn.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(HERE / f"{name}.png", optimize=True)


def canvas() -> Image.Image:
    """A transparent picture."""
    return Image.new("RGBA", (WIDTH * FINE, HEIGHT * FINE), (0, 0, 0, 0))


def dots(points: Points, colours: Sequence[str], radius: float = 3.2) -> Image.Image:
    """Points (n, 2), fitted into the picture, each in its colour."""
    image = canvas()
    draw = ImageDraw.Draw(image)
    low, high = points.min(axis=0), points.max(axis=0)
    places = (points - low) / (high - low)
    for (x, y), colour in zip(places, colours, strict=True):
        centre = ((14 + x * (WIDTH - 28)) * FINE, (HEIGHT - 12 - y * (HEIGHT - 24)) * FINE)
        box = [value + side * radius * FINE for side in (-1, 1) for value in centre]
        draw.ellipse(box, fill=colour, outline=(255, 255, 255, 90), width=2)
    return image


def scatter_of(name: str) -> Image.Image:
    """The last two inputs of a table sample, in the colours of its target."""
    _, rows = samples.table(name)
    points = np.array([[float(cell) for cell in row[-3:-1]] for row in rows])
    answers = [row[-1] for row in rows]
    if name == "surface":
        return dots(points, [blend(float(answer)) for answer in answers], 4.5)
    classes = sorted(set(answers))
    return dots(points, [COLOURS[classes.index(answer)] for answer in answers])


def diabetes() -> Image.Image:
    """Body mass and progression of each patient."""
    names, rows = samples.table("diabetes")
    columns = names.index("bmi"), names.index("progression")
    points = np.array([[float(row[column]) for column in columns] for row in rows])
    return dots(points, [COLOURS[2]] * len(points))


def blend(value: float) -> str:
    """A colour between the first (-1.2 and below) and the second (1.2 and above)."""
    share = min(1.0, max(0.0, (value + 1.2) / 2.4))
    first, second = (np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) for colour in COLOURS[:2])
    red, green, blue = (first + share * (second - first)).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def digits() -> Image.Image:
    """The first forty digits, ink only."""
    image = canvas()
    pictures, labels = samples.pictures("digits")
    side, across = 38 * FINE, 8
    for place, (picture, label) in enumerate(zip(pictures[:40], labels[:40], strict=True)):
        ink = picture.resize((side - 4 * FINE, side - 4 * FINE), Image.Resampling.NEAREST)
        coloured = Image.new("RGBA", ink.size, COLOURS[int(label) % 4])
        coloured.putalpha(ink)
        left, top = (place % across) * side + 10 * FINE, (place // across) * side + 7 * FINE
        image.alpha_composite(coloured, (left, top))
    return image


def sums() -> Image.Image:
    """A few digits with the numbers they are added to."""
    image = canvas()
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(26 * FINE)
    _, rows = samples.table("sums")
    pictures = samples.attached("sums")
    side = 44 * FINE
    for place, (name, first, second, _, total) in enumerate(rows[:4]):
        top = (6 + 48 * place) * FINE
        ink = pictures[name].resize((side, side), Image.Resampling.NEAREST)
        coloured = Image.new("RGBA", ink.size, COLOURS[place])
        coloured.putalpha(ink)
        image.alpha_composite(coloured, (12 * FINE, top))
        words = "".join(f" {'-' if number.startswith('-') else '+'} {number.lstrip('-')}" for number in (first, second))
        draw.text((62 * FINE, top + side // 2), f"{words} = {total}", COLOURS[place], font, anchor="lm")
    return image


def waves() -> Image.Image:
    """Three stretches of waves, each with the value that follows as a dot."""
    image = canvas()
    draw = ImageDraw.Draw(image)
    _, rows = samples.table("waves")
    for place, row in enumerate(rows[:3]):
        values = [float(cell) for cell in row]
        middle = 36 + 64 * place
        points = [((16 + step * 12) * FINE, (middle - 17 * value) * FINE) for step, value in enumerate(values)]
        draw.line(points[:-1], COLOURS[place], 3 * FINE, joint="curve")
        x, y = points[-1]
        draw.ellipse([x - 5 * FINE, y - 5 * FINE, x + 5 * FINE, y + 5 * FINE], fill=COLOURS[place])
    return image


def reviews() -> Image.Image:
    """Words of praise and of blame, the commoner the larger."""
    image = canvas()
    draw = ImageDraw.Draw(image)
    lines = [
        [("moving", 0, 30), ("dull", 1, 22), ("superb", 0, 26)],
        [("not bad", 0, 24), ("predictable", 1, 30)],
        [("boring", 1, 32), ("clever", 0, 26), ("weak", 1, 20)],
        [("worth the money", 0, 22), ("messy", 1, 26)],
        [("never dull", 0, 30), ("stay at home", 1, 20)],
    ]
    for row, words in enumerate(lines):
        left = 12 + 8 * (row % 2)
        for word, colour, size in words:
            font = ImageFont.load_default(size * FINE)
            draw.text((left * FINE, (22 + row * 39) * FINE), word, COLOURS[colour], font, anchor="lm")
            left += round(draw.textlength(word, font) / FINE) + 16
    return image


if __name__ == "__main__":
    main()
