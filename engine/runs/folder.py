"""One run's folder, read. Torch-free, so that lists and curves open at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from engine import project as projects
from engine.data.dataset import Dataset
from engine.errors import EngineError, FileError
from engine.facts import DataFacts
from engine.project import Project
from engine.training.events import EpochEnd
from engine.training.files import (
    FACTS,
    PREPARATION,
    PROJECT,
    SNAPSHOT,
    STATUS,
    RunStatus,
    damaged,
    epoch_lines,
    read_losses,
    read_status,
)


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
            raise damaged(self.path / FACTS) from error

    def preparation(self) -> dict[str, Any]:
        """How raw data becomes inputs, and answers become words or numbers."""
        try:
            document = json.loads((self.path / PREPARATION).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise damaged(self.path / PREPARATION) from error
        if not isinstance(document, dict):
            raise damaged(self.path / PREPARATION)
        return document

    def losses(self) -> NDArray[np.float32]:
        """Training loss of every step, (steps,)."""
        return read_losses(self.path)

    def epochs(self) -> list[EpochEnd]:
        """What was measured at the end of each epoch; a last line cut short by a crash is left out."""
        return [EpochEnd(**json.loads(line)) for line in epoch_lines(self.path)]

    def check(self, dataset: Dataset) -> None:
        """EngineError where the data is not that of the run: other rows, other values or another split."""
        known = self.status().data
        if known and dataset.fingerprint != known:
            message = f"The data of {self.path.name} is not what it was trained on"
            raise EngineError(message, hint="Put the old data back, or train again")

    @property
    def trained(self) -> bool:
        """Whether there are weights to measure or export."""
        return (self.path / SNAPSHOT).is_file()
