"""Does a run again: its project is opened, its data loaded, then it is trained at once as a new run, with its seed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.project import Project
from engine.runs.folder import RunFolder
from gui.context import Context


class Rerunning(QObject):
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

    def again(self, folder: Path) -> None:
        """Opens the run's project (one step of undo) where another is open, and trains once its data is there."""
        document = self._context.document
        try:
            project = RunFolder(folder).project()
        except EngineError as error:
            self.refused.emit(error)
            return
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
        self._context.session.train(again=folder)
        if self._context.session.state != "idle":
            self.begun.emit()
