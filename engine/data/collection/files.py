"""Files as rows: pictures and texts of class folders, archives, packed sets and samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.data import samples
from engine.data.collection.folders import Found, has_files, subfolders
from engine.data.collection.found import files_at, folder_at, packed_set
from engine.data.collection.pictures import PictureSet
from engine.data.collection.text_files import read_files
from engine.data.column import counted
from engine.data.dataset import Tell
from engine.data.rows import OLD, unicode_of
from engine.data.settings import SAMPLE
from engine.errors import DataError

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
TEXTS = (".txt",)


def find_pictures(path: str, tell: Tell) -> PictureSet:
    """The pictures at a path: class folders, an archive of them, a set as its authors pack it, or a sample."""
    if path.startswith(SAMPLE):
        pictures, labels = samples.pictures(path.removeprefix(SAMPLE))
        return PictureSet(pictures, labels, [""] * len(labels))
    packed = packed_set(path, tell)
    if packed is not None:
        return packed
    folder = files_at(path, PICTURES, "picture", tell)
    files = folder.files
    labels, parts = [file.label for file in files], [file.part for file in files]
    return PictureSet([file.path for file in files], labels, parts, folder.notes)


@dataclass(frozen=True)
class Texts:
    """Texts of files.

    Attributes:
        labels: the folder of each; empty where they stand in none.
        parts: what the source says each is for: "train", "validation", "test" or "".
        reading: its part of a preparation: how the source was read.
    """

    texts: list[str]
    labels: list[str]
    parts: list[str]
    notes: list[str]
    reading: dict[str, Any] = field(default_factory=dict)


def texts_at(path: str, plain: bool, tell: Tell) -> Texts:
    """The texts of a folder with a folder a class, or of an archive of one.

    Args:
        plain: files without classes will do: a file, or those of a folder.
    Raises:
        DataError: there are none.
    """
    files = _plain_files(folder_at(path, tell)[0]) if plain else []
    return _without_classes(files, tell) if files else _from_folder(path, tell)


def _plain_files(path: Path) -> list[Path]:
    """A text file, or those that stand in a folder itself."""
    if path.is_file():
        return [path]
    if path.is_dir() and any(has_files(folder, TEXTS) for folder in subfolders(path)):
        return []
    return sorted(file for file in path.glob("*") if file.suffix.lower() in TEXTS and file.is_file())


def _without_classes(files: list[Path], tell: Tell) -> Texts:
    for file in files:
        with file.open("rb") as opened:
            head = opened.read(65536)
        if b"\0" in head and not unicode_of(head):
            raise DataError(f"{file.name} is not text", field="path", hint="Choose text files")
    texts, encoding, notes = read_files(files, tell)
    return Texts(texts, [], [""] * len(texts), notes, _of_encoding(encoding))


def find_texts(path: str, tell: Tell) -> tuple[Found, ...]:
    """The text files of a folder with a folder a class."""
    return files_at(path, TEXTS, "text", tell).files


def _from_folder(path: str, tell: Tell) -> Texts:
    folder = files_at(path, TEXTS, "text", tell)
    texts, encoding, said = read_files([file.path for file in folder.files], tell)
    empty = sum(not text.strip() for text in texts)
    notes = [*folder.notes, *said, *([f"{counted(empty, 'text')} without words"] if empty else [])]
    labels, parts = [file.label for file in folder.files], [file.part for file in folder.files]
    return Texts(texts, labels, parts, notes, _of_encoding(encoding))


def _of_encoding(encoding: str) -> dict[str, Any]:
    return {} if encoding == OLD else {"encoding": encoding}


def in_pieces(texts: Sequence[str], length: int) -> list[str]:
    """Texts cut into pieces of `length` words and the one that follows, so that a single one can be dealt out too.

    DataError where there are no words.
    """
    pieces: list[str] = []
    for text in texts:
        words = text.split()
        pieces += [" ".join(words[start : start + length + 1]) for start in range(0, len(words) - 1, length)]
    if not pieces:
        raise DataError("The texts have no words", field="path", hint="Choose texts with words in them")
    return pieces
