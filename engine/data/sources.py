"""A first look at a file or folder: what kind of data it is, its columns and a guess at the target."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from engine.data import samples
from engine.data.collection.archives import is_archive
from engine.data.collection.files import PICTURES, TEXTS, find_pictures, find_texts
from engine.data.collection.folders import Found, checked_folder, has_files, inner, subfolders
from engine.data.collection.found import folder_at, is_collection, packed_set
from engine.data.collection.pictures import PictureSet
from engine.data.column import Column
from engine.data.dataset import Tell, Ticket
from engine.data.feature.base import Feature
from engine.data.feature.category import Category
from engine.data.feature.number import Number
from engine.data.feature.picture import Picture
from engine.data.feature.pixels import look
from engine.data.feature.table import suggested
from engine.data.feature.text import Text
from engine.data.friendly import friendly
from engine.data.prepare import read_text
from engine.data.progress import within
from engine.data.rows import UnreadableError
from engine.data.settings import CLASS, PICTURE, SAMPLE, TEXT, DataSettings, SourceSettings
from engine.data.tables import could_be_classes, finder, measures, read_table
from engine.errors import DataError

TARGET_NAMES = ("target", "label", "species", "outcome", "sentiment", "diagnosis", "survived", "category", "price")
LARGEST_SIDE = 64  # pixels; larger pictures train slowly without a graphics card
LONGEST = 400  # words
KEEP: Literal["last"] = "last"  # words of a longer text: a verdict stands at the end; in Keras too the last ones stay
LOOKED_AT = 200  # pictures or texts
WORDY = 8  # mean words, from which on a text column matters more than a few others
QUIET = within(Ticket(), 0.0, 1.0)


def propose(
    path: Path, ticket: Ticket | None = None, options: Mapping[str, Any] = MappingProxyType({})
) -> DataSettings:
    """Guesses kind, columns and target of a file, folder or archive. DataError where nothing can be learned from it.

    Args:
        options: what the person said of the format of a table, by its fields.

    Raises:
        Cancelled: the ticket says so.
    """
    if str(path).startswith(SAMPLE):
        return samples.settings(str(path).removeprefix(SAMPLE))
    tell = within(ticket or Ticket(), 0.0, 1.0)
    with friendly(path):
        if not path.exists():
            raise DataError(f"There is no file or folder {path}", field="path", hint="Check the name")
        packed = packed_set(str(path), tell)
        if packed is not None:
            return _pictures(str(path), packed, path.name)
        return _folder(path, tell) if path.is_dir() or is_archive(path) else _file(path, options)


def columns(path: str, ticket: Ticket | None = None) -> tuple[Column, ...]:
    """The columns of a table file or a table sample; none for folders and other samples. DataError as when loading."""
    if path.startswith(SAMPLE) and samples.settings(path.removeprefix(SAMPLE)).of_files:
        return ()
    with friendly(path):
        if not path.startswith(SAMPLE) and (Path(path).is_dir() or is_collection(path)):
            return ()
        table = read_table(path, within(ticket or Ticket(), 0.0, 1.0))
        return with_pictures(table.columns, path)


def with_pictures(described: Sequence[Column], path: str) -> tuple[Column, ...]:
    """Columns whose values name picture files beside the table as such."""
    find = finder(path)
    return tuple(replace(one, role="picture") if _names_pictures(one, find) else one for one in described)


def _names_pictures(column: Column, find: Callable[[str], Any]) -> bool:
    if column.decimal or not column.examples:
        return False
    if not all(name.lower().endswith(PICTURES) for name in column.examples):
        return False
    found = [find(name) for name in column.examples]
    return all(one is not None and (not isinstance(one, Path) or one.is_file()) for one in found)


def _file(path: Path, options: Mapping[str, Any]) -> DataSettings:
    source, table = SourceSettings(path=str(path), options=dict(options)), read_table(str(path), QUIET, options)
    described = with_pictures(table.columns, str(path))
    pictures = [column for column in described if column.role == "picture"]
    classes = [column.name for column in described if could_be_classes(column, table.frame[column.name])]
    target = guess_target(described, classes)
    texts = [column for column in described if column.role == "text" and column.name != target]
    inputs = [column for column in described if column.role in ("number", "category") and column.name != target]
    longest = max(texts, key=_mean_words, default=None)
    if not pictures and longest is not None and (not inputs or (_mean_words(longest) >= WORDY and len(inputs) <= 3)):
        length = _length(table.frame[longest.name].head(LOOKED_AT * 5).to_list())
        text = Text(length=length, keep=KEEP)
        columns: dict[str, Feature] = {longest.name: text}
        return DataSettings(source=source, columns=columns, inputs=(longest.name,), targets=(target,))
    wordy = [column for column in texts if _mean_words(column) >= WORDY]
    measured = [column for column in described if measures(column, table.frame[column.name])]
    told: dict[str, Feature] = {one.name: found for one in described if (found := suggested(one)) is not None}
    told |= {one.name: Number() for one in measured}
    if target in classes:
        told[target] = Category()  # 0.0 and 1.0 are classes, as numpy and pandas write them
    if wordy:
        length = max(_length(table.frame[one.name].head(LOOKED_AT * 5).to_list()) for one in wordy)
        told |= {one.name: Text(length=length) for one in wordy}
    if pictures:
        cells = [cell for one in pictures for cell in table.frame[one.name].head(LOOKED_AT).to_list() if cell]
        picture = _sides([table.find(cell) for cell in cells], path.name)
        told |= {one.name: picture for one in pictures}
    return DataSettings(source=source, columns=told, targets=(target,))


def guess_target(described: Sequence[Column], classes: Sequence[str] = ()) -> str:
    """The column to predict: one with a telling name, else the last with few different values, else the last number.

    Args:
        classes: columns of numbers that could be classes although they are not written so.
    """
    usable = [column for column in described if column.role in ("number", "category")]
    if not usable:
        raise DataError("No column can be predicted: none has numbers or categories", field="targets")
    for name in TARGET_NAMES:
        for column in usable:
            if column.name.lower() == name:
                return column.name
    for column in (usable[-1], usable[0]):
        if column.name.lower() in ("class", "y"):
            return column.name
    few = [
        column
        for column in usable
        if column.role == "category" or (column.whole and column.distinct <= 20) or column.name in classes
    ]
    return (few or usable)[-1].name


def _folder(path: Path, tell: Tell) -> DataSettings:
    """Of a folder, or of an archive of one: the settings name the archive."""
    unpacked = folder_at(str(path), tell)[0]
    root = inner(checked_folder(str(unpacked)))
    named = str(root if unpacked == path else path)
    if _has_classes(root, PICTURES):
        return _pictures(named, find_pictures(named, tell), root.name)
    if _has_classes(root, TEXTS):
        length = _length([read_text(file) for file in _some(_paths(find_texts(named, tell)))])
        source = SourceSettings(path=named, kind="texts")
        return DataSettings(source=source, columns={TEXT: Text(length=length, keep=KEEP)}, targets=(CLASS,))
    raise DataError(
        f"{path.name} has no class folders with pictures or texts in them",
        field="path",
        hint="Make a folder for each class and put its pictures or texts in it",
    )


def _has_classes(root: Path, suffixes: Sequence[str]) -> bool:
    return any(has_files(folder, suffixes) for folder in subfolders(root))


def _pictures(path: str, found: PictureSet, name: str) -> DataSettings:
    picture = _sides(_some(found.pictures), name)
    source = SourceSettings(path=path, kind="pictures")
    return DataSettings(source=source, columns={PICTURE: picture}, targets=(CLASS,))


def _sides(files: Sequence[Any], name: str) -> Picture:
    """The size and colours that suit the pictures of `name`. DataError where none can be read."""
    sizes, all_grey = [], True
    for file in files:
        try:
            width, height, grey = look(file)
        except UnreadableError:
            continue  # loading says so, with the file's name
        sizes.append((width, height))
        all_grey = all_grey and grey
    if not sizes:
        raise DataError(f"None of the pictures in {name} can be read", field="path", hint="Save them as PNG")
    sides = np.median(np.array(sizes), axis=0)
    sides *= min(1.0, LARGEST_SIDE / sides.max())
    width, height = (max(1, round(float(side))) for side in sides)
    return Picture(width=width, height=height, colour="grey" if all_grey else "colour")


def _paths(files: Sequence[Found]) -> list[Path]:
    return [file.path for file in files]


def _some(files: Sequence[Any]) -> Sequence[Any]:
    """At most LOOKED_AT of them, spread evenly."""
    return files[:: math.ceil(len(files) / LOOKED_AT)]


def _length(texts: Sequence[str]) -> int:
    """A length that holds 85 of 100 texts whole, rounded up to tens, 400 words at most."""
    words = [len(re.findall(r"\w+|[^\w\s]+", text)) for text in texts] or [0]
    return min(LONGEST, max(10, math.ceil(float(np.quantile(words, 0.85)) / 10) * 10))


def _mean_words(column: Column) -> float:
    return sum(len(example.split()) for example in column.examples) / max(1, len(column.examples))
