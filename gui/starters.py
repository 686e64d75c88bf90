"""Starters that nobody changed follow target, roles and sizes of their data by themselves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from engine.project import Project
from gui.document import Document

REMEMBERED = 16  # starters of one session: undo leads back to earlier ones


class Starters(QObject):
    """Knows which networks of the document are starters as they were made."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._made: list[Project] = []

    def remember(self, starter: Project) -> None:
        """This one was just made."""
        self._made = [starter, *self._made][:REMEMBERED]

    def untouched(self, project: Project) -> Project | None:
        """The starter that the network is; None where somebody changed it, or it is none."""
        return next((made for made in self._made if made.network == project.network), None)

    def follow(self) -> None:
        """After the data was prepared: a starter becomes that of these data, within the step that brought them."""
        from engine.starter import starter  # the readers of data come along: they are loaded by now
        from engine.suiting import follow

        document = self._document
        project, facts = document.project, document.facts
        if project.data is None or facts is None:
            return
        new, old = starter(project.data, facts), self.untouched(project)
        if project.network == new.network:
            self.remember(new)
        elif old is not None:
            self.remember(new)
            document.amend(self.tr("Fit the starter to the data"), partial(follow, before=old, facts=facts))
