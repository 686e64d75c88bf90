"""The columns of a table, one below the other: what each is read as, how it is spread, examples, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from engine.data.statistics import Summary
from gui.kit.theme import colour, tokens
from gui.pages.data.columns import word_of
from gui.pages.data.edits import MORE, TARGET
from gui.pages.data.spread import paint_bars

Index = QModelIndex | QPersistentModelIndex
NAME, ROLE, SHAPE, EXAMPLES, FOUND = range(5)
ROW = 36  # px
NARROW = 760  # px, below which there is no room for examples
WIDTHS = {NAME: 136, ROLE: 150, SHAPE: 136, EXAMPLES: 160}
DISPLAY, TIP, LINE = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Line:
    """One column of the table.

    Attributes:
        role: a kind of feature, TARGET or MORE.
        roles: all that it can be.
        amount: how many classes it has, where that is of interest; "" else.
        found: a few words; grave: whether they ask for something.
    """

    name: str
    role: str
    roles: tuple[str, ...]
    summary: Summary
    examples: str = ""
    amount: str = ""
    found: str = ""
    grave: bool = False


class Lines(QAbstractTableModel):
    """What is said of each column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self._titles = (
            self.tr("Column"),
            self.tr("What it is"),
            self.tr("Shape"),
            self.tr("Examples"),
            self.tr("Found"),
        )

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Other columns, or other words on the same, where the selection stays."""
        if [line.name for line in lines] == [line.name for line in self.lines]:
            self.lines = list(lines)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, FOUND))
            return
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else FOUND + 1

    @override
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role not in (DISPLAY, TIP):
            return None
        word = f"{word_of(line.role)} · {line.amount}" if line.amount else word_of(line.role)
        return (line.name, f"{word} ▾", "", line.examples, line.found)[index.column()]

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role == DISPLAY and orientation == Qt.Orientation.Horizontal:
            return self._titles[section].upper()
        return None


class Painter(QStyledItemDelegate):
    """Names bold, what a column is as a small button, its shape as bars, what was found in the colour of its weight."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(LINE)
        look, room = tokens(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room, colour(look.raised))
        painter.setPen(colour(look.border))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        inner, middle = room.adjusted(10, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter
        words = str(index.data(DISPLAY))
        if index.column() == SHAPE:
            idle = line.role == "ignore"
            ink = look.dim if idle else look.validation if line.role in (TARGET, MORE) else look.training
            paint_bars(painter, room.adjusted(10, 8, -10, -8), line.summary.counts, colour(ink), 10.0)
            painter.restore()
            return
        if index.column() == ROLE:
            chip = room.adjusted(8, 6, -8, -6)
            chip.setWidth(min(chip.width(), option.fontMetrics.horizontalAdvance(words) + 18))
            painter.setBrush(colour(look.card))
            painter.drawRoundedRect(chip, 5, 5)
            inner = chip.adjusted(8, 0, -4, 0)
        painter.setFont(_bold(option.font) if index.column() == NAME else option.font)
        dim = index.column() == EXAMPLES or (index.column() == FOUND and not line.grave)
        ink = look.warning if index.column() == FOUND and line.grave else look.dim if dim else look.text
        painter.setPen(colour(ink))
        fits = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, middle, fits)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTHS.get(index.column(), 120), ROW)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


class ColumnsView(QTableView):
    """A row for each column. A click on what it is, or Enter or Space on its row, opens the menu of what it can be.

    Signals:
        chosen: the place of the column that is looked at.
        menu_opened: the place of a column whose menu is on the screen.
        role_picked: column name and role, as the person wants it.
    """

    chosen = Signal(int)
    menu_opened = Signal(int)
    role_picked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data.columns")
        self.setAccessibleName(self.tr("Columns"))
        self.lines = Lines(self)
        self.setModel(self.lines)
        self.setItemDelegate(Painter(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(60)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(FOUND, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._on_row)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """What is said of each column; the first one is looked at where none was."""
        self.lines.show_lines(lines)
        if lines and not self.currentIndex().isValid():
            self.setCurrentIndex(self.lines.index(0, NAME))

    def menu(self, row: int) -> QMenu:
        """What the column can be, the present one checked."""
        line = self.lines.lines[row]
        menu = QMenu(self)
        group = QActionGroup(menu)
        for role in line.roles:
            action = QAction(word_of(role), group, checkable=True, checked=role == line.role)
            action.setData(role)
            menu.addAction(action)
            action.triggered.connect(partial(self._on_picked, line.name, role))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(EXAMPLES, self.viewport().width() < NARROW)  # what was found says more than they do

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == ROLE and event.button() == Qt.MouseButton.LeftButton:
            self._ask(index.row())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.type() == QEvent.Type.KeyPress and event.key() in keys and self.currentIndex().isValid():
            self._ask(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _ask(self, row: int) -> None:
        place = self.visualRect(self.lines.index(row, ROLE)).bottomLeft()
        self.menu(row).popup(self.viewport().mapToGlobal(place))
        self.menu_opened.emit(row)

    def _on_row(self, now: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(now.row())

    def _on_picked(self, name: str, role: str) -> None:
        self.role_picked.emit(name, role)
