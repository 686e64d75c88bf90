"""The named steps of the undo stack as a list; a click goes to that state."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QDialog, QUndoView, QVBoxLayout, QWidget


class History(QDialog):
    """Stays open beside the work. The first entry is the project as it was opened; what comes after is newer."""

    def __init__(self, undo_stack: QUndoStack, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("History"))
        self.setObjectName("history")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(300, 420)
        self.list = QUndoView(undo_stack, self)
        self.list.setObjectName("history.list")
        self.list.setAccessibleName(self.tr("Steps: choose one to go back or forward to it"))
        self.list.setEmptyLabel(self.tr("As it was opened"))
        self.list.setIconSize(QSize(12, 12))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.list)


def show_history(undo_stack: QUndoStack, window: QWidget) -> None:
    """Shows the steps, or hides them where they are shown."""
    shown = window.findChild(History)
    if shown is not None and shown.isVisible():
        shown.close()
        return
    history = History(undo_stack, window)
    corner = window.mapToGlobal(window.rect().topRight())
    history.move(corner.x() - history.width() - 24, corner.y() + 60)
    history.show()
    history.list.setFocus(Qt.FocusReason.OtherFocusReason)
