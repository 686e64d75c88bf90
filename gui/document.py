"""The open project, its undo stack and its path. Nobody else changes the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from engine import analysis
from engine import project as projects
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.network import Network
from engine.project import Project


class Document(QObject):
    """Holds the project as a value; an edit puts a new one in its place and keeps the old one for undo.

    Signals:
        changed: the project, or the facts of its data, are others than before; `report` is up to date.
        path_changed: it was saved elsewhere, opened or made anew.
        opened: after both of these, where another project altogether is in place.
    """

    changed = Signal()
    path_changed = Signal()
    opened = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._facts: DataFacts | None = None
        self._unread: EngineError | None = None
        self._coming = ""  # name of data that is read for this project
        self._report = analysis.report(self._project, None)
        self._identity = projects.identified(self._project)
        self.path: Path | None = None
        self.saved_at: datetime | None = None  # on this machine's clock
        self.title = self.tr("untitled")
        self.undo_stack = stack = QUndoStack(self)
        self.destroyed.connect(lambda: stack.blockSignals(True))  # its last word would reach readers of a dead document

    @property
    def project(self) -> Project:
        """The open project."""
        return self._project

    @property
    def identified(self) -> Project:
        """The project with the id by which its runs are known, whichever step of undo is in place."""
        return projects.as_own(self._identity, self._project)

    @property
    def network(self) -> Network:
        """Its network."""
        return self._project.network

    @property
    def facts(self) -> DataFacts | None:
        """What is known of its data; None while it is being prepared or cannot be."""
        return self._facts

    @property
    def report(self) -> analysis.Report:
        """What analysis says of it."""
        return self._report

    @property
    def unsaved(self) -> bool:
        """There are edits that no file holds."""
        return not self.undo_stack.isClean()

    def edit(self, text: str, change: Project | Network, *, merge: str = "") -> None:
        """Puts a new project (or a new network) in place of the old one, as one step of undo called `text`.

        Edits in a row with the same `merge` (a dragged spin box) become one step.
        """
        after = change if isinstance(change, Project) else self._project.changed(network=change)
        if after.id and self.path is None and self._project == Project():
            self._identity = after  # nothing was here: it is that project, brought back from one of its runs
        after = projects.as_own(self._project, after)
        if after != self._project:
            self.undo_stack.push(Replace(self, text, Held(self._project), Held(after), merge))

    def amend(self, text: str, change: Callable[[Project], Project]) -> None:
        """Changes the project as a part of the step that brought its data, and of all after it.

        As a step of its own, called `text`, where a file holds the project as it is or no step brought the data.
        """
        stack, project = self.undo_stack, self._project
        if stack.isClean() or not stack.index():
            self.edit(text, change(project))
            return
        kept = stack.cleanIndex() if stack.cleanIndex() <= stack.index() else 0  # a file holds what is before it
        for index in range(stack.index() - 1, max(kept, 0) - 1, -1):
            step = stack.command(index)
            if not isinstance(step, Replace) or not step.amend(project, change):
                break
        self.put(change(project))

    def replace(self, text: str, project: Project, title: str, *, another: bool = True) -> None:
        """A project that no file holds, as one step of undo: nothing of the one before is lost.

        `another`: another one altogether; else it is the open one under another name.
        """
        identity = projects.identified(project) if another else self.identified
        before = Held(self._project, Place(self.path, self.title, self.identified, another, self.saved_at))
        self.undo_stack.push(Replace(self, text, before, Held(project, Place(None, title, identity, another)), ""))

    def open(self, project: Project, path: Path | None, title: str, *, unsaved: bool = False) -> None:
        """Another project altogether: the undo stack begins anew. `unsaved` where no file holds it as it is."""
        self._facts = self._unread = None
        self.path = path
        self.saved_at = None
        self.title = title
        self._identity = projects.identified(project, path)
        self._project = project  # before the stack says that it is empty: who hears it reads the new one
        self._report = analysis.report(project, None)
        self.undo_stack.clear()
        if unsaved:
            self.undo_stack.resetClean()
        else:
            self.undo_stack.setClean()  # clearing an empty stack leaves it as unclean as it was
        self.changed.emit()
        self.path_changed.emit()
        self.opened.emit()

    def save(self, path: Path) -> None:
        """Writes the project. FileError where it cannot be written; nothing is lost then.

        Written to another file than the one it is from it is another project from now on, with the past of both.
        """
        another = self.path is not None and self.path.resolve() != path.resolve()
        identity = projects.copied(self.identified) if another else self.identified
        projects.save(identity, path)
        self._identity = self._project = identity
        self.path = path
        self.saved_at = datetime.now()
        self.title = path.stem
        self._tell_steps()
        self.undo_stack.setClean()
        self.path_changed.emit()

    def set_facts(self, facts: DataFacts | None, unread: EngineError | None = None) -> None:
        """What is now known of the data; None while it is being prepared or cannot be: `unread` says why not."""
        if (facts, unread) != (self._facts, self._unread):
            self._facts, self._unread = facts, unread
            self.put(self._project)

    def expect(self, name: str) -> None:
        """Data of this name is read for this project; "" once it is there or will not come."""
        if name != self._coming:
            self._coming = name
            self.put(self._project)

    @property
    def coming(self) -> str:
        """Name of the data that is read for this project; "" where none is."""
        return self._coming

    def put(self, project: Project, place: Place | None = None) -> None:
        """For undo only: shows `project` without a new step, and what it is called where that is another."""
        self._project = projects.as_own(self._project, project)
        if place is not None:
            self.path, self.title, self.saved_at = place.path, place.title, place.saved_at
        if place is not None and place.another:
            self._facts = self._unread = None
            self._project, self._identity = project, place.identity
        self._report = analysis.report(self._project, self._facts, self._unread, self._coming)
        self.changed.emit()
        if place is not None:
            self.path_changed.emit()
        if place is not None and place.another:
            self.opened.emit()

    def _tell_steps(self) -> None:
        """Steps that lead to what was saved, from before or from behind it, lead to its file from now on."""
        stack, here = self.undo_stack, Place(self.path, self.title, self._identity, saved_at=self.saved_at)
        for steps, undone in ((range(stack.index() - 1, -1, -1), False), (range(stack.index(), stack.count()), True)):
            for number in steps:
                step = stack.command(number)
                if not isinstance(step, Replace) or not step.lead_to(here, undone=undone):
                    break


@dataclass(frozen=True)
class Place:
    """The file a project is in, None where it is in none, and its name on screen.

    Attributes:
        identity: a project with the id by which its runs are known.
        another: the step leads to another project altogether, not only to another name.
        saved_at: when it was written there, on this machine's clock.
    """

    path: Path | None
    title: str
    identity: Project
    another: bool = True
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """What a step goes from or to; with a place where that is another."""

    project: Project
    place: Place | None = None

    def at(self, here: Place) -> Held:
        """The same in another place, where it has one."""
        return self if self.place is None else replace(self, place=replace(here, another=self.place.another))


class Replace(QUndoCommand):
    """One edit: the project before and after."""

    def __init__(self, document: Document, text: str, before: Held, after: Held, merge: str) -> None:
        super().__init__(text)
        self._document, self._before, self._after, self._merge = document, before, after, merge

    @override
    def id(self) -> int:
        return 1 if self._merge else -1

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Replace) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(self._before == self._after)
        return True

    def amend(self, like: Project, change: Callable[[Project], Project]) -> bool:
        """Changes what it led to, and what it came from where that has the data and the network of `like` too.

        Whether the latter was so, and the step before is to be changed as well.
        """
        self._after = replace(self._after, project=change(self._after.project))
        before = self._before.project
        same = (before.data, before.network) == (like.data, like.network)
        if same:
            self._before = replace(self._before, project=change(before))
        return same

    def lead_to(self, here: Place, *, undone: bool) -> bool:
        """What it leads to, or where `undone` comes from, is there now. Whether it does not leave that project."""
        place = self._before.place
        stays = place is None or not place.another
        if undone or stays:
            self._before = self._before.at(here)
        if stays or not undone:
            self._after = self._after.at(here)
        return stays

    @override
    def redo(self) -> None:
        self._document.put(self._after.project, self._after.place)

    @override
    def undo(self) -> None:
        self._document.put(self._before.project, self._before.place)
