"""The first examples of the source, as they stand there: rows, pictures by class, or texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableView, QWidget

from engine.data.examples import PictureExamples, TableExamples, TextExamples
from engine.settings import TableData
from gui.cards import Card, text
from gui.data.edits import change_role
from gui.data.role_header import Head, Role, RoleHeader
from gui.document import Document
from gui.thumbnails import Thumbnails

ROWS = 200  # shown of a table
TEXTS = 100
EACH = 12  # pictures of each class

Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """Cells as text, read only."""

    def __init__(
        self, names: Sequence[str], rows: Sequence[Sequence[str]], parent: QWidget, *, headed: bool = True
    ) -> None:
        super().__init__(parent)
        self._names, self._rows, self._headed = tuple(names), list(rows), headed

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  as Qt has it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  as Qt has it
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        wanted = Qt.ItemDataRole.DisplayRole if self._headed else Qt.ItemDataRole.AccessibleTextRole
        if role != wanted:
            return None
        return f"{section + 1:,}" if orientation == Qt.Orientation.Vertical else self._names[section]


class PreviewCard(Card):
    """Shows what `gui.previews` read; roles of columns are set here."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("First look"))
        self._document = document
        self._examples: TableExamples | PictureExamples | TextExamples | None = None
        self.table, self.texts = _view("data.rows"), _view("data.texts")
        self.roles = RoleHeader(self.table)
        self.table.setHorizontalHeader(self.roles)
        self.roles.role_picked.connect(self._on_role_picked)
        self.pictures = Thumbnails()
        self.pictures.setObjectName("data.pictures")
        self.waiting = text("", "dim", wrap=True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        for widget in (self.waiting, self.table, self.pictures, self.texts):
            self._stack.addWidget(widget)
        self.body.addLayout(self._stack, 1)
        document.changed.connect(self._show_heads)

    def say(self, words: str) -> None:
        """Shows a sentence instead of examples."""
        self._examples = None
        self.note.setText("")
        self.waiting.setText(words)
        self._stack.setCurrentWidget(self.waiting)

    def show_examples(self, examples: TableExamples | PictureExamples | TextExamples) -> None:
        """Shows the first ones."""
        self._examples = examples
        if isinstance(examples, TableExamples):
            self._put(self.table, Rows(examples.names, examples.head(ROWS), self.table, headed=False))
            self.note.setText(self.tr("{0} rows · {1} columns").format(f"{len(examples):,}", len(examples.columns)))
            self._show_heads()
            self._stack.setCurrentWidget(self.table)
        elif isinstance(examples, TextExamples):
            rows = [(examples.labels[row], examples.caption(row)) for row in _spread(examples.labels, TEXTS)]
            self._put(self.texts, Rows((self.tr("class"), self.tr("text")), rows, self.texts))
            self.texts.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
            self.note.setText(self.tr("{0} texts").format(f"{len(examples):,}"))
            self._stack.setCurrentWidget(self.texts)
        else:
            self.pictures.show_classes(_by_class(examples, EACH))
            self.note.setText(self.tr("{0} pictures").format(f"{len(examples):,}"))
            self._stack.setCurrentWidget(self.pictures)

    def _put(self, view: QTableView, model: Rows) -> None:
        old = view.model()
        view.setModel(model)
        if old is not None:
            old.deleteLater()

    def _show_heads(self) -> None:
        data, examples = self._document.project.data, self._examples
        if not isinstance(data, TableData) or not isinstance(examples, TableExamples):
            return
        heads = []
        for column in examples.columns:
            found = column.role if not column.missing else f"{column.role}, {column.missing:,} missing"
            heads.append(Head(column.name, found, role_of(data, column.name, column.role)))
        self.roles.show_heads(heads)

    def _on_role_picked(self, name: str, role: str) -> None:
        if isinstance(self._examples, TableExamples):
            inferred = next(column.role for column in self._examples.columns if column.name == name)
            change_role(self._document, name, cast("Role", role), inferred)


def role_of(data: TableData, name: str, inferred: str) -> Role:
    """How a column is read now."""
    if name == data.target:
        return "target"
    if name in data.ignored:
        return "ignore"
    role = data.roles.get(name, inferred)
    return cast("Role", role) if role in ("number", "category") else "ignore"


def _view(name: str) -> QTableView:
    view = QTableView()
    view.setObjectName(name)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.verticalHeader().setDefaultSectionSize(26)
    view.verticalHeader().setVisible(False)
    return view


def _spread(labels: dict[int, str], count: int) -> list[int]:
    """Rows that take turns among the classes."""
    rows: dict[str, list[int]] = {}
    for row, label in labels.items():
        rows.setdefault(label, []).append(row)
    deepest = -(-count // max(1, len(rows)))
    turns = [found[turn] for turn in range(deepest) for found in rows.values() if turn < len(found)]
    return turns[:count]


def _by_class(examples: PictureExamples, each: int) -> list[tuple[str, list[Any]]]:
    rows: dict[str, list[int]] = {}
    for row, label in enumerate(examples.labels):
        found = rows.setdefault(label, [])
        if len(found) < each:
            found.append(row)
    return [(label, [examples.picture(row, 56) for row in found]) for label, found in list(rows.items())[:30]]
