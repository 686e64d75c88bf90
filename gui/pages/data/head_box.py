"""What stands over a column of a table's preview."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.kit.elided import Elided
from gui.kit.picker import Picker
from gui.pages.data.columns import word_of

SIDES = 12  # px left and right of a head
SPARE = 4  # px that a line asks for beside its words


@dataclass(frozen=True)
class Head:
    """What is said over a column.

    Attributes:
        found: "number, 3 missing".
        role: as it is read now.
        roles: as it can be read.
    """

    name: str
    found: str
    role: str
    roles: tuple[str, ...] = ()

    @classmethod
    def none(cls, column: int) -> Head:
        """Before there is a table."""
        return cls("", "", "ignore")


class HeadBox(QFrame):
    """The widgets of one head; another column's head can take its place.

    Signals:
        role_picked: column name and role, as the person wants it.
    """

    role_picked = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: Head | None = None
        self._words: dict[str, int] = {}  # px of the menu by its word
        self._name, self._found = Elided("", "value"), Elided("", "dim")
        self.picker = Picker("data.role", "", [], self)
        self.picker.picked.connect(self._on_picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, SIDES - 8, 4)
        column.setSpacing(0)
        for line in (self._name, self._found, self.picker):
            column.addWidget(line)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether the keyboard or the menu is here, so that it must not go elsewhere."""
        return self.picker.hasFocus() or self.picker.menu().isVisible()

    def show_head(self, head: Head) -> None:
        """Another column, or another role of the same."""
        if head == self._shown:
            return
        self._shown = head
        self._name.say(head.name)
        self._found.say(head.found)
        self.picker.call(f"data.role.{head.name}", self.tr("How {0} is read").format(head.name))
        self.picker.set_options([(role, word_of(role)) for role in head.roles])
        self.picker.set_value(head.role)

    def asked(self, head: Head) -> int:
        """Width (px) that a head asks for, as these widgets would show it; they stay as they are."""
        name, found = (line.fontMetrics().horizontalAdvance(words) + SPARE for line, words in self._lines(head))
        word = word_of(head.role)
        if word not in self._words:
            shown = self.picker.text()
            self.picker.setText(f"{word} ▾")
            self._words[word] = self.picker.sizeHint().width()
            self.picker.setText(shown)
        return max(name, found, self._words[word]) + SIDES

    def _lines(self, head: Head) -> tuple[tuple[Elided, str], tuple[Elided, str]]:
        return (self._name, head.name), (self._found, head.found)

    def _on_picked(self, role: object) -> None:
        if self._shown is not None:
            self.role_picked.emit(self._shown.name, str(role))
