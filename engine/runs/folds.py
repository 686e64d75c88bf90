"""Folds of a cross-validation: where their runs are, what each and all came to, and what is told of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import fmean, stdev

from engine.choices.deciding import Decider
from engine.data.dataset import Dataset
from engine.project import Project
from engine.record.events import EpochEnd, Event
from engine.record.files import holds_run
from engine.record.states import is_whole
from engine.runs.folder import RunFolder
from engine.runs.store import plain_name

STEM = "fold"  # names of the folds' folders begin so


@dataclass(frozen=True)
class FoldResult:
    """What one fold came to.

    Attributes:
        fold: 0-based.
        state: as in RunStatus.
        epoch: 1-based, the one that `loss` and `metrics` are of: the last one, or the best where the run keeps it.
        loss: validation loss.
        metrics: on the validation split, in the target's own unit.
        train_losses, losses: of each epoch, training and validation.
    """

    fold: int
    folder: Path
    state: str
    epoch: int = 0
    loss: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    train_losses: tuple[float, ...] = ()
    losses: tuple[float | None, ...] = ()

    @property
    def whole(self) -> bool:
        return is_whole(self.state)


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation over folds, the latter with n - 1 below; 0 for a single one."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of one value or more."""
        return cls(fmean(values), stdev(values) if len(values) > 1 else 0.0)


@dataclass(frozen=True)
class FoldsSummary:
    """What all folds came to.

    Attributes:
        folds: how many there are to be.
        results: of those that were begun.
        loss, metrics: over the whole runs; None and empty where there is none. A metric that is no number in one of
            them is left out.
    """

    folds: int
    results: tuple[FoldResult, ...] = ()
    loss: Spread | None = None
    metrics: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every fold was trained to its end."""
        return sum(result.whole for result in self.results) == self.folds


@dataclass(frozen=True)
class FoldStarted(Event):
    """The events that follow are those of another fold's run; a run that is whole already has none.

    Attributes:
        fold: 0-based.
        project, folder: of its run.
        dataset: None where nothing is left to train.
    """

    fold: int
    folds: int
    project: Project
    folder: Path
    dataset: Dataset | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class FoldsEnded(Event):
    """The last event of a cross-validation, also of one that was stopped."""

    summary: FoldsSummary


def fold_folder(out: Path, fold: int, stem: str = STEM) -> Path:
    """Where the run of a fold (0-based) is kept: fold-1, fold-2, ..."""
    return out / f"{stem}-{fold + 1}"


def free_stem(root: Path, name: str) -> str:
    """A stem for the folds of another cross-validation among other runs: `spirals-cv1-fold`, `spirals-cv2-fold`, ..."""
    taken = [path.name for path in root.iterdir()] if root.is_dir() else []
    stems = (f"{plain_name(name)}-cv{number}-{STEM}" for number in count(1))
    return next(stem for stem in stems if not any(other.startswith(f"{stem}-") for other in taken))


def state_of(folder: Path) -> str:
    """Of a fold's run; "" where it was not begun."""
    return RunFolder(folder).status().state if holds_run(folder) else ""


def summary(out: Path, folds: int, stem: str = STEM) -> FoldsSummary:
    """What the runs in a folder came to so far, read from disk."""
    folders = [fold_folder(out, fold, stem) for fold in range(folds)]
    results = tuple(_result(fold, folder) for fold, folder in enumerate(folders) if state_of(folder))
    whole = [result for result in results if result.whole]
    losses = [result.loss for result in whole if result.loss is not None and math.isfinite(result.loss)]
    names = [name for name in whole[0].metrics if _everywhere(name, whole)] if whole else []
    metrics = {name: Spread.of([result.metrics[name] for result in whole]) for name in names}
    return FoldsSummary(folds, results, Spread.of(losses) if losses else None, metrics)


def _everywhere(name: str, results: Sequence[FoldResult]) -> bool:
    return all(math.isfinite(result.metrics.get(name, math.nan)) for result in results)


def _result(fold: int, folder: Path) -> FoldResult:
    run_folder = RunFolder(folder)
    state, epochs = run_folder.status().state, run_folder.epochs()
    if not epochs:
        return FoldResult(fold, folder, state)
    kept = _kept(run_folder, epochs)
    return FoldResult(
        fold,
        folder,
        state,
        kept.epoch,
        kept.loss,
        dict(kept.metrics),
        tuple(end.train_loss for end in epochs),
        tuple(end.loss for end in epochs),
    )


def _kept(run: RunFolder, epochs: Sequence[EpochEnd]) -> EpochEnd:
    """The epoch whose weights the run ended with."""
    if not run.project().training.early_stopping.restore_best:
        return epochs[-1]
    return Decider(run.status().best_by).best(epochs) or epochs[-1]
