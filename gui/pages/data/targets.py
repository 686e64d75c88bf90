"""The further columns to predict: those there are, each with a button that drops it, and a way to another one."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.document import Document
from gui.kit.cards import clear, text
from gui.kit.icons import icon
from gui.kit.picker import Picker
from gui.kit.style import look
from gui.pages.data.edits import add_target, drop_target


class MoreTargets(QWidget):
    """Shown for tables with a target; every further target gets an output of its own."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: tuple[str, ...] | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.add = Picker("data.more_target", self.tr("Predict another column too"), [])
        self.add.picked.connect(self._on_picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._rows)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.add)
        column.addLayout(row)

    def show_columns(self, names: tuple[str, ...]) -> None:
        """`names`: the columns to choose from."""
        data = self._document.project.data
        wanted = data is not None and bool(data.targets) and not data.of_files and not data.words_alone
        self.setVisible(wanted)
        if data is None or not wanted:
            return
        free = [(name, name) for name in names if name not in data.targets]
        self.add.set_options([("", self.tr("Predict another too …")), *free])
        self.add.set_value("")
        self.add.setVisible(bool(free))
        if data.targets[1:] != self._shown:
            self._shown = data.targets[1:]
            clear(self._rows)
            for name in data.targets[1:]:
                self._rows.addWidget(self._row(name))

    def _row(self, name: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        drop = QPushButton(icon("close"), "")
        look(drop, "flat")
        drop.setObjectName(f"data.drop_target.{name}")
        drop.setAccessibleName(self.tr("No longer predict {0}").format(name))
        drop.setToolTip(drop.accessibleName())
        drop.clicked.connect(partial(self._on_drop, name))
        line.addWidget(text(self.tr("and {0}").format(name)), 1)
        line.addWidget(drop)
        return row

    def _on_picked(self, name: object) -> None:
        self.add.set_value("")
        if name:
            add_target(self._document, str(name))

    def _on_drop(self, name: str) -> None:
        drop_target(self._document, name)
