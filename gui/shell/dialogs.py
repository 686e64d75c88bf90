"""The system's dialogs for choosing what to open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.project import SUFFIX
from gui.kit.pick_file import pick_file
from gui.settings import Preferences
from gui.shell.opening import Opening


class Dialogs(QObject):
    """Asks for a path, remembers its folder and opens it."""

    def __init__(self, opening: Opening, settings: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._opening, self._settings, self._window = opening, settings, window

    def project(self) -> None:
        """A project file."""
        self._file(self.tr("Open project"), self.tr("Layerdeck project (*{0})").format(SUFFIX))

    def file(self) -> None:
        """A data file."""
        kinds = self.tr("Tables (*.csv *.tsv *.txt *.csv.gz *.tsv.gz);;All files (*)")
        self._file(self.tr("Open data"), kinds)

    def folder(self) -> None:
        """A folder of pictures or texts."""
        start = str(self._settings.folder)
        self._open(QFileDialog.getExistingDirectory(self._window, self.tr("Open data folder"), start))

    def _file(self, title: str, kinds: str) -> None:
        self._open(pick_file(self._window, title, str(self._settings.folder), kinds))

    def _open(self, name: str) -> None:
        if name:
            path = Path(name)
            self._settings.folder = path.parent
            self._opening.open(path)
