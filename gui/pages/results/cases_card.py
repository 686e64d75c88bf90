"""Examples of the measured split with what they are and what the network says."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QStackedLayout,
    QWidget,
)

from engine.data.examples import Examples
from gui.kit.cards import Card, text
from gui.kit.icons import icon
from gui.kit.style import look
from gui.kit.thumbnails import pixmap
from gui.pages.results.ranking import Case

SIDE = 48  # px of a picture
LONGEST = 160  # characters of a caption; a text is read whole below the list
TIP = 600  # characters of a tooltip
PLACE = Qt.ItemDataRole.UserRole + 1  # an example's place in the split


class CasesCard(Card):
    """A list: picture or symbol, what it is → what was answered, and how it stands in the source.

    Signals:
        picked: the person looks at another example (its place in the split).
        left: the person wants the first list back.
    """

    picked = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.list = QListWidget()
        self.list.setObjectName("results.examples")
        self.list.setAccessibleName(self.tr("Examples"))
        self.list.setIconSize(QSize(SIDE, SIDE))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.back = QPushButton(icon("chevron-left", "dim"), "")
        self.back.setObjectName("results.back")
        self.back.clicked.connect(self.left)
        look(self.back, "link")
        self.corner.addWidget(self.back)
        self.whole = QPlainTextEdit()
        self.whole.setObjectName("results.text")
        self.whole.setAccessibleName(self.tr("The whole text"))
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self._examples: Examples | None = None
        self.none = text(self.tr("There is no such example."), "dim", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.none)
        self.body.addLayout(self._stack, 3)
        self.body.addWidget(self.whole, 2)

    def show_cases(self, title: str, cases: Sequence[Case], examples: Examples | None, back: str = "") -> None:
        """Lists these, or says that there are none. `back`: what the list is called that a button leads back to."""
        self.title.setText(title)
        self.back.setVisible(bool(back))
        self.back.setText(back)
        self.back.setAccessibleName(self.tr("Back to {0}").format(back))
        self.back.setToolTip(self.back.accessibleName())
        self.list.clear()
        self._examples = examples
        self.whole.setVisible(bool(cases) and examples is not None and bool(examples.text(cases[0].row)))
        pictures = bool(cases) and examples is not None and examples.picture(cases[0].row, SIDE) is not None
        self.list.setIconSize(QSize(SIDE, SIDE) if pictures else QSize(16, 16))
        self._stack.setCurrentWidget(self.list if cases else self.none)
        for case in cases:
            caption = examples.caption(case.row) if examples is not None else f"{case.row + 1:,}"
            whole = examples.text(case.row) if examples is not None else ""
            item = QListWidgetItem(self._icon(case, examples), f"{case.says}\n{_cut(caption, LONGEST)}")
            item.setData(Qt.ItemDataRole.UserRole, case.row)
            item.setData(PLACE, case.index)
            item.setToolTip(textwrap.fill(_cut(whole or caption, TIP), 80))
            self.list.addItem(item)
        if cases:
            self._read(cases[0].row)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._read(item.data(Qt.ItemDataRole.UserRole))
            self.picked.emit(item.data(PLACE))

    def _read(self, row: int) -> None:
        self.whole.setPlainText(self._examples.text(row) if self._examples is not None else "")

    def _icon(self, case: Case, examples: Examples | None) -> QIcon:
        pixels = examples.picture(case.row, SIDE) if examples is not None else None
        if pixels is not None:
            picture, found = pixmap(pixels), QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt's own for the second is tinted
                found.addPixmap(picture, mode)
            return found
        return icon("check", "good") if case.right else icon("error", "danger")


def _cut(words: str, most: int) -> str:
    """The beginning, at the end of a word where that is near."""
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]} …"
