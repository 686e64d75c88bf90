"""Work that no file holds yet: kept aside while it is edited, offered again after a crash."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from engine import project as projects
from engine.disk import write_whole
from engine.errors import FileError
from gui.document import Document

PATIENCE = 2000  # ms after the last edit
ORIGIN = ".origin"  # ends the name of the file beside a left-over that says which project file it belongs to


class Recovery(QObject):
    """Writes the unsaved project into a file of this process, and takes it away once it is saved or given up.

    Each running app locks its file; files without a living owner are left-overs of a crash. Work goes on where the
    folder cannot be written.

    Signals:
        refused: the FileError that says why work is not kept aside; once, until it is again.
    """

    refused = Signal(object)

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._folder = document, folder
        self._said = False
        with suppress(OSError):  # said when there is something to keep
            folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self.path = folder / f"unsaved-{os.getpid()}-{time.time_ns():x}{projects.SUFFIX}"
        self._lock = lock_of(self.path)
        self._lock.tryLock(0)
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._try)
        document.changed.connect(self._on_document_changed)
        document.undo_stack.cleanChanged.connect(self._on_document_changed)

    def keep(self) -> Path:
        """Writes the project as it is now, and what it is called. FileError where it cannot be written."""
        Origin.of(self._document).write(self.path)
        projects.save(self._document.identified, self.path)
        return self.path

    def clear(self) -> None:
        """For the end: nothing is unsaved any more."""
        self._later.stop()
        _remove(self.path)
        self._lock.unlock()

    def left_over(self) -> tuple[Path, ...]:
        """Files of apps that did not end well, newest first."""
        found = [path for path in self._folder.glob(f"unsaved-*{projects.SUFFIX}") if path != self.path]
        return tuple(sorted(filter(_is_abandoned, found), key=lambda path: path.stat().st_mtime, reverse=True))

    def restore(self, path: Path) -> None:
        """Opens a left-over as unsaved work of its file and keeps it as our own. FileError where it cannot be read."""
        project, origin = projects.load(path), Origin.read(path)
        title = origin.title or self.tr("recovered")
        self._document.open(project, origin.path if origin.is_current() else None, title, unsaved=True)
        if self._try():
            _remove(path)

    def forget(self, path: Path) -> None:
        """The person does not want a left-over back."""
        _remove(path)

    def _on_document_changed(self) -> None:
        if self._document.unsaved:
            self._later.start()
        else:
            self._later.stop()
            _remove(self.path)

    def _try(self) -> bool:
        """Whether the work is kept now."""
        try:
            self.keep()
        except FileError as error:
            if not self._said:
                self._said = True
                words = self.tr("Work that is not saved yet is not kept for after a crash: {0}").format(error.message)
                self.refused.emit(FileError(words, hint=self.tr("Save the project yourself, into another folder")))
            return False
        self._said = False
        return True


@dataclass(frozen=True)
class Origin:
    """What a left-over was called, in a file beside it.

    Attributes:
        path: the project file it is a later state of; None where it was in none yet.
        title: its name on screen; "" where that is not known.
        written: when that file was last written, in ns since the epoch; 0 where it is not there.
    """

    path: Path | None = None
    title: str = ""
    written: int = 0

    @classmethod
    def of(cls, document: Document) -> Origin:
        """The open project's."""
        return cls(document.path, document.title, _written(document.path))

    @classmethod
    def read(cls, left_over: Path) -> Origin:
        """A left-over's; that of earlier versions, or a damaged one, says nothing."""
        try:
            said = json.loads(_beside(left_over).read_text(encoding="utf-8"))
            path = Path(said["path"]) if said["path"] else None
            return cls(path, str(said["title"]), int(said["written"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, left_over: Path) -> None:
        """Puts it beside a left-over. FileError where it cannot be written."""
        said = {"path": str(self.path or ""), "title": self.title, "written": self.written}
        write_whole(_beside(left_over), json.dumps(said).encode())

    def is_current(self) -> bool:
        """Nobody wrote the file since: saving the left-over into it replaces nothing newer."""
        return _written(self.path) in (0, self.written)


def lock_of(path: Path) -> QLockFile:
    """The lock that says that `path` belongs to a running app; it is stale once that app is gone, never by age."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)
    return lock


def _remove(path: Path) -> None:
    """Takes a left-over away, or leaves it where the folder cannot be changed: a read-only disk says so of any file."""
    for part in (path, _beside(path)):
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _beside(left_over: Path) -> Path:
    return left_over.with_name(left_over.name + ORIGIN)


def _written(path: Path | None) -> int:
    try:
        return path.stat().st_mtime_ns if path is not None else 0
    except OSError:
        return 0


def _sweep(folder: Path) -> None:
    """Takes away locks that nobody holds and that guard nothing."""
    for path in folder.glob("unsaved-*.lock"):
        if not path.with_suffix("").exists():
            lock = lock_of(path.with_suffix(""))
            if lock.tryLock(0):
                lock.unlock()


def _is_abandoned(path: Path) -> bool:
    lock = lock_of(path)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    try:
        projects.load(path)
    except FileError:
        return False
    return True
