"""The rail at the left: one button a page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from gui.kit.commands import Actions, bare, translated
from gui.kit.icons import icon
from gui.kit.style import look
from gui.shell.commands import PAGES

WIDTH = 64  # px
HEIGHT = 62  # px of a button


class Rail(QFrame):
    """Buttons `rail.<page>`; the one of the shown page is marked by colour, bar and its checked state."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        look(self, "rail")
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 1, 8)
        column.setSpacing(0)
        self.buttons = {page: self._button(page, actions) for page in PAGES}
        for button in self.buttons.values():
            column.addWidget(button)
        column.addStretch(1)

    def show_page(self, page: str) -> None:
        """Marks the button of a page; none for the start page."""
        for name, button in self.buttons.items():
            button.setChecked(name == page)
            button.setIcon(icon(name, "text" if name == page else "dim"))

    def _button(self, page: str, actions: Actions) -> QToolButton:
        action = actions[f"view.{page}"]
        title = bare(translated(PAGES[page]))
        button = QToolButton(self)
        button.setObjectName(f"rail.{page}")
        button.setAccessibleName(title)
        button.setText(title)
        button.setToolTip(f"{title} ({action.shortcut().toString()})")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(20, 20))
        button.setFixedSize(WIDTH - 1, HEIGHT)
        button.setCheckable(True)
        button.clicked.connect(action.trigger)
        look(button, "rail")
        return button
