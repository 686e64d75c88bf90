"""Turns raw rows, pictures and texts into what a network reads, and its answers into words, by a preparation document.

The document is JSON and was fitted on the training examples. This file stands alone: it needs numpy, Pillow for
pictures and tokenizers for texts, and is copied as it is beside exported networks.
"""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import io
import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

Preparation = Mapping[str, Any]
Rows = Sequence[Mapping[str, str]]
Lines = Iterator[tuple[int, list[str]]]  # each with its number
LARGEST = 1e150  # numbers that are larger are none
MISSING = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "null", "?"})
DELIMITERS = ",;\t|"
LONGEST_CELL = 50_000_000  # characters; the csv module's own limit is too small for long texts
PICTURE_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
PADDING, UNKNOWN = "[PAD]", "[UNK]"  # token numbers 0 and 1
ARCHIVES = {b"PK\x03\x04": "ZIP", b"7z\xbc\xaf": "7z", b"Rar!": "RAR", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


class UnreadableError(ValueError):
    """Raw data cannot be used as it is: one plain sentence, and a hint at what to do, both without a final stop."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}. {hint}." if hint else f"{message}.")
        self.message = message
        self.hint = hint


def unreadable(path: str | Path, error: OSError) -> UnreadableError:
    """Why the system does not give a file or folder: it is not there, not allowed, or what it says itself."""
    if isinstance(error, FileNotFoundError):
        return UnreadableError(f"There is no file {path}", "Check the name")
    if isinstance(error, PermissionError):
        return UnreadableError(f"{path} cannot be read: permission denied", "Allow reading it, or choose another")
    if error.errno == errno.ENAMETOOLONG:
        return UnreadableError(f"The name {str(path)[:60]}… is too long", "Give a shorter one")
    return UnreadableError(f"{path} cannot be read: {str(error.strerror or error).lower()}", "Check the file")


def read_rows(path: str | Path) -> list[dict[str, str]]:
    """The rows of a CSV or TSV file (also .gz) by column name, as text. UnreadableError where it is not a table."""
    names, _, rows = open_table(path)
    return [dict(zip(names, cells, strict=True)) for cells in rows]


def open_table(
    path: str | Path, tell: Callable[[float], None] | None = None
) -> tuple[list[str], list[str], Iterator[list[str]]]:
    """Column names, notes on how they came about, and the rows one by one, every cell without outer spaces.

    Args:
        path: a text file; ".gz" or not is seen from its content.
        tell: called now and then with the share read so far, 0 to 1.
    Raises:
        UnreadableError: empty, not text, an archive; while reading: a row with more or fewer cells than the header.
    """
    path = Path(path)
    csv.field_size_limit(LONGEST_CELL)  # before any line is split: the first ones may be the longest
    encoding = _encoding(path)
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
        delimiter = _delimiter([line for line, _ in zip(text, range(50), strict=False)])
    lines = _lines(path, encoding, delimiter, tell)
    _, first = next(lines, (0, []))
    if not first:
        raise UnreadableError(f"{path.name} is empty", "Choose a file with a header and rows")
    if _is_header(first):
        names, notes = _column_names(first)
    else:
        names = [f"column {number}" for number in range(1, len(first) + 1)]
        notes = ["The first row has numbers, so the columns have no names of their own and are numbered"]
        lines = chain([(1, first)], lines)
    return names, notes, _even_rows(path.name, len(names), lines)


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _encoding(path: Path) -> str:
    """utf-8-sig, utf-16 by its mark, else latin-1, after looking at the whole file; UnreadableError if not text."""
    try:
        with _opened(path) as raw:
            head = raw.read(65536)
            _refuse_binary(path.name, head)
            if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                return "utf-16"
            decoder = codecs.getincrementaldecoder("utf-8")()
            chunk = head
            while chunk:
                decoder.decode(chunk)
                chunk = raw.read(1 << 20)
            decoder.decode(b"", final=True)
            return "utf-8-sig"
    except UnicodeDecodeError:
        return "latin-1"
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableError(f"{path.name} cannot be read: {error}", "Check the file") from error
    except OSError as error:
        raise unreadable(path, error) from error


def _refuse_binary(name: str, head: bytes) -> None:
    for magic, title in ARCHIVES.items():
        if head.startswith(magic):
            if name.lower().endswith((".xlsx", ".ods")):
                said = f"{name} is a spreadsheet, not a text table"
                raise UnreadableError(said, "Save it as CSV in your spreadsheet app")
            raise UnreadableError(f"{name} is a {title} archive", "Unpack it first, then open what was inside")
    if head[257:262] == b"ustar":
        raise UnreadableError(f"{name} is a tar archive", "Unpack it first, then open what was inside")
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return
    strange = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    if b"\0" in head or strange > len(head) / 50:
        raise UnreadableError(f"{name} is not a text table", "Choose a CSV or TSV file")


def _delimiter(lines: Sequence[str]) -> str:
    """The one that splits the header into more than one cell and most of the first rows into as many."""
    best, score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        width = len(rows[0]) if rows else 0
        even = sum(len(row) == width for row in rows) / max(1, len(rows))
        if width > 1 and (round(even, 1), width) > score:
            best, score = delimiter, (round(even, 1), width)
    return best


def _lines(path: Path, encoding: str, delimiter: str, tell: Callable[[float], None] | None) -> Lines:
    """Each row that is not blank, with the number of the line it begins on."""
    size = max(1, path.stat().st_size)
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        raw = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        with io.TextIOWrapper(raw, encoding, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
            before = 0
            for number, cells in enumerate(_counted(path.name, reader)):
                if tell is not None and number % 2000 == 0:
                    tell(min(1.0, file.tell() / size))
                if cells:
                    yield before + 1, [cell.strip() for cell in cells]
                before = reader.line_num


def _counted(name: str, reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except (csv.Error, EOFError, zlib.error, gzip.BadGzipFile) as error:
        where = f"{name} line {reader.line_num + 1}"
        raise UnreadableError(f"{where} cannot be read: {error}", "Check the file there") from error


def _even_rows(name: str, width: int, lines: Lines) -> Iterator[list[str]]:
    for line, cells in lines:
        if len(cells) != width:
            raise UnreadableError(
                f"{name} line {line} has {len(cells)} cell{'s' * (len(cells) != 1)} where the header has {width}",
                "Correct that line; a cell with a separator or a line break inside needs quotation marks",
            )
        yield cells


def _is_header(cells: Sequence[str]) -> bool:
    """Not where a cell is a number with decimals, or all cells are numbers: then the file begins with its data."""
    numbers = [cell for cell in cells if not math.isnan(number(cell))]
    return len(numbers) < len(cells) and not any("." in cell for cell in numbers)


def _column_names(header: Sequence[str]) -> tuple[list[str], list[str]]:
    names, notes = list[str](), list[str]()
    for position, cell in enumerate(header, start=1):
        name = cell or f"column {position}"
        if not cell:
            notes.append(f"Column {position} has no name and is called {name}")
        number_ = 2
        while name in names or (name != cell and name in header):
            name = f"{cell or name} ({number_})"
            number_ += 1
        if cell and name != cell:
            notes.append(f"The name {cell} stands twice in the header; column {position} is called {name}")
        names.append(name)
    return names, notes


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.lower() in MISSING


def number(cell: str, decimal: str = ".") -> float:
    """A cell as a number; NaN where it is missing or not a number. `decimal` is the sign before the decimals."""
    if decimal == ",":
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if abs(value) < LARGEST and "_" not in cell else math.nan


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
    cells = [cell.strip() for cell in cells]
    if feature["kind"] == "number":
        return number_columns(feature, np.array([number(cell, feature["decimal"]) for cell in cells], dtype=np.float64))
    places = {name: place for place, name in enumerate(feature["categories"])}
    missing = np.array([is_missing(cell) for cell in cells], dtype=np.bool_)
    return category_columns(feature, np.array([places.get(cell, -1) for cell in cells], dtype=np.int64), missing)


def number_columns(feature: Mapping[str, Any], values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Numbers of a column, (rows,), NaN where there is none -> (rows, 1), or (rows, 2) with where it is missing."""
    unknown = np.isnan(values)
    scaled = (np.where(unknown, feature["fill"], values) - feature["mean"]) / feature["deviation"]
    scaled = scaled.clip(-1e30, 1e30)  # so that float32 can hold it
    columns = [scaled, unknown] if feature["missing"] else [scaled]
    return np.stack(columns, axis=1).astype(np.float32)


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


def read_text(path: str | Path) -> str:
    """A text file, utf-8 or else latin-1. UnreadableError where it cannot be read."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def inputs_from_texts(preparation: Preparation, texts: Sequence[str]) -> NDArray[np.int64]:
    """Texts -> int64 (texts, time) token numbers: 0 fills up, 1 is a word that was not learned.

    They are filled up at the front, or at the end where the preparation says so: there the next word is wanted.
    """
    length, last = int(preparation["length"]), preparation["keep"] == "last"
    end = preparation.get("filled", "front") == "end"
    ids = np.zeros((len(texts), length), dtype=np.int64)
    for row, known in enumerate(numbered(preparation["words"], texts)):
        words = known[-length:] if last else known[:length]
        first = 0 if end else length - len(words)
        ids[row, first : first + len(words)] = words
    return ids


def numbered(words: Sequence[str], texts: Sequence[str]) -> list[list[int]]:
    """The number of each word of each text; 1 where it is none of `words`."""
    return [encoded.ids for encoded in _tokenizer(tuple(words)).encode_batch(list(texts))]


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
