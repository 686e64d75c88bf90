"""What was found in the data, the worst first, each with the click that cures it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.document import Document
from gui.kit.amounts import counted
from gui.kit.cards import Card, clear, pliant, text
from gui.pages.data.edits import apply_cure

if TYPE_CHECKING:
    from engine.data.findings import Cure, Finding

MOST = 40  # rows; more are counted
SHARE = 0.26  # of the page's height, at most
DOTS = {"ill": "danger", "doubtful": "warning", "note": "dim"}


class FoundCard(Card):
    """A row for each finding, with buttons for its cures; then notes on how the data was read."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("data.found")
        self.title.setText(self.tr("What was found"))
        self._document = document
        self._shown: tuple[tuple[Finding, ...], tuple[str, ...]] | None = None
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 6, 0)
        self._rows.setSpacing(6)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.body.addWidget(self._area)
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """What was found now; notes that say the same are left out."""
        facts = self._document.facts
        said = {one.text for one in findings} | {f"{one.text}: {one.short}" for one in findings}
        notes = tuple(note for note in (facts.notes if facts else ()) if not any(note.startswith(one) for one in said))
        if self._shown == (tuple(findings), notes):
            return
        self._shown = tuple(findings), notes
        clear(self._rows)
        count = len(findings) + len(notes)
        for finding in findings[:MOST]:
            self._rows.addWidget(self._row(DOTS[finding.grade], finding.text, finding.cures))
        for note in notes[: max(0, MOST - len(findings))]:
            self._rows.addWidget(self._row("dim", note, ()))
        self._rows.addStretch(1)
        self.note.setText(counted(count, self.tr("1 thing"), self.tr("{0} things, most serious first")))
        self.setVisible(count > 0)

    def fit(self, height: int) -> None:
        """No higher than its share of a page of `height` px."""
        self.setMaximumHeight(round(SHARE * height))

    def _row(self, dot: str, words: str, cures: Sequence[Cure]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(text("●", dot))
        sentence: QLabel = pliant(text(f"{words}.", wrap=True))
        line.addWidget(sentence, 1)
        for cure in cures:
            button = QPushButton(cure.text)
            button.setObjectName(f"data.cure.{words.partition(' ')[0].rstrip(':')}.{cure.text}")
            button.setAccessibleName(f"{cure.text}: {words}")
            button.clicked.connect(partial(apply_cure, self._document, cure))
            line.addWidget(button)
        return row
