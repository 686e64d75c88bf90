"""The person's own blocks: one JSON file each, in a folder beside the preferences."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from PySide6.QtCore import QObject, Signal

from engine.clips import checked
from engine.disk import write_whole
from engine.errors import EngineError, FileError
from engine.layers import Block
from engine.layers.base import Settings
from engine.layers.older import begun_as_torch

FORMAT = 4
MOST_TEXT = 4_000_000  # bytes of a file that is read


@dataclass(frozen=True)
class Kept:
    """One block of the library: its file's name without ending, what it is called, and the block."""

    file: str
    name: str
    block: Block


class BlockFile(Settings):
    """What such a file holds."""

    layerdeck: Literal["block"] = "block"
    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT
    name: Annotated[str, Field(min_length=1, max_length=60)]
    block: Block


class Library(QObject):
    """Reads and writes the folder.

    Signals:
        changed: other blocks are there than before.
    """

    changed = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder

    def read(self) -> tuple[tuple[Kept, ...], tuple[str, ...]]:
        """All blocks by name, and a sentence for each file that could not be read."""
        kept, skipped = [], []
        for path in sorted(self._folder.glob("*.json")):
            try:
                kept.append(_read(path))
            except FileError as error:
                skipped.append(error.message)
        return tuple(sorted(kept, key=lambda one: one.name.lower())), tuple(skipped)

    def save(self, name: str, block: Block) -> str:
        """Keeps a block under a name, in place of one that is called the same; gives its file.

        FileError where it cannot be written.
        """
        title = self.free_name(" ".join(name.split())[:50] or block.label)
        found = self._free(title)
        held = block.changed(id="block", name=title, inputs=(), shares="")
        self._write(found, BlockFile(name=title, block=held))
        self.changed.emit()
        return found

    def rename(self, file: str, name: str) -> None:
        """Another name for a block; empty names are ignored. FileError if it cannot be written."""
        title = " ".join(name.split())[:50]
        kept = _read(self._path(file))
        if title and title != kept.name:
            title = self.free_name(title)
            self._write(file, BlockFile(name=title, block=kept.block.changed(name=title)))
            self.changed.emit()

    def remove(self, file: str) -> None:
        """Takes a block out of the library. FileError if its file cannot be deleted."""
        try:
            self._path(file).unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"The block cannot be removed: {error.strerror or error}") from error
        self.changed.emit()

    def free_name(self, wish: str) -> str:
        """`wish`, or "wish 2", "wish 3", ...: whichever no block of the library has."""
        taken = {one.name for one in self.read()[0]}
        names = (wish if number == 1 else f"{wish} {number}" for number in range(1, 10_000))
        return next(one for one in names if one not in taken)

    def _free(self, name: str) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "block"
        names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 10_000))
        return next(one for one in names if not self._path(one).exists())

    def _path(self, file: str) -> Path:
        return self._folder / f"{file}.json"

    def _write(self, file: str, content: BlockFile) -> None:
        try:
            write_whole(self._path(file), content.model_dump_json(indent=1).encode())
        except FileError as error:
            why = error.__cause__
            raise FileError(
                f"The block cannot be kept: {getattr(why, 'strerror', None) or why}",
                hint="Check that there is room on the disk",
            ) from error


def _upgraded(document: Any) -> Any:
    """What the file held, as this version writes it."""
    if not isinstance(document, dict) or not isinstance(document.get("format"), int) or document["format"] >= FORMAT:
        return document
    (block,) = begun_as_torch([document.get("block")])
    return {**document, "block": block}


def _read(path: Path) -> Kept:
    try:
        if path.stat().st_size > MOST_TEXT:
            raise FileError(f"{path.name} is too large to be a block and was skipped")
        text = path.read_text(encoding="utf-8")
        content = BlockFile.model_validate(_upgraded(json.loads(text)))
        checked(content.block.layers)
    except (OSError, ValueError, ValidationError, RecursionError, EngineError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{path.name} in your library is damaged and was skipped") from error
    return Kept(path.stem, content.name, content.block)
