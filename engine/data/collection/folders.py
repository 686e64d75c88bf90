"""Folders of files with a folder a class, and the train and test folders that published sets come with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.data.column import counted
from engine.data.dataset import Tell
from engine.errors import DataError

PARTS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "eval": "validation",
    "evaluation": "validation",
}
AROUND = re.compile(r"^(?:seg|my|the)_|_(?:sets?|data|dataset|images?|imgs|pictures|files|samples|split|texts|all)$")
NOT_CLASSES = frozenset({"unsup"})  # aclImdb: reviews without a class

OF_THE_SYSTEM = frozenset({"lost+found", "System Volume Information", "$RECYCLE.BIN"})  # on a disk of its own


@dataclass(frozen=True)
class Found:
    """A file, the class folder it is in, and the part that the source puts it in ("" where it says nothing)."""

    path: Path
    label: str
    part: str = ""


@dataclass(frozen=True)
class Folder:
    """The files of all classes, ordered by part, class and path, and notes on what was left out."""

    files: tuple[Found, ...]
    notes: tuple[str, ...] = ()


def class_folders(path: str, suffixes: Sequence[str], noun: str, tell: Tell) -> Folder:
    """Files with one of these suffixes, a folder a class.

    Where the folder holds train and test folders (also val) with class folders in them, as aclImdb does, its own
    division is kept: `part` says which file belongs to which. A test folder without classes is never a class.

    Raises:
        DataError: no such folder, a file instead, or no class folders with such files in them.
    """
    root = inner(checked_folder(path))
    parts = [folder for folder in subfolders(root) if part_of(folder)]
    given = [folder for folder in parts if _has_classes(folder, suffixes)]
    flat = [folder for folder in parts if folder not in given and has_files(folder, suffixes)]
    trains = any(part_of(folder) == "train" for folder in given)
    if trains and len(given) + len(flat) > 1:
        found, notes = _divided(root, given, flat, suffixes, noun, tell)
    elif len({part_of(folder) for folder in flat}) > 1 and len(flat) == len(subfolders(root)):
        names = " and ".join(folder.name for folder in flat)
        hint = f"Make a folder for each class in {flat[-1].name} and put its {noun}s in it"
        raise DataError(f"The folders {names} of {root.name} have no class folders in them", field="path", hint=hint)
    else:
        found, notes = _classes(root, suffixes, noun, "", tell)
    if not found:
        raise DataError(
            f"{root.name} has no class folders with {noun}s in them",
            field="path",
            hint=f"Make a folder for each class and put its {noun}s in it",
        )
    return Folder(tuple(found), tuple(notes))


def _divided(
    root: Path, given: Sequence[Path], flat: Sequence[Path], suffixes: Sequence[str], noun: str, tell: Tell
) -> tuple[list[Found], list[str]]:
    """Files of a folder that is divided by its authors; the classes are those to train on."""
    names = " and ".join(folder.name for folder in given)
    notes = [f"{root.name} comes with its own {names} folders"] if len(given) > 1 else []
    found: list[Found] = []
    for folder in given:
        more, remarks = _classes(_inside(folder), suffixes, noun, part_of(folder), tell)
        found += more
        notes += remarks
    classes = {file.label for file in found if file.part == "train"}
    strange = sorted({(file.part, file.label) for file in found if file.label not in classes})
    for part, label in strange:
        count = sum(file.part == part and file.label == label for file in found)
        notes.append(f"{counted(count, noun)} of {label} left out: this class is in {part} alone")
    for folder in flat:
        count = len(_files(folder, suffixes))
        notes.append(f"{counted(count, noun)} in {folder.name} without classes left out: predict answers for them")
    others = [folder.name for folder in subfolders(root) if not part_of(folder) and has_files(folder, suffixes)]
    notes += [f"The folder {name} stands beside the training folder and is left out" for name in others]
    return [file for file in found if file.label in classes], notes


def part_of(folder: Path) -> str:
    """The part that a folder is of by its name: training_set, seg_train, Test; "" where it says nothing."""
    name = re.sub(r"[\s\-.]+", "_", folder.name.lower())
    while name not in PARTS and (less := AROUND.sub("", name)) != name:
        name = less
    return PARTS.get(name, PARTS.get(re.sub(r"(?:set|data)$", "", name), ""))


def inner(root: Path) -> Path:
    """The folder itself, or where it only holds one other folder, as archives unpack to, that one."""
    while len(inside := subfolders(root)) == 1 and subfolders(inside[0]):
        root = inside[0]
    return root


def _has_classes(folder: Path, suffixes: Sequence[str]) -> bool:
    return any(has_files(sub, suffixes) for sub in subfolders(_inside(folder)))


def _inside(folder: Path) -> Path:
    """A part as it is packed at times: seg_train/seg_train."""
    inside = subfolders(folder)
    return inside[0] if len(inside) == 1 and part_of(inside[0]) == part_of(folder) else folder


def checked_folder(path: str) -> Path:
    """The folder; DataError where it is missing or a file."""
    root = Path(path)
    if not root.exists():
        raise DataError(f"There is no folder {path}", field="path", hint="Check the name")
    if not root.is_dir():
        raise DataError(f"{root.name} is a file, not a folder", field="path", hint="Choose a folder, unpacked")
    return root


def subfolders(folder: Path) -> list[Path]:
    """Folders that people see, by name. OSError where one cannot be looked into."""
    seen = (sub for sub in folder.iterdir() if not sub.name.startswith((".", "__")) and sub.name not in OF_THE_SYSTEM)
    return sorted(sub for sub in seen if sub.is_dir())


def has_files(folder: Path, suffixes: Sequence[str]) -> bool:
    """Whether there is such a file in the folder or below."""
    return next(_walk(folder, suffixes), None) is not None


def _classes(folder: Path, suffixes: Sequence[str], noun: str, part: str, tell: Tell) -> tuple[list[Found], list[str]]:
    found: list[Found] = []
    notes = []
    for sub in subfolders(folder):
        tell(0.0, f"Looking into {sub.name}")
        files = _files(sub, suffixes)
        if sub.name in NOT_CLASSES and part:
            notes.append(f"The folder {sub.name} has examples without a class and is left out")
        elif files:
            found += [Found(file, sub.name, part) for file in files]
        else:
            notes.append(f"The folder {sub.name} has no {noun}s and is left out")
    loose = sum(1 for file in folder.iterdir() if file.suffix.lower() in suffixes)
    if loose and found:
        notes.append(f"{counted(loose, noun)} outside the class folders left out")
    return found, notes


def _files(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    return sorted(_walk(folder, suffixes))


def _walk(folder: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    for where, _, names in os.walk(folder, onerror=_raise):
        for name in names:
            if name.lower().endswith(tuple(suffixes)) and not name.startswith("."):
                yield Path(where) / name


def _raise(error: OSError) -> None:
    """A folder that cannot be read is never taken for an empty one."""
    raise error
