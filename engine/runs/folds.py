"""k-fold cross-validation: a project trained k times, each time with another fold as the validation split.

Stone 1974. Every fold is a run of its own in a folder below one, so that an interrupted validation goes on where it
was: finished runs are not trained again, a begun one is resumed. The data is loaded once per fold, so that its
preparation (means, vocabularies) is fitted on what that fold trains on, and never on what validates it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import fmean, stdev

from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.errors import Cancelled, EngineError, FileError
from engine.project import Project
from engine.record.control import Control
from engine.record.events import Diverged, EarlyStopped, Ended, EpochEnd, Event, Finished, Stopped
from engine.record.files import WHOLE, holds_run
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.runs.store import plain_name
from engine.training.worker import run

STEM = "fold"  # names of the folds' folders begin so

Runner = Callable[[TrainingRequest, Control], Iterator[Event]]


@dataclass(frozen=True)
class FoldResult:
    """What one fold came to.

    Attributes:
        fold: 0-based.
        state: as in RunStatus; of a whole run "finished" or "earlystopped".
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
        return self.state in WHOLE


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


def fold_projects(project: Project, folds: int) -> tuple[Project, ...]:
    """The same project once for each fold. EngineError where it has no data."""
    data = project.data
    if data is None:
        raise EngineError("The project has no data yet", hint="Choose data before it is cut into folds")
    return tuple(
        project.changed(data=data.changed(split=data.split.changed(folds=folds, fold=fold))) for fold in range(folds)
    )


def fold_folder(out: Path, fold: int, stem: str = STEM) -> Path:
    """Where the run of a fold (0-based) is kept: fold-1, fold-2, ..."""
    return out / f"{stem}-{fold + 1}"


def free_stem(root: Path, name: str) -> str:
    """A stem for the folds of another cross-validation among other runs: `spirals-cv1-fold`, `spirals-cv2-fold`, ..."""
    taken = [path.name for path in root.iterdir()] if root.is_dir() else []
    stems = (f"{plain_name(name)}-cv{number}-{STEM}" for number in count(1))
    return next(stem for stem in stems if not any(other.startswith(f"{stem}-") for other in taken))


def cross_validate(
    project: Project,
    folds: int,
    out: Path,
    control: Control,
    ticket: Ticket | None = None,
    runner: Runner = run,
    stem: str = STEM,
) -> Iterator[tuple[int, Event]]:
    """Trains what is unfinished of all folds: (fold, event) pairs, at last (folds, FoldsEnded).

    A fold that diverges counts as begun and the next one follows; one that is stopped, fails or runs out of memory is
    the last. Errors come through, as those of `runner`.

    Args:
        out: folder of the runs; made if it is not there.
        ticket: told how far loading is.
        runner: trains and records one request; its last event is an Ended.
        stem: of the names of the runs in `out`; what stands before "-fold" in it is their group.

    Raises:
        FileError: a folder holds a run of another project.
        DataError: the data cannot be used or cut into so many folds.
    """
    projects = fold_projects(project, folds)
    for fold, one in enumerate(projects):
        _check(fold_folder(out, fold, stem), one)
    for fold, one in enumerate(projects):
        last: Event | None = None
        try:
            for event in _fold_events(
                fold, folds, one, fold_folder(out, fold, stem), control, ticket or Ticket(), runner
            ):
                last = event
                yield fold, event
        except Cancelled:
            last = Stopped(0)
            yield fold, last
        if isinstance(last, Ended) and not isinstance(last, Finished | EarlyStopped | Diverged):
            break
    yield folds, FoldsEnded(summary(out, folds, stem))


def _fold_events(
    fold: int, folds: int, project: Project, folder: Path, control: Control, ticket: Ticket, runner: Runner
) -> Iterator[Event]:
    if _state(folder) in WHOLE:
        yield FoldStarted(fold, folds, project, folder)
        return
    if project.data is None or control.stopping:
        raise Cancelled
    dataset = load(project.data, _Until(control, ticket, fold, folds))
    resume = holds_run(folder) and RunFolder(folder).trained
    if resume:
        RunFolder(folder).check(dataset)
    yield FoldStarted(fold, folds, project, folder, dataset)
    group, *_ = folder.name.rpartition(f"-{STEM}-")
    yield from runner(TrainingRequest(project, dataset, folder.absolute(), resume=resume, group=group), control)


def _check(folder: Path, project: Project) -> None:
    if not holds_run(folder):
        return
    frozen = RunFolder(folder).project()
    if frozen.changed(about="") != project.changed(about=""):
        raise FileError(f"{folder} holds a run of another project or other folds", hint="Choose another folder")


def _state(folder: Path) -> str:
    return RunFolder(folder).status().state if holds_run(folder) else ""


class _Until(Ticket):
    """Loading ends where the run was asked to stop."""

    def __init__(self, control: Control, outer: Ticket, fold: int, folds: int) -> None:
        self._control, self._outer, self._fold, self._folds = control, outer, fold, folds

    def tell(self, done: float, text: str) -> None:
        super().tell(done, text)
        self._outer.tell(done, f"Fold {self._fold + 1} of {self._folds}: {text}")

    def cancelled(self) -> bool:
        return self._control.stopping or self._outer.cancelled()


def summary(out: Path, folds: int, stem: str = STEM) -> FoldsSummary:
    """What the runs in a folder came to so far, read from disk."""
    folders = [fold_folder(out, fold, stem) for fold in range(folds)]
    found = tuple(_result(fold, folder) for fold, folder in enumerate(folders) if _state(folder))
    whole = [result for result in found if result.whole]
    losses = [result.loss for result in whole if result.loss is not None and math.isfinite(result.loss)]
    names = [name for name in whole[0].metrics if _everywhere(name, whole)] if whole else []
    metrics = {name: Spread.of([result.metrics[name] for result in whole]) for name in names}
    return FoldsSummary(folds, found, Spread.of(losses) if losses else None, metrics)


def _everywhere(name: str, results: Sequence[FoldResult]) -> bool:
    return all(math.isfinite(result.metrics.get(name, math.nan)) for result in results)


def _result(fold: int, folder: Path) -> FoldResult:
    run_folder = RunFolder(folder)
    state, epochs = run_folder.status().state, run_folder.epochs()
    if not epochs:
        return FoldResult(fold, folder, state)
    kept = _kept(epochs, best=run_folder.project().training.early_stopping.restore_best)
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


def _kept(epochs: Sequence[EpochEnd], *, best: bool) -> EpochEnd:
    """The epoch whose weights the run ended with."""
    return min(epochs, key=lambda end: end.train_loss if end.loss is None else end.loss) if best else epochs[-1]
