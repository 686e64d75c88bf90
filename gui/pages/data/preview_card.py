"""The first examples of the source, as they stand there: rows with their pictures, pictures by class, or texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTableView,
    QWidget,
)

from engine.data.column import Column
from engine.data.examples import PictureExamples, TableExamples, TextExamples
from engine.data.settings import DataSettings
from engine.data.statistics import Summary
from gui.document import Document
from gui.kit.amounts import counted
from gui.kit.cards import Card, text
from gui.kit.thumbnails import Thumbnails, pixmap
from gui.pages.data.columns import role_of, roles_for
from gui.pages.data.columns_view import ColumnsView, Line
from gui.pages.data.edits import change_role
from gui.pages.data.head_box import Head
from gui.pages.data.looking import SIDE, Look
from gui.pages.data.role_header import RoleHeader
from gui.pages.data.rows import Rows

if TYPE_CHECKING:
    from engine.data.findings import Finding

TEXTS = 100
EACH = 12  # pictures of each class
ROW = 26  # px; rows with pictures are as high as these


class PreviewCard(Card):
    """Shows what `gui.pages.data.looking` read; roles of columns are set here."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("First look"))
        self._document = document
        self._examples: TableExamples | PictureExamples | TextExamples | None = None
        self._summaries: tuple[Summary, ...] = ()
        self._findings: dict[str, Finding] = {}
        self.table, self.texts = _view("data.rows"), _view("data.texts")
        self.roles = RoleHeader(self.table)
        self.table.setHorizontalHeader(self.roles)
        self.roles.role_picked.connect(self._on_role_picked)
        self.pictures = Thumbnails()
        self.pictures.setObjectName("data.pictures")
        self.waiting = text("", "dim", wrap=True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.columns = ColumnsView()
        self.columns.role_picked.connect(self._on_role_picked)
        self._tabs = QButtonGroup(self)
        self.tabs = [self._tab("columns", self.tr("Columns")), self._tab("examples", self.tr("Examples"))]
        self.tabs[0].setChecked(True)
        self._tabs.buttonClicked.connect(self._show_page)
        self._stack = QStackedLayout()
        for widget in (self.waiting, self.columns, self.table, self.pictures, self.texts):
            self._stack.addWidget(widget)
        self.body.addLayout(self._stack, 1)
        document.changed.connect(self._show_heads)

    def _tab(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"data.tab.{name}")
        button.setCheckable(True)
        button.hide()
        self._tabs.addButton(button)
        self.corner.addWidget(button)
        return button

    def _show_page(self) -> None:
        """The columns of a table, or its rows."""
        self._stack.setCurrentWidget(self.columns if self.tabs[0].isChecked() else self.table)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """What was found, to stand beside the columns."""
        self._findings = {one.column: one for one in reversed(findings) if one.short}
        self._show_heads()

    def say(self, words: str) -> None:
        """Shows a sentence instead of examples."""
        self._examples = None
        self.note.setText("")
        self._show_tabs(False)
        self.waiting.setText(words)
        self._stack.setCurrentWidget(self.waiting)

    def show_look(self, look: Look) -> None:
        """Shows the first ones."""
        examples = self._examples = look.examples
        self._summaries, self._findings = look.summaries, {}
        self._show_tabs(isinstance(examples, TableExamples))
        if isinstance(examples, TableExamples):
            self._show_table(examples, look)
        elif isinstance(examples, TextExamples):
            rows = [(examples.labels[row], examples.caption(row)) for row in _spread(examples.labels, TEXTS)]
            self._put(self.texts, Rows((self.tr("class"), self.tr("text")), rows, self.texts))
            self.texts.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
            self.note.setText(counted(len(examples), self.tr("1 text"), self.tr("{0} texts")))
            self._stack.setCurrentWidget(self.texts)
        else:
            self.pictures.show_classes(_by_class(examples, EACH))
            self.note.setText(counted(len(examples), self.tr("1 picture"), self.tr("{0} pictures")))
            self._stack.setCurrentWidget(self.pictures)

    def _show_table(self, examples: TableExamples, look: Look) -> None:
        places = {name: index for index, name in enumerate(examples.names)}
        small = {(row, places[name]): pixmap(pixels) for (row, name), pixels in look.cells.items()}
        model = Rows(examples.names, look.rows, self.table, headed=False, pictures=small)
        self._put(self.table, model)
        self.table.setIconSize(QSize(SIDE, SIDE))
        self.table.verticalHeader().setDefaultSectionSize(SIDE + 8 if small else ROW)
        rows = counted(len(examples), self.tr("1 row"), self.tr("{0} rows"))
        columns = counted(len(examples.columns), self.tr("1 column"), self.tr("{0} columns"))
        self.note.setText(f"{rows} · {columns}")
        data = self._document.project.data
        if data is not None:
            self.roles.show_table(examples.names, model.cells, self._heads(data, examples))
        self._show_heads()
        self._show_page()

    def _show_tabs(self, shown: bool) -> None:
        for button in self.tabs:
            button.setVisible(shown)

    def _put(self, view: QTableView, model: Rows) -> None:
        old = view.model()
        view.setModel(model)
        if old is not None:
            old.deleteLater()

    def _show_heads(self) -> None:
        data, examples = self._document.project.data, self._examples
        if data is None or not isinstance(examples, TableExamples):
            return
        self.roles.show_heads(self._heads(data, examples))
        pairs = zip(examples.columns, self._summaries, strict=True)
        self.columns.show_lines([self._line(data, column, summary) for column, summary in pairs])

    def _line(self, data: DataSettings, column: Column, summary: Summary) -> Line:
        finding, role = self._findings.get(column.name), role_of(data, column.name, column.role)
        return Line(
            column.name,
            role,
            roles_for(data, column),
            summary,
            " · ".join(column.examples[:3]),
            f"{column.distinct:,}" if role in ("category", "ordered") else "",
            finding.short if finding else "",
            finding is not None and finding.grade != "note",
        )

    def _heads(self, data: DataSettings, examples: TableExamples) -> Callable[[int], Head]:
        return lambda place: self._head(data, examples.columns[place])

    def _head(self, data: DataSettings, column: Column) -> Head:
        words = {
            "picture": self.tr("names of pictures"),
            "identifier": self.tr("names the rows"),
            "constant": self.tr("always the same"),
        }
        found = words.get(column.role, column.role)
        if column.missing:
            found = self.tr("{0}, {1} missing").format(found, f"{column.missing:,}")
        return Head(column.name, found, role_of(data, column.name, column.role), roles_for(data, column))

    def _on_role_picked(self, name: str, role: str) -> None:
        if isinstance(self._examples, TableExamples):
            inferred = next(column.role for column in self._examples.columns if column.name == name)
            change_role(self._document, name, role, inferred)


def _view(name: str) -> QTableView:
    view = QTableView()
    view.setObjectName(name)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)  # Tab goes to the next control; arrows go through the cells
    view.verticalHeader().setDefaultSectionSize(ROW)
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
