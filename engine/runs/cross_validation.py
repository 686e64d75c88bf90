"""k-fold cross-validation: a project trained k times, each time with another fold as the validation split.

Stone 1974. Every fold is a run of its own in a folder below one, so that an interrupted validation goes on where it
was: finished runs are not trained again, a begun one is resumed. The data is loaded once per fold, so that its
preparation (means, vocabularies) is fitted on what that fold trains on, and never on what validates it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.errors import Cancelled, EngineError, FileError
from engine.project import Project, as_own, missing_data, with_data_at
from engine.record.control import Control
from engine.record.events import Diverged, EarlyStopped, Ended, Event, Finished, Stopped
from engine.record.files import holds_run
from engine.record.request import TrainingRequest
from engine.record.states import is_whole
from engine.runs.folder import RunFolder
from engine.runs.folds import STEM, FoldsEnded, FoldStarted, fold_folder, state_of, summary
from engine.training.worker import run

Runner = Callable[[TrainingRequest, Control], Iterator[Event]]


def fold_projects(project: Project, folds: int) -> tuple[Project, ...]:
    """The same project once for each fold. EngineError where it has no data."""
    data = project.data
    if data is None:
        raise EngineError("The project has no data yet", hint="Choose data before it is cut into folds")
    return tuple(
        project.changed(data=data.changed(split=data.split.changed(folds=folds, fold=fold))) for fold in range(folds)
    )


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
    if is_whole(state_of(folder)):
        yield FoldStarted(fold, folds, project, folder)
        return
    if project.data is None or control.stopping:
        raise Cancelled
    dataset = load(project.data, _Until(control, ticket, fold, folds))
    resume = holds_run(folder) and RunFolder(folder).trained
    if resume:
        dataset = RunFolder(folder).matched(dataset)
    yield FoldStarted(fold, folds, project, folder, dataset)
    group, *_ = folder.name.rpartition(f"-{STEM}-")
    yield from runner(TrainingRequest(project, dataset, folder.absolute(), resume=resume, group=group), control)


def _check(folder: Path, project: Project) -> None:
    if not holds_run(folder):
        return
    frozen = RunFolder(folder).project()
    if missing_data(frozen) and project.data is not None:  # moved since: whether it is the same is seen when it is read
        frozen = with_data_at(frozen, project.data.path)
    if frozen.changed(about="") != as_own(frozen, project).changed(about=""):
        raise FileError(f"{folder} holds a run of another project or other folds", hint="Choose another folder")


class _Until(Ticket):
    """Loading ends where the run was asked to stop."""

    def __init__(self, control: Control, outer: Ticket, fold: int, folds: int) -> None:
        self._control, self._outer, self._fold, self._folds = control, outer, fold, folds

    def tell(self, done: float, text: str) -> None:
        super().tell(done, text)
        self._outer.tell(done, f"Fold {self._fold + 1} of {self._folds}: {text}")

    def cancelled(self) -> bool:
        return self._control.stopping or self._outer.cancelled()
