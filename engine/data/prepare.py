"""Turns raw rows, pictures and texts into what a network reads, and its answers into words, by a preparation document.

The document is JSON and was fitted on the training examples. This file and rows.py, which reads tables, stand alone:
they need numpy, Pillow for pictures and tokenizers for texts, and are copied beside exported networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.rows import OLD, UnreadableError, is_missing, number, unicode_of, unreadable

Preparation = Mapping[str, Any]
Rows = Sequence[Mapping[str, str]]
PICTURE_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
PADDING, UNKNOWN = "[PAD]", "[UNK]"  # token numbers 0 and 1


def all_inputs_from_rows(preparation: Preparation, rows: Rows, folder: str | Path = ".") -> tuple[NDArray[Any], ...]:
    """Rows of cells -> each input of the network, in the order of the data's inputs; as inputs_from_rows."""
    return tuple(inputs_from_rows(part, rows, folder) for part in preparation.get("inputs") or [preparation])


def inputs_from_rows(preparation: Preparation, rows: Rows, folder: str | Path = ".") -> NDArray[Any]:
    """Rows of cells -> one input: float32 (rows, features), int64 (rows, time) of a text column, or float32 (rows,
    channel, height, width) of a column that names picture files in `folder`.
    """
    names = [str(feature["column"]) for feature in preparation.get("features", [])] or [str(preparation.get("column"))]
    for name in names:
        if rows and any(name not in row for row in rows):
            raise UnreadableError(f"The rows have no column {name}", "Give every column that was trained on")
    if preparation["kind"] == "text":
        return inputs_from_texts(preparation, [row[names[0]] for row in rows])
    if preparation["kind"] == "images":
        return _pictures_of_rows(preparation, [row[names[0]] for row in rows], Path(folder))
    return inputs_from_columns(preparation, {name: [row[name] for row in rows] for name in names})


def inputs_from_columns(preparation: Preparation, columns: Mapping[str, Sequence[str]]) -> NDArray[np.float32]:
    """The same as inputs_from_rows for tables, from each column's cells."""
    parts = [_feature_columns(feature, columns[feature["column"]]) for feature in preparation["features"]]
    return np.ascontiguousarray(np.concatenate(parts, axis=1, dtype=np.float32, casting="same_kind"))


