"""What the app remembers between starts: theme, recent projects, window place, folders. Kept in one ini file."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from platformdirs import user_config_path, user_documents_path
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from gui.kit.theme import MODES, Mode

RECENT = 8  # projects


class Preferences(QObject):
    """The person's preferences.

    Signals:
        recent_changed: another list of recent projects.
    """

    recent_changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Reads `path`; by default the ini file in the user's configuration folder."""
        super().__init__(parent)
        chosen = path or user_config_path("Layerdeck", appauthor=False) / "layerdeck.ini"
        self._file = QSettings(str(chosen), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Mode:
        """The chosen theme."""
        found = self.text("theme", "system")
        return found if found in MODES else "system"

    @theme.setter
    def theme(self, mode: Mode) -> None:
        self.put("theme", mode)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Project files opened or saved lately, newest first; gone ones are left out."""
        lines = self.text("recent", "").splitlines()
        return tuple(path for path in map(Path, lines) if path.exists())

    def add_recent(self, path: Path) -> None:
        """Puts a project file first."""
        here = path.resolve()
        rest = [other for other in self.recent if other != here]
        self.put("recent", "\n".join(str(entry) for entry in [here, *rest][:RECENT]))
        self.recent_changed.emit()

    @property
    def folder(self) -> Path:
        """Where file dialogs begin."""
        found = Path(self.text("folder", str(user_documents_path())))
        return found if found.is_dir() else Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self.put("folder", str(folder))

    @property
    def blocks(self) -> Path:
        """Where the person's own blocks are kept."""
        return Path(self._file.fileName()).parent / "blocks"

    @property
    def geometry(self) -> QByteArray:
        """The window's place as Qt wrote it; empty at the first start."""
        return QByteArray.fromBase64(self.text("geometry", "").encode())

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self.put("geometry", bytes(value.toBase64().data()).decode())

    def text(self, key: str, default: str) -> str:
        """Any other remembered text."""
        return cast("str", self._file.value(key, default, str))

    def put(self, key: str, value: str) -> None:
        """Remembers a text."""
        self._file.setValue(key, value)

    def sync(self) -> None:
        """Writes the file now."""
        self._file.sync()
