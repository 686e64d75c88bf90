"""The header of a table's preview: each column's name, what was found in it, and how it is to be read.

A table may have thousands of columns. Only those in sight have widgets, which move on to others while it is scrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget
from typing_extensions import override

from gui.pages.data.head_box import Head, HeadBox

HEIGHT = 88  # px: name, what was found, the role
NARROW, WIDE = 108, 240  # px of a column; wider ones are for the person to make
EVEN = 144  # px of a column that was not measured
MEASURED = 32  # columns; more are hardly ever in sight at once
LONGEST = 3  # cells of a column, of which the widest is measured
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class RoleHeader(QHeaderView):
    """A header with a menu in each section in sight; the sections keep them in place while they scroll.

    Columns are as wide as their heads, and narrower where all of them would not be in sight else. Left and Right go
    from one menu to the next, and bring columns into sight.

    Signals:
        role_picked: column name and role, as the person wants it.
    """

    role_picked = Signal(str, str)

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._table = parent
        self.setSectionsClickable(False)
        self.setDefaultSectionSize(EVEN)
        self.setMinimumSectionSize(96)
        self._boxes: dict[int, HeadBox] = {}  # in sight, by column
        self._spare: list[HeadBox] = []
        self._ruler = HeadBox(self.viewport())  # never shown
        self._names: tuple[str, ...] = ()
        self._head: Callable[[int], Head] = Head.none
        self._cells: list[int] = []  # px that the cells of the first columns ask for
        self._wanted: list[int] = []  # px that these ask for, heads and all
        self._fitting = self._by_hand = False
        self.sectionResized.connect(self._on_section_resized)
        parent.horizontalScrollBar().valueChanged.connect(self._place)

    def show_table(
        self, names: Sequence[str], cells: Callable[[int], Sequence[str]], head: Callable[[int], Head]
    ) -> None:
        """Another table, once the model has it.

        Args:
            names: of all columns.
            cells: of a column; it is asked for the first few.
            head: what stands over a column; it is asked for those in sight and the first few.
        """
        if tuple(names) != self._names:
            self._by_hand = False
        self._put_aside(list(self._boxes))
        self._names = tuple(names)
        self._cells = [self._widest_cell(column, cells(column)) for column in range(min(len(names), MEASURED))]
        self._wanted = []
        self.show_heads(head)

    def show_heads(self, head: Callable[[int], Head]) -> None:
        """Other heads over the same columns; `head` as in show_table."""
        self._head = head
        wanted = [self._asked(head(column), cell) for column, cell in enumerate(self._cells)]
        if wanted != self._wanted:
            self._wanted = wanted
            self._fit()
        self._place()
        for column, box in self._boxes.items():
            box.show_head(head(column))

    @property
    def boxes(self) -> int:
        """How many heads have widgets, shown or waiting."""
        return len(self._boxes) + len(self._spare)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left and Right on a menu."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in STEPS:
            column = next((column for column, box in self._boxes.items() if box.picker is watched), None)
            if column is not None:
                self._go(column + STEPS[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    def _go(self, column: int) -> None:
        """The keyboard goes to a column's menu."""
        if 0 <= column < min(self.count(), len(self._names)):
            self._table.scrollTo(self.model().index(0, column))
            self._place()
            self._boxes[column].picker.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_section_resized(self) -> None:
        if not self._fitting:
            self._by_hand = True
            self._place()

    def _fit(self) -> None:
        """Each column as wide as it asks for; the widest ones narrower where that brings all into sight."""
        if self._by_hand or not self._wanted:
            return
        most = widest(self._wanted, self.viewport().width()) if len(self._names) <= MEASURED else WIDE
        self._fitting = True
        for column, width in enumerate(self._wanted[: self.count()]):
            if self.sectionSize(column) != min(width, most):
                self.resizeSection(column, min(width, most))
        self._fitting = False

    def _asked(self, head: Head, cell: int) -> int:
        return min(WIDE, max(NARROW, self._ruler.asked(head), cell))

    def _widest_cell(self, column: int, cells: Sequence[str]) -> int:
        """Width (px) that the cells ask for: of the longest ones the widest is measured as it is drawn."""
        metrics = self._table.fontMetrics()
        longest = nlargest(LONGEST, range(len(cells)), key=lambda row: len(cells[row]))
        row = max(longest, key=lambda row: metrics.horizontalAdvance(cells[row]), default=-1)
        return self._table.sizeHintForIndex(self.model().index(row, column)).width() + 1 if row >= 0 else 0

    def _place(self) -> None:
        """Heads for the columns in sight, and for one that has the keyboard; the widgets of others go on to these."""
        columns = min(self.count(), len(self._names))
        first, last = self.logicalIndexAt(0), self.logicalIndexAt(self.viewport().width() - 1)
        seen = range(max(first, 0), min(last + 1 if last >= 0 else columns, columns))
        self._put_aside([column for column, box in self._boxes.items() if column not in seen and not box.busy])
        for column in seen:
            if column not in self._boxes:
                self._boxes[column] = self._spare.pop() if self._spare else self._new()
                self._boxes[column].show_head(self._head(column))
        for column, box in self._boxes.items():
            box.setGeometry(self.sectionViewportPosition(column), 0, self.sectionSize(column) - 1, self.height())
            box.show()
        stops = [self._table, *(self._boxes[column].picker for column in sorted(self._boxes))]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _new(self) -> HeadBox:
        box = HeadBox(self.viewport())
        box.role_picked.connect(self.role_picked)
        box.picker.installEventFilter(self)
        return box

    def _put_aside(self, columns: Sequence[int]) -> None:
        for column in columns:
            box = self._boxes.pop(column)
            box.hide()
            self._spare.append(box)


def widest(wanted: Sequence[int], room: int) -> int:
    """The most that a column may have (px) so that all stay within the room; no limit where that cannot be."""
    fitting = [most for most in range(NARROW, WIDE + 1) if sum(min(width, most) for width in wanted) <= room]
    return fitting[-1] if fitting else WIDE
