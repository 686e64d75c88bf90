"""The header of a table's preview: each column's name, what was found in it, and how it is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget
from typing_extensions import override

from gui.kit.elided import Elided
from gui.kit.picker import Picker

Role = Literal["number", "category", "picture", "text", "ignore", "target", "more"]
SIDES = 12  # px left and right of a head
HEIGHT = 88  # px: name, what was found, the role
NARROW, WIDE = 108, 240  # px of a column; wider ones are for the person to make


@dataclass(frozen=True)
class Head:
    """What stands over a column.

    Attributes:
        found: "number, 3 missing".
        role: as it is read now.
        roles: as it can be read.
    """

    name: str
    found: str
    role: Role
    roles: tuple[Role, ...] = ("number", "category", "ignore", "target")


class RoleHeader(QHeaderView):
    """A header with a menu in each section; the sections keep them in place while they scroll.

    Columns are as wide as their heads, and narrower where all of them would not be in sight else.

    Signals:
        role_picked: column name and role, as the person wants it.
    """

    role_picked = Signal(str, str)

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._table = parent
        self.setSectionsClickable(False)
        self.setDefaultSectionSize(144)
        self.setMinimumSectionSize(96)
        self._heads: list[QWidget] = []
        self._shown: tuple[Head, ...] = ()
        self._fitting = self._by_hand = False
        self.sectionResized.connect(self._on_section_resized)
        parent.horizontalScrollBar().valueChanged.connect(self._place)

    def show_heads(self, heads: Sequence[Head]) -> None:
        """One for each column of the model."""
        if tuple(heads) == self._shown:
            return
        if [head.name for head in heads] != [head.name for head in self._shown]:
            self._by_hand = False
        self._shown = tuple(heads)
        for widget in self._heads:
            widget.hide()
            widget.deleteLater()
        self._heads = [self._make(head) for head in heads]
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _make(self, head: Head) -> QWidget:
        box = QFrame(self.viewport())
        column = QVBoxLayout(box)
        column.setContentsMargins(6, 6, SIDES - 8, 4)
        column.setSpacing(0)
        column.addWidget(Elided(head.name, "value"))
        column.addWidget(Elided(head.found, "dim"))
        options: list[tuple[object, str]] = [(role, self._word(role)) for role in head.roles]
        picker = Picker(f"data.role.{head.name}", self.tr("How {0} is read").format(head.name), options, box)
        picker.set_value(head.role)
        picker.picked.connect(partial(self._on_picked, head.name))
        column.addWidget(picker)
        box.show()
        return box

    def _word(self, role: Role) -> str:
        words: dict[Role, str] = {
            "number": self.tr("number"),
            "category": self.tr("category"),
            "picture": self.tr("picture"),
            "text": self.tr("text"),
            "ignore": self.tr("not used"),
            "target": self.tr("to predict"),
            "more": self.tr("to predict too"),
        }
        return words[role]

    def _on_picked(self, name: str, role: object) -> None:
        self.role_picked.emit(name, str(role))

    def _on_section_resized(self) -> None:
        if not self._fitting:
            self._by_hand = True
            self._place()

    def _fit(self) -> None:
        """Each column as wide as it asks for; the widest ones narrower where that brings all into sight."""
        count = min(self.count(), len(self._heads))
        if count and not self._by_hand:
            wanted = [self._wanted(index) for index in range(count)]
            most = widest(wanted, self.viewport().width())
            self._fitting = True
            for index, width in enumerate(wanted):
                self.resizeSection(index, min(width, most))
            self._fitting = False
        self._place()

    def _wanted(self, index: int) -> int:
        """Width that its head and the cells in sight ask for."""
        lines = self._heads[index].findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        head = max((line.sizeHint().width() for line in lines if not isinstance(line, QMenu)), default=0)
        return min(WIDE, max(NARROW, head + SIDES, self._table.sizeHintForColumn(index)))

    def _place(self) -> None:
        for index, widget in enumerate(self._heads):
            if index < self.count():
                widget.setGeometry(self.sectionViewportPosition(index), 0, self.sectionSize(index) - 1, self.height())


def widest(wanted: Sequence[int], room: int) -> int:
    """The most that a column may have (px) so that all stay within the room; no limit where that cannot be."""
    fitting = [most for most in range(NARROW, WIDE + 1) if sum(min(width, most) for width in wanted) <= room]
    return fitting[-1] if fitting else WIDE
