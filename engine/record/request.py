"""What a run is asked to do, frozen before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.data.dataset import Dataset
from engine.project import Project
from engine.record.events import KnobTurned, TacticsChanged
from engine.record.execution import Tactics


@dataclass(frozen=True)
class Rhythm:
    """How often a run tells of itself and saves itself. Nothing of it touches the result.

    Attributes:
        bunch: seconds between two Progress, at least.
        snapshot: seconds between two snapshots, at least.
        share: of the time, for taking and writing snapshots, at most.
    """

    bunch: float = 1 / 30
    snapshot: float = 5.0
    share: float = 0.02


@dataclass(frozen=True)
class TrainingRequest:
    """One training of one frozen project.

    Attributes:
        project: with data, network and training settings; without problems.
        dataset: its prepared data.
        folder: the run's folder; made if it is not there.
        resume: go on from the folder's snapshot instead of beginning anew.
        longer: more epochs are asked for than it has done, so that a run that stopped early waits anew.
        group: name that runs which belong together share, as the folds of a cross-validation do; "" for none.
        parent: name of the run that this one was made from; "" for none.
        tactics: those that an earlier run began with which is done again, for the same bits; None: chosen as the
            settings say.
        changes: of the tactics, each at its step, of an earlier run that is done again.
        file: of the project; None where no file holds it.
        replay: knobs that are turned by themselves, each at its step: those of an earlier run that is done again.
    """

    project: Project
    dataset: Dataset
    folder: Path
    resume: bool = False
    longer: bool = False
    group: str = ""
    parent: str = ""
    file: Path | None = None
    replay: tuple[KnobTurned, ...] = ()
    tactics: Tactics | None = None
    changes: tuple[TacticsChanged, ...] = ()
    rhythm: Rhythm = Rhythm()
