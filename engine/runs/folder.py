"""One run's folder, read. Torch-free, so that lists and curves open at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from engine import project as projects
from engine.errors import FileError
from engine.facts import DataFacts
from engine.project import Project
from engine.training.events import EpochEnd
from engine.training.files import EPOCHS, FACTS, LOSSES, PREPARATION, PROJECT, SNAPSHOT, STATUS, RunStatus


class RunFolder:
    """A run as it was recorded.

    Every method reads the disk anew. FileError where the folder holds no run or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / STATUS).is_file():
            raise FileError(f"{path} holds no run", hint="Name a folder that train made")

    def status(self) -> RunStatus:
        return read_status(self.path)

    def project(self) -> Project:
        """The project as it was frozen when the run began."""
        return projects.load(self.path / PROJECT)

    def facts(self) -> DataFacts:
        """Measures of the data it was trained on."""
        try:
            return TypeAdapter(DataFacts).validate_json((self.path / FACTS).read_bytes())
        except (OSError, ValidationError) as error:
            raise _damaged(self.path / FACTS) from error

    def preparation(self) -> dict[str, Any]:
        """How raw data becomes inputs, and answers become words or numbers."""
        try:
            document: dict[str, Any] = json.loads((self.path / PREPARATION).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _damaged(self.path / PREPARATION) from error
        return document

    def losses(self) -> NDArray[np.float32]:
        """Training loss of every step, (steps,)."""
        try:
            content = (self.path / LOSSES).read_bytes()
        except FileNotFoundError:
            return np.empty(0, np.float32)
        return np.frombuffer(content[: len(content) // 4 * 4], np.float32)

    def epochs(self) -> list[EpochEnd]:
        """What was measured at the end of each epoch; a last line cut short by a crash is left out."""
        try:
            lines = (self.path / EPOCHS).read_text(encoding="utf-8").splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return [EpochEnd(**json.loads(line)) for line in lines if line.endswith("\n")]

    @property
    def trained(self) -> bool:
        """Whether there are weights to measure or export."""
        return (self.path / SNAPSHOT).is_file()


def read_status(folder: Path) -> RunStatus:
    """The status of the run in a folder. FileError where it cannot be read."""
    try:
        return RunStatus(**json.loads((folder / STATUS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(folder / STATUS) from error


def _damaged(path: Path) -> FileError:
    return FileError(f"{path} is missing or damaged", hint="Train the run again")
