"""A field for tags, words with commas between them, that offers the ones already used."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget
from typing_extensions import override


class TagsField(QLineEdit):
    """Tags of one run.

    Signals:
        changed: the person is done with other tags (a tuple of str).
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] = ()
        self._known = QStringListModel(self)
        completer = LastWord(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.setPlaceholderText(self.tr("baseline, good, …"))
        self.editingFinished.connect(self.done)

    def show_tags(self, tags: Iterable[str]) -> None:
        """Another run's, without telling."""
        self._shown = tuple(tags)
        self.setText(", ".join(self._shown))

    def offer(self, tags: Iterable[str]) -> None:
        """The tags that are known."""
        self._known.setStringList(sorted(set(tags), key=str.casefold))

    def done(self) -> None:
        """Takes what was written."""
        tags = tuple(dict.fromkeys(tag for tag in (part.strip() for part in self.text().split(",")) if tag))
        if tags != self._shown:
            self._shown = tags
            self.changed.emit(tags)


class LastWord(QCompleter):
    """Completes what stands after the last comma."""

    def __init__(self, known: QStringListModel, field: QLineEdit) -> None:
        super().__init__(known, field)
        self._field = field

    @override
    def splitPath(self, path: str) -> list[str]:
        return [path.rpartition(",")[2].strip()]

    @override
    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        before = self._field.text().rpartition(",")[0].strip()
        tag = str(index.data())
        return f"{before}, {tag}" if before else tag
