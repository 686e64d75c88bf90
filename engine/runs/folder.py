"""One run's folder, read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from engine import project as projects
from engine.data.dataset import Dataset
from engine.data.feature.scaling import in_single_precision
from engine.errors import EngineError, FileError, refusing, unreadable
from engine.facts import DataFacts
from engine.project import Project
from engine.record import reading, rows
from engine.record import snapshots as kept
from engine.record.events import EpochEnd, KnobTurned, TacticsChanged
from engine.record.execution import Tactics
from engine.record.files import (
    FACTS,
    PREPARATION,
    PROJECT,
    RECORD,
    RunStatus,
    damaged,
    holds_run,
    is_going_on,
    snapshot_files,
)
from engine.record.reading import read_status
from engine.record.rows import Annotations, Happening
from engine.record.snapshots import SnapshotInfo

__all__ = ["Annotations", "Happening", "RunFolder", "RunStatus", "SnapshotInfo", "read_status"]


class RunFolder:
    """A run as it was recorded, in a folder that holds all of it and can be anywhere.

    Every method reads the disk anew, also while the run goes on and where nothing may be written. FileError where the
    folder holds no run, or what is asked for cannot be read. A record that is damaged is made anew from what is left,
    and `trouble` says so.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with refusing(path):
            held = holds_run(path)
        if not held:
            raise FileError(f"{path} holds no run", hint="Name a folder that train made")

    def status(self) -> RunStatus:
        """How far it is."""
        return reading.read_status(self.path)

    def annotations(self) -> Annotations:
        """Tags, note, star, group and parent."""
        return reading.ask(self.path, rows.about)

    def losses(self) -> NDArray[np.float32]:
        """Training loss of every step, (steps,); NaN where one was lost."""
        return reading.ask(self.path, rows.losses)

    def epochs(self) -> list[EpochEnd]:
        """What was measured at the end of each epoch."""
        return reading.ask(self.path, rows.epochs)

    def history(self) -> list[Happening]:
        """What happened in it: starts, pauses, turned knobs, endings, repairs; in that order."""
        return reading.ask(self.path, rows.happenings)

    def knobs(self) -> list[KnobTurned]:
        """Settings that were changed while it went on, by step; those at or after a snapshot's step are replayed."""
        return reading.knobs(self.path)

    def changes(self) -> list[TacticsChanged]:
        """How it computed from which step on, after `tactics`."""
        return reading.changes(self.path)

    def tactics(self) -> Tactics | None:
        """How it computed at first, so that it can be done again to the same bits; None where that was not recorded."""
        begun = [one for one in self.history() if one.kind == rows.STARTED and "threads" in one.document]
        try:
            first = [one for one in begun if one.step == min(other.step for other in begun)]
            return Tactics.of({"tactics": first[-1].document}) if first else None
        except (ValueError, TypeError) as error:
            raise damaged(self.path / RECORD) from error

    def snapshots(self) -> list[SnapshotInfo]:
        """What can be evaluated, exported or gone on from, earliest step first."""
        return reading.snapshots(self.path)

    def snapshot(self, name: str | int = kept.LAST) -> SnapshotInfo:
        """The snapshot that is meant by "last", "best", "epoch 12", or a step: 1200, "1200" or "step 1,200".

        Its length is right; `engine.training.checkpoint.snapshot.choose` also checks its content. Where the one that
        is meant is cut short, the last one in full length is given. FileError where there is none of that name, or
        none is whole.
        """
        found = kept.candidates(self.snapshots(), name)
        whole = next((info for info in found if info.whole), None)
        if whole is None:
            raise FileError(f"The snapshot {found[0].path} is damaged", hint="Train the run again")
        return whole

    def trouble(self) -> str:
        """One sentence where its record was damaged and made anew, "" else."""
        found = reading.ask(self.path, rows.repairs)
        return str(found[-1].document["message"]) if found else ""

    def project(self) -> Project:
        """The project as it was frozen when the run began."""
        return projects.load(self.path / PROJECT)

    def facts(self) -> DataFacts:
        """Measures of the data it was trained on."""
        try:
            return TypeAdapter(DataFacts).validate_json((self.path / FACTS).read_bytes())
        except (OSError, ValidationError) as error:
            raise _lost(self.path / FACTS, error) from error

    def preparation(self) -> dict[str, Any]:
        """How raw data becomes inputs, and answers become words or numbers."""
        try:
            document = json.loads((self.path / PREPARATION).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _lost(self.path / PREPARATION, error) from error
        if not isinstance(document, dict):
            raise damaged(self.path / PREPARATION)
        return document

    def matched(self, dataset: Dataset) -> Dataset:
        """The data, loaded again, as the run has it: older runs hold numbers far from zero more coarsely.

        EngineError where it is not that of the run: other rows, other values or another split.
        """
        known = self.status().data
        if not known or dataset.fingerprint == known:
            return dataset
        older = in_single_precision(dataset)
        if older.fingerprint == known:
            return older
        message = f"The data of {self.path.name} is not what it was trained on"
        raise EngineError(message, hint="Put the old data back, or train again")

    @property
    def trained(self) -> bool:
        """Whether there are weights to measure or export."""
        return bool(snapshot_files(self.path))

    @property
    def going_on(self) -> bool:
        """Whether some process, this one or another, trains in it right now."""
        return is_going_on(self.path)


def _lost(path: Path, error: Exception) -> FileError:
    return unreadable(path, error) if isinstance(error, PermissionError) else damaged(path)
