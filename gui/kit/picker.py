"""A word with a small menu: how a chart is shown, picked in its corner."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCursor
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from typing_extensions import override

from gui.kit.style import look

AT_ONCE = 50  # options that are listed before they are asked for


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
        self._options: list[tuple[object, str]] = []
        self._listed = True  # whether the menu has them
        self.value: object = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        look(self, "flat")
        menu = QMenu(self)
        menu.aboutToShow.connect(self._list)
        menu.aboutToHide.connect(self._look_for_mouse)
        self.setMenu(menu)
        self.call(name, title)
        self.set_options(options)

    def call(self, name: str, title: str) -> None:
        """What it is for: the name of the widget, and what a person is told."""
        self.setObjectName(name)
        self.setToolTip(title)
        self._title = title

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Other options; keeps the chosen one where it is still among them."""
        if list(options) == self._options:
            return
        self._options, self._listed = list(options), False
        super().menu().clear()
        if len(options) <= AT_ONCE:
            self._list()
        values = [value for value, _ in options]
        self.set_value(self.value if self.value in values else values[0] if values else None)

    @override
    def menu(self) -> QMenu:
        """The menu with all options."""
        self._list()
        return super().menu()

    def _list(self) -> None:
        """An action for each option, of many only once somebody wants to see them."""
        if self._listed:
            return
        self._listed = True
        menu = super().menu()
        group = QActionGroup(menu)
        for value, word in self._options:
            action = QAction(word, group, checkable=True, checked=value == self.value)
            action.setData(value)
            menu.addAction(action)
        group.triggered.connect(self._on_triggered)

    def set_value(self, value: object) -> None:
        """Shows an option without telling."""
        self.value = value
        word = next((word for other, word in self._options if other == value), "")
        self.setText(f"{word} ▾")
        self.setAccessibleName(f"{self._title}: {word}")
        for action in super().menu().actions():
            action.setChecked(action.data() == value)

    def _look_for_mouse(self) -> None:
        """The menu had the mouse: nobody told that it left the word, which would stay lit up."""
        here = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, here)
        self.update()

    def _on_triggered(self, action: QAction) -> None:
        self.set_value(action.data())
        self.picked.emit(self.value)
