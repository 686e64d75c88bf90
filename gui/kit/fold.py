"""A heading that opens and closes what stands below it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.kit.icons import icon
from gui.kit.style import look


class Fold(QWidget):
    """Closed at first. The heading is called `name`; things go into `body`.

    Signals:
        toggled: the person opened (True) or closed it.
    """

    toggled = Signal(bool)

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.head = QPushButton(self)
        self.head.setObjectName(name)
        self.head.setCheckable(True)
        self.head.setIconSize(QSize(12, 12))
        look(self.head, "quiet")
        self._inside = QWidget(self)
        look(self._inside, "clear")
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 4, 0, 2)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._inside)
        self.head.toggled.connect(self._on_toggled)
        self.say("")
        self._show(is_open=False)

    def open(self, is_open: bool = True) -> None:
        """Opens or closes it without telling."""
        with QSignalBlocker(self.head):
            self.head.setChecked(is_open)
        self._show(is_open)

    def say(self, note: str) -> None:
        """Puts a word of what is inside behind the heading: `More · 2 changed`."""
        text = f"{self._words} · {note}" if note else self._words
        self.head.setText(text)
        self.head.setAccessibleName(text)

    def _show(self, is_open: bool) -> None:
        self._inside.setVisible(is_open)
        self.head.setIcon(icon("chevron-down" if is_open else "chevron-right", "dim"))

    def _on_toggled(self, checked: bool) -> None:
        self._show(checked)
        self.toggled.emit(checked)
