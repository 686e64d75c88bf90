"""Trains a run of the list: its project is opened, its data loaded, then it goes on, or is done again as a new run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.project import Project
from engine.runs import longer
from engine.runs.folder import RunFolder
from engine.training.files import WHOLE, RunStatus
from gui.context import Context

LOST = frozenset({"diverged", "unreadable"})  # going on would only be the same fall again
OVER = LOST.union(WHOLE)  # or there is nothing left to train


def can_go_on(folder: Path, status: RunStatus) -> bool:
    """Whether the run was stopped or cut off, with weights to go on from."""
    return status.state not in OVER and (not status.total_steps or status.step < status.total_steps) and _saved(folder)


def _saved(folder: Path) -> bool:
    try:
        return RunFolder(folder).trained
    except EngineError:
        return False


class Resuming(QObject):
    """One run at a time; editing the project meanwhile gives it up.

    Signals:
        begun: the session trains it.
        refused: the EngineError that says why not.
    """

    begun = Signal()
    refused = Signal(object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted: tuple[Callable[[], None], Project] | None = None
        context.loader.changed.connect(self._on_loader_changed)

    def go_on(self, folder: Path, epochs: int | None = None) -> None:
        """Opens the run's project (one step of undo) where another is open, and trains once its data is there.

        `epochs`: how many the run is to have in all; None: as many as it was begun with.
        """
        self._open(folder, partial(self._context.session.train, folder), epochs)

    def again(self, folder: Path) -> None:
        """The same for a new run that does this one again, to the same bits."""
        self._open(folder, partial(self._context.session.train, again=folder))

    def _open(self, folder: Path, train: Callable[[], None], epochs: int | None = None) -> None:
        try:
            run = RunFolder(folder)
            project = run.project() if epochs is None else longer.with_epochs(run, epochs)
        except EngineError as error:
            self.refused.emit(error)
            return
        self._context.document.edit(self.tr("Open the project of {0}").format(folder.name), project)
        self._wanted = train, project
        self._on_loader_changed()

    def _on_loader_changed(self) -> None:
        loader = self._context.loader
        if self._wanted is None or loader.busy:
            return
        (train, project), self._wanted = self._wanted, None
        if project != self._context.document.project:
            return
        if loader.error is not None:
            self.refused.emit(loader.error)
            return
        train()
        if self._context.session.state != "idle":
            self.begun.emit()
