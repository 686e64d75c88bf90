"""Pictures with classes at a path: class folders, an archive of them, or a set as its authors pack it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.data.collection.archives import is_archive, unpacked
from engine.data.collection.cifar import is_cifar, read_cifar
from engine.data.collection.folders import Folder, class_folders
from engine.data.collection.idx import IMAGES, idx_files, read_idx
from engine.data.collection.pictures import PictureSet
from engine.data.dataset import Tell
from engine.errors import DataError

DEEP = 3  # folders below the one that is named


def folder_at(path: str, tell: Tell) -> tuple[Path, tuple[str, ...]]:
    """The folder, or that of an archive, unpacked; and notes."""
    return unpacked(Path(path), tell) if is_archive(Path(path)) else (Path(path), ())


def files_at(path: str, suffixes: Sequence[str], noun: str, tell: Tell) -> Folder:
    """`class_folders` of a folder or an archive."""
    root, notes = folder_at(path, tell)
    found = class_folders(str(root), suffixes, noun, tell)
    return Folder(found.files, (*notes, *found.notes))


def is_collection(path: str) -> bool:
    """Whether a file is no table: an archive of files, or pictures of a packed set."""
    return is_archive(Path(path)) or (IMAGES.match(Path(path).name) is not None and Path(path).is_file())


def packed_set(path: str, tell: Tell) -> PictureSet | None:
    """A set as its authors pack it, at a folder, an archive, or one of its files; None where there is none."""
    if IMAGES.match(Path(path).name) and Path(path).is_file():
        beside = [file for file in Path(path).parent.iterdir() if _same_set(file, Path(path))]
        return read_idx(idx_files(beside))
    root, notes = folder_at(path, tell)
    if not root.is_dir():
        return None
    folders = list(_folders(root))
    tell(0.5, f"Looking into {root.name}")
    cifar = [folder for folder, names in folders if is_cifar(names)]
    if len(cifar) > 1:
        names = " and ".join(folder.name for folder in cifar)
        raise DataError(f"These are {len(cifar)} sets: {names}", field="path", hint="Choose the folder of one")
    if cifar:
        found = read_cifar(cifar[0])
    elif files := idx_files([folder / name for folder, names in folders for name in names]):
        found = read_idx(files)
    else:
        return None
    return PictureSet(found.pictures, found.labels, found.parts, (*notes, *_own_parts(root, found)))


def _same_set(file: Path, chosen: Path) -> bool:
    mine, its = IMAGES.match(chosen.name), IMAGES.match(file.name)
    return bool(mine and its and mine["set"] == its["set"])


def _own_parts(root: Path, found: PictureSet) -> list[str]:
    if "test" not in found.parts:
        return []
    return [f"{root.name} comes with its own test part, {found.parts.count('test'):,} pictures"]


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Folders with the names of the files in them."""
    for where, names, files in os.walk(root):
        depth = len(Path(where).relative_to(root).parts)
        names[:] = sorted(name for name in names if depth < DEEP and not name.startswith((".", "__")))
        yield Path(where), sorted(files)
