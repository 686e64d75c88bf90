"""A word with a small menu: how a chart is shown, picked in its corner."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.kit.style import look


class Picker(QToolButton):
    """One of a few options, shown as a word.

    Signals:
        picked: the person chose another option (its value).
    """

    picked = Signal(object)

    def __init__(
        self, name: str, title: str, options: Sequence[tuple[object, str]], parent: QWidget | None = None
    ) -> None:
        """`options`: value and word of each; the first one is chosen."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolTip(title)
        self._title = title
        self._options: list[tuple[object, str]] = []
        self.value: object = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        look(self, "flat")
        self.setMenu(QMenu(self))
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Other options; keeps the chosen one where it is still among them."""
        if list(options) == self._options:
            return
        self._options = list(options)
        menu = self.menu()
        menu.clear()
        group = QActionGroup(menu)
        for value, word in options:
            action = QAction(word, group, checkable=True)
            action.setData(value)
            menu.addAction(action)
        group.triggered.connect(self._on_triggered)
        values = [value for value, _ in options]
        self.set_value(self.value if self.value in values else values[0] if values else None)

    def set_value(self, value: object) -> None:
        """Shows an option without telling."""
        self.value = value
        word = next((word for other, word in self._options if other == value), "")
        self.setText(f"{word} ▾")
        self.setAccessibleName(f"{self._title}: {word}")
        for action in self.menu().actions():
            action.setChecked(action.data() == value)

    def _on_triggered(self, action: QAction) -> None:
        self.set_value(action.data())
        self.picked.emit(self.value)
