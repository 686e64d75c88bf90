"""The header of a table's preview: each column's name, what was found in it, and how it is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView, QVBoxLayout, QWidget

from gui.cards import text
from gui.picker import Picker

Role = Literal["number", "category", "ignore", "target"]
HEIGHT = 84  # px: name, what was found, the role


@dataclass(frozen=True)
class Head:
    """What stands over a column.

    Attributes:
        found: "number, 3 missing".
        role: as it is read now.
    """

    name: str
    found: str
    role: Role


class RoleHeader(QHeaderView):
    """A header with a menu in each section; the sections keep them in place while they scroll.

    Signals:
        role_picked: column name and role, as the person wants it.
    """

    role_picked = Signal(str, str)

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setDefaultSectionSize(144)
        self.setMinimumSectionSize(96)
        self._heads: list[QWidget] = []
        self._shown: tuple[Head, ...] = ()
        self.sectionResized.connect(self._place)
        parent.horizontalScrollBar().valueChanged.connect(self._place)

    def show_heads(self, heads: Sequence[Head]) -> None:
        """One for each column of the model."""
        if tuple(heads) == self._shown:
            return
        self._shown = tuple(heads)
        for widget in self._heads:
            widget.hide()
            widget.deleteLater()
        self._heads = [self._make(head) for head in heads]
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _make(self, head: Head) -> QWidget:
        box = QFrame(self.viewport())
        column = QVBoxLayout(box)
        column.setContentsMargins(6, 6, 2, 4)
        column.setSpacing(0)
        name, found = text(head.name, "value"), text(head.found, "dim")
        name.setToolTip(head.name)
        for label in (name, found):
            label.setMinimumWidth(1)
            column.addWidget(label)
        options: list[tuple[object, str]] = [
            ("number", self.tr("number")),
            ("category", self.tr("category")),
            ("ignore", self.tr("not used")),
            ("target", self.tr("to predict")),
        ]
        picker = Picker(f"data.role.{head.name}", self.tr("How {0} is read").format(head.name), options, box)
        picker.set_value(head.role)
        picker.picked.connect(partial(self._on_picked, head.name))
        column.addWidget(picker)
        box.show()
        return box

    def _on_picked(self, name: str, role: object) -> None:
        self.role_picked.emit(name, str(role))

    def _place(self) -> None:
        for index, widget in enumerate(self._heads):
            if index < self.count():
                widget.setGeometry(self.sectionViewportPosition(index), 0, self.sectionSize(index) - 1, self.height())
