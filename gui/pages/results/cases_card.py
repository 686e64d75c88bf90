"""Examples of the measured split with what they are and what the network says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QStackedLayout, QWidget

from engine.data.examples import Examples
from gui.kit.cards import Card, text
from gui.kit.icons import icon
from gui.kit.thumbnails import pixmap
from gui.pages.results.ranking import Case

SIDE = 48  # px of a picture
LONGEST = 110  # characters of a caption
PLACE = Qt.ItemDataRole.UserRole + 1  # an example's place in the split


class CasesCard(Card):
    """A list: picture or symbol, what it is → what was answered, and how it stands in the source.

    Signals:
        picked: the person looks at another example (its place in the split).
    """

    picked = Signal(int)

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
        self.none = text(self.tr("There is no such example."), "dim", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.none)
        self.body.addLayout(self._stack, 1)

    def show_cases(self, title: str, cases: Sequence[Case], examples: Examples | None) -> None:
        """Lists these, or says that there are none."""
        self.title.setText(title)
        self.list.clear()
        pictures = bool(cases) and examples is not None and examples.picture(cases[0].row, SIDE) is not None
        self.list.setIconSize(QSize(SIDE, SIDE) if pictures else QSize(16, 16))
        self._stack.setCurrentWidget(self.list if cases else self.none)
        for case in cases:
            caption = examples.caption(case.row) if examples is not None else f"{case.row + 1:,}"
            if len(caption) > LONGEST:
                caption = f"{caption[:LONGEST]} …"
            item = QListWidgetItem(self._icon(case, examples), f"{case.says}\n{caption}")
            item.setData(Qt.ItemDataRole.UserRole, case.row)
            item.setData(PLACE, case.index)
            item.setToolTip(caption)
            self.list.addItem(item)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(item.data(PLACE))

    def _icon(self, case: Case, examples: Examples | None) -> QIcon:
        pixels = examples.picture(case.row, SIDE) if examples is not None else None
        if pixels is not None:
            return QIcon(pixmap(pixels))
        return icon("check", "good") if case.right else icon("error", "danger")