def _feature_columns(feature: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
    return ENCODERS[feature["kind"]](feature, [cell.strip() for cell in cells])


def number_cells(feature: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
    """Cells of numbers -> (rows, columns), as number_columns."""
    return number_columns(feature, np.array([number(cell, feature["decimal"]) for cell in cells], dtype=np.float64))


def category_cells(feature: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
    """Cells of names -> (rows, columns), as category_columns."""
    places = {name: place for place, name in enumerate(feature["categories"])}
    missing = np.array([is_missing(cell) for cell in cells], dtype=np.bool_)
    return category_columns(feature, np.array([places.get(cell, -1) for cell in cells], dtype=np.int64), missing)


def number_columns(feature: Mapping[str, Any], values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Numbers of a column, (rows,), NaN where there is none -> (rows, 1), or (rows, 2) with where it is missing."""
    unknown = np.isnan(values)
    if feature.get("scale") == "logarithm":
        values = signed_logarithm(values)
    scaled = (np.where(unknown, feature["fill"], values) - feature["mean"]) / feature["deviation"]
    scaled = scaled.clip(-1e30, 1e30)  # so that float32 can hold it
    columns = [scaled, unknown] if feature["missing"] else [scaled]
    return np.stack(columns, axis=1).astype(np.float32)


def signed_logarithm(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """log(1 + size) with the sign of the value, so that zero stays zero."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def category_columns(
    feature: Mapping[str, Any], places: NDArray[np.int64], missing: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """One column each: places among the categories, (rows,), -1 for none of them -> (rows, columns), ones and zeros."""
    count = len(feature["categories"])
    other = count if feature["other"] else -1
    hot = np.zeros((len(places), count + feature["other"] + feature["missing"] + 1), dtype=np.float32)
    where = np.where(places < 0, other, places)
    where[missing] = count + feature["other"] if feature["missing"] else -1
    hot[np.arange(len(places)), where] = 1  # -1 is a last column that is cut off: what was never seen is all zeros
    return hot[:, :-1]


ENCODERS: dict[str, Callable[[Mapping[str, Any], Sequence[str]], NDArray[np.float32]]] = {
    "number": number_cells,
    "category": category_cells,
}  # by the kind of feature: its part of the preparation and stripped cells -> (rows, columns); others are added below


def inputs_from_images(preparation: Preparation, pictures: Sequence[Any]) -> NDArray[np.float32]:
    """Paths of picture files (or Pillow images) -> float32 (pictures, channel, height, width)."""
    shape = (len(preparation["mean"]), int(preparation["height"]), int(preparation["width"]))
    values = np.zeros((len(pictures), *shape), dtype=np.uint8)
    for index, picture in enumerate(pictures):
        values[index] = picture_pixels(picture, *shape)[0]
    return normalised(preparation, values)


def _pictures_of_rows(preparation: Preparation, cells: Sequence[str], folder: Path) -> NDArray[np.float32]:
    for row, cell in enumerate(cells, start=1):
        if is_missing(cell.strip()) or not (folder / cell.strip()).is_file():
            raise UnreadableError(f"Row {row:,} names a picture that is not there, {cell}", "Put it beside the table")
    return inputs_from_images(preparation, [folder / cell.strip() for cell in cells])


def normalised(preparation: Preparation, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 (pictures, channel, height, width) -> float32 of the same shape, (pixel / 255 - mean) / deviation."""
    mean = np.array(preparation["mean"], dtype=np.float32)[:, None, None]
    deviation = np.array(preparation["deviation"], dtype=np.float32)[:, None, None]
    values = pixels.astype(np.float32)
    values /= np.float32(255)
    values -= mean
    values /= deviation
    return values


def picture_pixels(picture: Any, channels: int, height: int, width: int) -> tuple[NDArray[np.uint8], bool]:
    """A picture as uint8 (channels, height, width), and whether it was grey; UnreadableError if damaged."""
    from PIL import Image, ImageOps

    if isinstance(picture, Image.Image):
        return _fitted(picture, channels, height, width)
    try:
        with Image.open(picture, formats=PICTURE_FORMATS) as opened:
            upright = ImageOps.exif_transpose(opened)
            upright.load()
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error on damaged files
        if isinstance(error, OSError) and error.errno is not None:  # of the system, not of the decoder
            raise unreadable(picture, error) from error
        said = f"{Path(picture).name} is not a picture that can be read"
        raise UnreadableError(said, "Save it again as PNG") from error
    return _fitted(upright, channels, height, width)


def _fitted(picture: Any, channels: int, height: int, width: int) -> tuple[NDArray[np.uint8], bool]:
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits a pixel
        values = np.asarray(picture, dtype=np.float64)
        picture = Image.fromarray((values / (257 if values.max(initial=0) > 255 else 1)).clip(0, 255).astype(np.uint8))
    if "A" in picture.mode or "transparency" in picture.info:  # what shows through is white, as on paper
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
        red, green, blue, _ = picture.split()
        grey = red.tobytes() == green.tobytes() == blue.tobytes()
    else:
        grey = picture.mode in ("1", "L")
    picture = picture.convert("L" if channels == 1 else "RGB")
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(picture, dtype=np.uint8).reshape(height, width, channels)
    return pixels.transpose(2, 0, 1), grey


def read_text(path: str | Path, encoding: str = OLD) -> str:
    """A text file: UTF-16 by mark or zero bytes, UTF-8, or else `encoding`. UnreadableError where it cannot be read."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return decoded(content, encoding)


def decoded(content: bytes, encoding: str = OLD) -> str:
    """The same of its bytes."""
    for known in (unicode_of(content) or "utf-8-sig", encoding):
        try:
            return content.decode(known)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def inputs_from_texts(preparation: Preparation, texts: Sequence[str]) -> NDArray[np.int64]:
    """Texts -> int64 (texts, time) token numbers: 0 fills up, 1 is a word that was not learned."""
    return laid_out(preparation, numbered(preparation, texts))


def laid_out(preparation: Preparation, tokens: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The token numbers of each text -> int64 (texts, time): cut to the length that is kept, or filled up by 0.

    They are filled up at the front, or at the end where the preparation says so: there the next word is wanted.
    """
    length, keep = int(preparation["length"]), preparation["keep"]
    end = preparation.get("filled", "front") == "end"
    ids = np.zeros((len(tokens), length), dtype=np.int64)
    for row, known in enumerate(tokens):
        if keep == "both" and len(known) > length:
            half = length // 2
            words = [*known[:half], *known[half - length :]]
        else:
            words = list(known[:length] if keep == "first" else known[-length:])
        first = 0 if end else length - len(words)
        ids[row, first : first + len(words)] = words
    return ids


def numbered(preparation: Preparation, texts: Sequence[str]) -> list[list[int]]:
    """The number of each token of each text; 1 where it was not learned.

    Tokens are words, or what the tokenizer in the preparation makes of a text, its numbers `shift` higher.
    """
    known, shift = preparation.get("tokenizer"), int(preparation.get("shift", 0))
    tokenizer = _tokenizer_of(known) if known else _tokenizer(tuple(preparation["words"]))
    found = [encoded.ids for encoded in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    return [[number + shift for number in ids] for ids in found] if shift else found


@lru_cache(maxsize=4)
def _tokenizer_of(document: str) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(document)


@lru_cache(maxsize=4)
def _tokenizer(words: tuple[str, ...]) -> Any:
    from tokenizers import Tokenizer, models

    return splitter(Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, UNKNOWN)))


def splitter(tokenizer: Any) -> Any:
    """Makes a tokenizer lower its letters and split at spaces and punctuation."""
    from tokenizers import normalizers, pre_tokenizers

    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def answers(preparation: Preparation, outputs: NDArray[Any]) -> list[str | float]:
    """What the network gave, (examples, units) -> for each the most likely class, or the number in its own unit."""
    target = preparation["target"]
    if target["kind"] == "number":
        return [float(value) * target["deviation"] + target["mean"] for value in outputs[:, 0]]
    if outputs.shape[1] == 1:
        return [target["classes"][int(value > 0.5)] for value in outputs[:, 0]]
    return [target["classes"][int(place)] for place in outputs.argmax(axis=1)]
