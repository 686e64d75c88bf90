"""All that can be stacked, by family, with a search that puts the best first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.kit.cards import scrolled
from gui.kit.style import look
from gui.pages.canvas.palette.offers import Offer, groups
from gui.pages.canvas.palette.rows import OfferRow
from gui.pages.canvas.palette.search import SearchField


class Palette(QFrame):
    """Search field and rows. Enter in the search takes the first that is found.

    Signals:
        taken: an offer was chosen.
        carried: an offer is dragged, at this point of the screen.
        let_go: it was dropped at this point of the screen.
        kept: the drag was cancelled.
        asked: a menu for an offer of the person's own, at this point of the screen.
        left: Escape in the search.
    """

    taken = Signal(object)
    carried = Signal(object, QPoint)
    let_go = Signal(QPoint)
    kept = Signal()
    asked = Signal(object, QPoint)
    left = Signal()

    def __init__(self, prefix: str, parent: QWidget | None = None, *, one_click: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(prefix)
        self.setAccessibleName(self.tr("Layers to choose from"))
        self._prefix, self._one_click = prefix, one_click
        self.search = SearchField(prefix, self, key="" if one_click else "/")
        self.rows: list[OfferRow] = []
        self._groups: list[tuple[QLabel, list[OfferRow]]] = []
        self._made: list[tuple[str, list[str]]] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 6, 8)
        self._list.setSpacing(0)
        self.nothing = QLabel(self.tr("No layer is called so"), self)
        look(self.nothing, "dim")
        self.nothing.hide()
        self._list.addWidget(self.nothing)
        self._list.addStretch(1)
        self._lay_out()
        self.search.textChanged.connect(self._on_text_changed)
        self.search.taken.connect(self._on_search_taken)
        self.search.stepped.connect(self._on_search_stepped)
        self.search.left.connect(self.left)
        self.offer(groups(()))

    def offer(self, offers: Sequence[tuple[str, Sequence[Offer]]]) -> None:
        """Shows these, under their titles, in place of what is there."""
        made = [(title, [f"{one.key} {one.title} {one.about}" for one in members]) for title, members in offers]
        if made == self._made:
            return
        self._made = made
        for widget in (*self.rows, *(label for label, _ in self._groups)):
            widget.setParent(None)  # their names are free at once
            widget.deleteLater()
        self.rows, self._groups = [], []
        for title, members in offers:
            if members:
                label = QLabel(title.upper(), self)
                label.setContentsMargins(0, 10 if self._groups else 2, 0, 4)
                look(label, "group")
                self._groups.append((label, [self._row(one) for one in members]))
        self.rows = [row for _, rows in self._groups for row in rows]
        self._on_text_changed(self.search.text())

    def found(self) -> list[OfferRow]:
        """The rows that the search finds, best first; all in their order while nothing is searched."""
        wanted = self.search.text().strip()
        if not wanted:
            return self.rows
        scores = {row: row.offer.score(wanted) for row in self.rows}
        return sorted((row for row in self.rows if scores[row] > 0), key=lambda row: -scores[row])

    def best(self) -> OfferRow | None:
        """The row that Enter in the search takes."""
        return next(iter(self.found()), None)

    def seek(self, text: str | None = None) -> None:
        """Puts the keyboard into the search: with what stands there marked, or with `text` begun."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text is None:
            self.search.selectAll()
        else:
            self.search.setText(text)

    def _row(self, offer: Offer) -> OfferRow:
        row = OfferRow(offer, self._prefix, self, one_click=self._one_click)
        row.taken.connect(partial(self.taken.emit, offer))
        row.carried.connect(partial(self.carried.emit, offer))
        row.let_go.connect(self.let_go)
        row.kept.connect(self.kept)
        row.stepped.connect(partial(self._on_row_stepped, row))
        row.typed.connect(self._on_row_typed)
        return row

    def _lay_out(self) -> None:
        self._scroll = scrolled(f"{self._prefix}.scroll", self._list)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.horizontalScrollBar().rangeChanged.connect(self._hold_across)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 6, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._scroll, 1)

    def _hold_across(self) -> None:
        """A row that gets the keyboard would push the list sideways."""
        self._scroll.horizontalScrollBar().setRange(0, 0)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.childAt(event.pos())
        if isinstance(row, OfferRow) and row.offer.own:
            self.asked.emit(row.offer, event.globalPos())

    def _on_text_changed(self, text: str) -> None:
        searching, found = bool(text.strip()), self.found()
        for label, rows in self._groups:
            label.setVisible(not searching)
            for row in rows:
                row.setVisible(not searching or row in found)
        in_order = found if searching else [part for label, rows in self._groups for part in (label, *rows)]
        for place, widget in enumerate(in_order):
            self._list.insertWidget(place, widget)
        best = next(iter(found), None)
        self.nothing.setVisible(best is None)
        for row in self.rows:  # Tab goes from the search to one row; arrows walk on from there
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is best else Qt.FocusPolicy.ClickFocus)
            row.mark(row is best and searching)
        self._scroll.verticalScrollBar().setValue(0)

    def _on_search_taken(self) -> None:
        best = self.best()
        if best is not None and self.search.text().strip():
            self.taken.emit(best.offer)

    def _on_search_stepped(self) -> None:
        best = self.best()
        if best is not None:
            best.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_row_stepped(self, row: OfferRow, by: int) -> None:
        found = self.found()
        at = found.index(row) + by
        if at < 0:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at < len(found):
            found[at].setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(found[at])

    def _on_row_typed(self, text: str) -> None:
        self.seek(text)
