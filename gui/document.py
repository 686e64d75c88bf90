"""The open project, its undo stack and its path. Nobody else changes the project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine import analysis, project as projects
from engine.facts import DataFacts
from engine.network import Network
from engine.project import Project


class Document(QObject):
    """Holds the project as a value; an edit puts a new one in its place and keeps the old one for undo.

    Signals:
        changed: the project, or the facts of its data, are others than before; `report` is up to date.
        path_changed: it was saved elsewhere, opened or made anew.
    """

    changed = Signal()
    path_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._facts: DataFacts | None = None
        self._report = analysis.report(self._project, None)
        self.path: Path | None = None
        self.title = self.tr("untitled")
        self.undo_stack = QUndoStack(self)

    @property
    def project(self) -> Project:
        return self._project

    @property
    def network(self) -> Network:
        return self._project.network

    @property
    def facts(self) -> DataFacts | None:
        return self._facts

    @property
    def report(self) -> analysis.Report:
        return self._report

    @property
    def unsaved(self) -> bool:
        return not self.undo_stack.isClean()

    def edit(self, text: str, change: Project | Network, *, merge: str = "") -> None:
        """Puts a new project (or a new network) in place of the old one, as one step of undo called `text`.

        Edits in a row with the same `merge` (a dragged spin box) become one step.
        """
        after = change if isinstance(change, Project) else self._project.changed(network=change)
        if after != self._project:
            self.undo_stack.push(Replace(self, text, self._project, after, merge))

    def open(self, project: Project, path: Path | None, title: str) -> None:
        """Another project altogether: the undo stack begins anew."""
        self.undo_stack.clear()
        self._facts = None
        self.path = path
        self.title = title
        self.put(project)
        self.path_changed.emit()

    def save(self, path: Path) -> None:
        """Writes the project. FileError where it cannot be written; nothing is lost then."""
        projects.save(self._project, path)
        self.path = path
        self.title = path.stem
        self.undo_stack.setClean()
        self.path_changed.emit()

    def set_facts(self, facts: DataFacts | None) -> None:
        """What is now known of the data; None while it is being prepared or cannot be."""
        if facts != self._facts:
            self._facts = facts
            self.put(self._project)

    def put(self, project: Project) -> None:
        """For undo only: shows `project` without a new step."""
        self._project = project
        self._report = analysis.report(project, self._facts)
        self.changed.emit()


class Replace(QUndoCommand):
    """One edit: the project before and after."""

    def __init__(self, document: Document, text: str, before: Project, after: Project, merge: str) -> None:
        super().__init__(text)
        self._document, self._before, self._after, self._merge = document, before, after, merge

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Replace) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(self._before == self._after)
        return True

    def redo(self) -> None:
        self._document.put(self._after)

    def undo(self) -> None:
        self._document.put(self._before)
