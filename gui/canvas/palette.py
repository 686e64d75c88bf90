"""The kinds of layers that can be stacked, by family, with a search."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from engine.layers import KINDS
from engine.layers.base import Family, Layer
from gui.canvas.rows import KindRow
from gui.style import look
from gui.theme import colour, tokens

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Palette(QFrame):
    """Search field and rows. Enter in the search takes the first that is found.

    Signals:
        taken: a kind was chosen.
        carried: a kind is dragged, at this point of the screen.
        let_go: it was dropped at this point of the screen.
        kept: the drag was cancelled.
    """

    taken = Signal(object)
    carried = Signal(object, QPoint)
    let_go = Signal(QPoint)
    kept = Signal()

    def __init__(self, prefix: str, parent: QWidget | None = None, *, one_click: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(prefix)
        self.setAccessibleName(self.tr("Layers to choose from"))
        self.search = SearchField(prefix, self, key="" if one_click else "/")
        self.rows: list[KindRow] = []
        self._groups: list[tuple[QLabel, list[KindRow]]] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 6, 8)
        self._list.setSpacing(0)
        kinds = [kind for kind in KINDS if kind.in_palette]
        for family in Family:
            self._add_group(family, [kind for kind in kinds if kind.family is family], prefix, one_click)
        self.nothing = QLabel(self.tr("No layer is called so"), self)
        look(self.nothing, "dim")
        self.nothing.hide()
        self._list.addWidget(self.nothing)
        self._list.addStretch(1)
        self._lay_out()
        self.search.textChanged.connect(self._on_text_changed)
        self.search.taken.connect(self._on_search_taken)
        self.search.stepped.connect(self._on_search_stepped)
        self._on_text_changed("")

    def found(self) -> list[KindRow]:
        """The rows that are not hidden by the search."""
        return [row for row in self.rows if not row.isHidden()]

    def best(self) -> KindRow | None:
        """The row that Enter in the search takes."""
        return min(self.found(), key=lambda row: row.rank(self.search.text()), default=None)

    def seek(self) -> None:
        """Puts the keyboard into the search, with what stands there marked."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _add_group(self, family: Family, kinds: Iterable[type[Layer]], prefix: str, one_click: bool) -> None:
        rows = [KindRow(kind, prefix, self, one_click=one_click) for kind in kinds]
        if not rows:
            return
        label = QLabel(self.tr(family.value).upper(), self)
        label.setContentsMargins(0, 10 if self._groups else 2, 0, 4)
        look(label, "group")
        self._list.addWidget(label)
        self._groups.append((label, rows))
        for row in rows:
            self._list.addWidget(row)
            self.rows.append(row)
            row.taken.connect(partial(self.taken.emit, row.kind))
            row.carried.connect(partial(self.carried.emit, row.kind))
            row.let_go.connect(self.let_go)
            row.kept.connect(self.kept)
            row.stepped.connect(partial(self._on_row_stepped, row))
            row.typed.connect(self._on_row_typed)

    def _lay_out(self) -> None:
        inside = QWidget(self)
        look(inside, "clear")
        inside.setLayout(self._list)
        self._scroll = QScrollArea(self)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 6, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._scroll, 1)

    def _on_text_changed(self, text: str) -> None:
        for label, rows in self._groups:
            for row in rows:
                row.setVisible(row.matches(text))
            label.setVisible(any(not row.isHidden() for row in rows))
        best = self.best()
        self.nothing.setVisible(best is None)
        for row in self.rows:  # Tab goes from the search to one row; arrows walk on from there
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is best else Qt.FocusPolicy.ClickFocus)
            row.mark(row is best and bool(text.strip()))

    def _on_search_taken(self) -> None:
        best = self.best()
        if best is not None and self.search.text().strip():
            self.taken.emit(best.kind)

    def _on_search_stepped(self) -> None:
        best = self.best()
        if best is not None:
            best.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_row_stepped(self, row: KindRow, by: int) -> None:
        found = self.found()
        at = found.index(row) + by
        if at < 0:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at < len(found):
            found[at].setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(found[at])

    def _on_row_typed(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)


class SearchField(QLineEdit):
    """Finds kinds of layers.

    Signals:
        taken: Enter.
        stepped: the arrow down.
    """

    taken = Signal()
    stepped = Signal()

    def __init__(self, prefix: str, parent: QWidget, *, key: str) -> None:
        super().__init__(parent)
        self._key = key  # that leads here, shown at the right
        self.setObjectName(f"{prefix}.search")
        self.setAccessibleName(self.tr("Search layers"))
        self.setPlaceholderText(self.tr("Search layers"))
        self.setToolTip(self.tr("Find a layer by name or by what it does ( / )"))
        self.setClearButtonEnabled(True)
        self.returnPressed.connect(self.taken)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._key and not self.text() and not self.hasFocus():
            painter = QPainter(self)
            painter.setPen(colour(tokens().dim))
            painter.drawText(self.rect().adjusted(0, 0, -11, 0), RIGHT, self._key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.stepped.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
