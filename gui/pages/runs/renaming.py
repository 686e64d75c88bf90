"""Another name for a run, typed in its row, and the way back from it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Signal
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from engine.data.dataset import Ticket
from engine.runs.renaming import rename
from gui.kit.background import Latest
from gui.pages.runs.keeping import Keeper
from gui.pages.runs.list_card import ListCard
from gui.shared.context import Context


class NameEditor(QStyledItemDelegate):
    """The field in which a run's name is typed, `runs.name`: Return keeps it, Escape leaves the old one."""

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("runs.name")
        field.setAccessibleName(self.tr("Name of the run"))
        return field

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A field is taller than a row: it covers a little of its neighbours rather than cut the letters."""
        place = option.rect
        spare = max(0, editor.sizeHint().height() - place.height())
        editor.setGeometry(place.adjusted(0, -spare // 2, 0, spare - spare // 2))


class Renaming(QObject):
    """Renames beside the window, one run at a time.

    Signals:
        renamed: a run's folder before and after.
        refused: the EngineError that says why not.
    """

    renamed = Signal(object, object)
    refused = Signal(object)

    def __init__(self, context: Context, listed: ListCard, keeper: Keeper, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._list, self._keeper = context.session, listed, keeper
        self._writing = Latest(self)
        self._writing.refused.connect(self.refused)
        self._writing.done.connect(self._on_done)
        self._before = Path()  # the run that is being renamed
        self._back: tuple[Path, str] | None = None  # the run that was renamed, and what it was called
        listed.view.setItemDelegateForColumn(listed.model.NAME, NameEditor(listed.view))
        listed.model.name_given.connect(self._rename)
        listed.back.clicked.connect(self._on_back)

    @property
    def busy(self) -> bool:
        """Whether a run is being renamed."""
        return self._writing.busy

    def begin(self) -> None:
        """Opens the field in the current row."""
        self._list.view.edit_name()

    def _rename(self, folder: Path, name: str) -> None:
        if self._writing.busy:
            return
        self._keeper.flush()  # what was said of it is written where it still is
        self._before = folder
        self._writing.begin(partial(_renamed, folder, name))

    def _on_back(self) -> None:
        if self._back is not None:
            self._rename(*self._back)

    def _on_done(self, after: Path) -> None:
        before = self._before
        if after == before:
            return
        back = self._back is not None and self._back[0] == before and self._back[1] == after.name
        self._back = None if back else (after, before.name)
        self._list.offer_back("" if back else before.name)
        self._session.moved(before, after)
        self.renamed.emit(before, after)


def _renamed(folder: Path, name: str, ticket: Ticket) -> Path:
    return rename(folder, name)
