"""A menu of check marks that stays open while they are set."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu
from typing_extensions import override


class TickMenu(QMenu):
    """A click or Space sets a mark and leaves it open; Return sets it and closes; Escape closes."""

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and _can_tick(action) and action is self.activeAction():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and _can_tick(action):
            action.trigger()
        else:
            super().keyPressEvent(event)


def _can_tick(action: QAction) -> bool:
    return action.isCheckable() and action.isEnabled()
