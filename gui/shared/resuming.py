"""Trains a run of the list: its project is opened, its data loaded, then it goes on, is done again as a new run, or
a new run goes on from one of its snapshots.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.project import Project
from engine.record import states
from engine.record.files import RunStatus
from engine.runs import longer, store
from engine.runs.folder import RunFolder
from engine.runs.forking import fork
from gui.kit.background import Latest
from gui.shared.context import Context


def can_go_on(folder: Path, status: RunStatus) -> bool:
    """Whether the run was stopped or cut off, with weights to go on from."""
    left = not status.total_steps or status.step < status.total_steps
    return left and states.can_go_on(status.state) and _saved(folder)


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
        self._copying = Latest(self)
        self._copying.done.connect(self._on_forked)
        self._copying.refused.connect(self.refused)
        self._epochs: int | None = None  # that the copied run is to have
        context.loader.changed.connect(self._on_loader_changed)

    @property
    def busy(self) -> bool:
        """Whether a snapshot is being copied."""
        return self._copying.busy

    def go_on(self, folder: Path, epochs: int | None = None) -> None:
        """Opens the run's project (one step of undo) where another is open, and trains once its data is there.

        `epochs`: how many the run is to have in all; None: as many as it was begun with.
        """
        train = partial(self._context.session.train, folder, longer=epochs is not None)
        self._open(folder, train, epochs)

    def again(self, folder: Path) -> None:
        """The same for a new run that does this one again, to the same bits."""
        self._open(folder, partial(self._context.session.train, again=folder))

    def begin_from(self, folder: Path, step: int, epochs: int | None = None) -> None:
        """The same for a new run that goes on from the snapshot of this one at a step; this one stays as it is.

        `epochs`: as for `go_on`. Copying takes a while for large networks and is a job.
        """
        if self._copying.busy:
            return
        self._epochs = epochs
        self._copying.begin(partial(_forked, self._context.session.root, folder, step))

    def _on_forked(self, folder: Path) -> None:
        if self._context.session.state != "idle":  # it was begun meanwhile; the new run waits in the list
            words = self.tr("{0} is made, and another run is going on").format(folder.name)
            self.refused.emit(EngineError(words, hint=self.tr("Press Go on when that one has ended")))
            return
        self.go_on(folder, self._epochs)

    def _open(self, folder: Path, train: Callable[[], None], epochs: int | None = None) -> None:
        try:
            run = RunFolder(folder)
            project = run.project() if epochs is None else longer.with_epochs(run, epochs)
        except EngineError as error:
            self.refused.emit(error)
            return
        self._context.document.edit(self.tr("Open the project of {0}").format(folder.name), project)
        self._wanted = train, self._context.document.project
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


def _forked(root: Path, folder: Path, step: int, ticket: Ticket) -> Path:
    """On the job's thread: the folder of a new run, named like the old one with the next number."""
    new = store.new_folder(root, re.sub(r"-\d+$", "", folder.name))
    fork(RunFolder(folder), step, new)
    return new
