"""The run that Results and Export are about."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class ChosenRun(QObject):
    """The last run of the open project, or the one picked since.

    Signals:
        changed: `folder` is another.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folder: Path | None = None

    @property
    def folder(self) -> Path | None:
        """None where there is none."""
        return self._folder

    def choose(self, folder: Path | None) -> None:
        """Makes Results and Export be about another run."""
        if folder != self._folder:
            self._folder = folder
            self.changed.emit()
