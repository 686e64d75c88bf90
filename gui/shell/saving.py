"""Saving the open project, and asking before unsaved work is left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.project import SUFFIX
from gui.document import Document
from gui.kit.messages import ask, show_error
from gui.kit.pick_file import pick_file
from gui.settings import Preferences


class Saving(QObject):
    """The way of the document to its file."""

    def __init__(self, document: Document, settings: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._settings, self._window = document, settings, window

    def save(self) -> bool:
        """Writes the project to its file, or asks for one. True where it is on disk then."""
        path = self._document.path
        return self.save_to(path) if path is not None else self.save_as()

    def save_as(self) -> bool:
        """Asks where to, then writes it there."""
        folder = self._document.path.parent if self._document.path else self._settings.folder
        start = str(folder / f"{self._document.title}{SUFFIX}")
        kinds = self.tr("Layerdeck project (*{0})").format(SUFFIX)
        name = pick_file(self._window, self.tr("Save the project"), start, kinds, save=True)
        if not name:
            return False
        path = Path(name)
        return self.save_to(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def save_to(self, path: Path) -> bool:
        """Writes it to `path`; says why where that fails."""
        try:
            self._document.save(path)
        except EngineError as error:
            show_error(self._window, error)
            return False
        self._settings.folder = path.parent
        self._settings.add_recent(path)
        return True

    def may_leave(self) -> bool:
        """True where nothing is unsaved, or the person saved or gave it up."""
        if not self._document.unsaved:
            return True
        answer = ask(
            self._window,
            self.tr("Save the changes to {0}?").format(self._document.title),
            self.tr("They are lost otherwise."),
            {"save": self.tr("Save"), "discard": self.tr("Discard"), "cancel": self.tr("Cancel")},
            default="save",
        )
        return answer == "discard" or (answer == "save" and self.save())
