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
        self._file(self.tr("Open data"), ";;".join(self._kinds()))

    def folder(self) -> None:
        """A folder of pictures or texts."""
        start = str(self._settings.folder)
        self._open(QFileDialog.getExistingDirectory(self._window, self.tr("Open data folder"), start))

    def _kinds(self) -> list[str]:
        """Filters of tables: all of them, archives, each format, and whatever there is."""
        from engine.data.collection.archives import SUFFIXES as ARCHIVES  # as below
        from engine.data.source.table import SOURCES  # polars takes a moment: not before the window is up

        suffixes = {source.title: [f"*{suffix}" for suffix in source.suffixes] for source in SOURCES}
        every = " ".join(dict.fromkeys(suffix for ones in suffixes.values() for suffix in ones))
        archives = " ".join(f"*{suffix}" for suffix in ARCHIVES)
        each = [f"{title.replace('(', '').replace(')', '')} ({' '.join(ones)})" for title, ones in suffixes.items()]
        folders = self.tr("Archives of folders ({0})").format(archives)
        return [self.tr("Tables ({0})").format(every), folders, *each, self.tr("All files (*)")]

    def _file(self, title: str, kinds: str) -> None:
        self._open(pick_file(self._window, title, str(self._settings.folder), kinds))

    def _open(self, name: str) -> None:
        if name:
            path = Path(name)
            self._settings.folder = path.parent
            self._opening.open(path)
