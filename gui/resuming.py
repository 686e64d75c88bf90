"""Goes on with a run that ended early: its project is opened, its data loaded, then training starts where it stood."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.project import Project
from engine.runs.folder import RunFolder
from engine.training.files import RunStatus
from gui.context import Context

OVER = frozenset({"finished", "diverged", "unreadable"})  # nothing left to train, or only the same fall again


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
        self._wanted: tuple[Path, Project] | None = None
        context.loader.changed.connect(self._on_loader_changed)

    def go_on(self, folder: Path) -> None:
        """Opens the run's project (one step of undo) where another is open, and trains once its data is there."""
        document = self._context.document
        try:
            project = RunFolder(folder).project()
        except EngineError as error:
            self.refused.emit(error)
            return
        if document.project != project:
            document.edit(self.tr("Open the project of {0}").format(folder.name), project)
        self._wanted = folder, project
        self._on_loader_changed()

    def _on_loader_changed(self) -> None:
        loader = self._context.loader
        if self._wanted is None or loader.busy:
            return
        (folder, project), self._wanted = self._wanted, None
        if project != self._context.document.project:
            return
        if loader.error is not None:
            self.refused.emit(loader.error)
            return
        self._context.session.train(folder)
        if self._context.session.state != "idle":
            self.begun.emit()
