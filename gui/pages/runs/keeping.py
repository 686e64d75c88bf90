"""Keeps what a person says of runs: tags, notes, stars. Writing waits for nobody and nothing that was said is lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.record.rows import Annotations
from engine.runs import store
from gui.kit.background import Latest

PAUSE = 500  # ms without another change until it is written
PATIENCE = 10.0  # seconds for a write that is under way when all must be on the disk

Changes = dict[str, Any]  # as store.annotate takes them


class Keeper(QObject):
    """Changes wait here for a moment, then one job at a time writes them. What cannot be written goes on waiting.

    Signals:
        kept: a run's folder, and all that is said of it now.
        refused: the EngineError that says why it cannot be written; `flush` or another change tries again.
    """

    kept = Signal(object, object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Path, Changes] = {}
        self._writing: tuple[Path, Changes] | None = None
        self._job = Latest(self)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self._job.refused.connect(self.refused)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._write)

    def put(self, folder: Path, **changes: Any) -> None:
        """Keeps this of a run, some time soon."""
        self._waiting.setdefault(folder, {}).update(changes)
        self._timer.start()

    def waiting(self, folder: Path) -> Changes:
        """What was said of a run and is not on the disk yet."""
        known = dict(self._writing[1]) if self._writing is not None and self._writing[0] == folder else {}
        return known | self._waiting.get(folder, {})

    @property
    def busy(self) -> bool:
        """Whether something is to be written right now or in a moment."""
        return self._job.busy or self._timer.isActive()

    def soon(self) -> None:
        """Does not wait for more changes."""
        if self._waiting:
            self._timer.start(0)

    def flush(self) -> None:
        """Returns when all is on the disk, or was refused."""
        self._timer.stop()
        self._job.wait(PATIENCE)
        self._timer.stop()
        for folder in list(self._waiting):
            changes = self._waiting.pop(folder)
            try:
                about = store.annotate(folder, **changes)
            except EngineError as error:
                if folder.is_dir():
                    self._waiting[folder] = changes
                self.refused.emit(error)
            else:
                self.kept.emit(folder, about)

    def _write(self) -> None:
        if self._job.busy or not self._waiting:
            return
        folder = next(iter(self._waiting))
        self._writing = folder, self._waiting.pop(folder)
        self._job.begin(partial(_annotate, folder, self._writing[1]))

    def _on_done(self, about: Annotations) -> None:
        folder = self._ended()[0]
        self.kept.emit(folder, about)
        self.soon()

    def _on_failed(self) -> None:
        folder, changes = self._ended()
        if folder.is_dir():
            self._waiting[folder] = changes | self._waiting.get(folder, {})

    def _ended(self) -> tuple[Path, Changes]:
        writing, self._writing = self._writing, None
        assert writing is not None
        return writing


def _annotate(folder: Path, changes: Changes, ticket: Ticket) -> Annotations:
    return store.annotate(folder, **changes)
