"""Problems as red cards with a button for each fix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.analysis import Fix, Problem
from gui.document import Document
from gui.kit.elided import ElidedButton
from gui.kit.style import look
from gui.shared.suit_button import SuitButton


class Problems(QWidget):
    """One card for each problem, called `inspector.problem.N`; fixes are `inspector.fix.N`, counted over all cards.

    Signals:
        layer_asked: id of the layer whose name was pressed.
        fixed: a fix was applied; its button is gone, and the keyboard wants a new place.
    """

    layer_asked = Signal(str)
    fixed = Signal()

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: tuple[tuple[object, ...], ...] = ()
        self._fixes: list[Fix] = []
        self._cards: list[QFrame] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._suit = SuitButton(document, "inspector", self)
        self._suit.clicked.connect(self.fixed)
        self._column.addWidget(self._suit)
        self.hide()

    def show_problems(self, problems: Sequence[Problem], names: Sequence[str] | None = None) -> None:
        """Shows these, each below the name of its layer where `names` are given; made anew only for other texts."""
        heads = names or [""] * len(problems)
        shown = tuple(
            (head, problem.message, *(fix.text for fix in problem.fixes))
            for head, problem in zip(heads, problems, strict=True)
        )
        self._fixes = [fix for problem in problems for fix in problem.fixes]
        if shown == self._shown:
            return
        self._shown = shown
        self._suit.show_for(problems)
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = []
        first = 0
        for problem, head in zip(problems, heads, strict=True):
            self._add(problem, head, first)
            first += len(problem.fixes)
        self.setVisible(bool(problems))

    def _add(self, problem: Problem, head: str, first: int) -> None:
        card = QFrame(self)
        card.setObjectName(f"inspector.problem.{len(self._cards)}")
        card.setAccessibleName(problem.message)
        look(card, "banner" if problem.passes else "banner-danger")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 10, 8)
        column.setSpacing(6)
        if head:
            column.addWidget(self._head(head, problem.layer, card), alignment=Qt.AlignmentFlag.AlignLeft)
        text = QLabel(f"{problem.message}.", card)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        column.addWidget(text)
        for number, fix in enumerate(problem.fixes, first):
            button = ElidedButton(fix.text, card)
            button.setToolTip(fix.text)
            button.setObjectName(f"inspector.fix.{number}")
            button.setAccessibleName(fix.text)
            button.clicked.connect(partial(self._on_fix_clicked, number))
            column.addWidget(button)
        self._column.addWidget(card)
        self._cards.append(card)

    def _head(self, text: str, layer_id: str, parent: QWidget) -> QPushButton:
        button = QPushButton(text, parent)
        button.setObjectName(f"inspector.problem.{len(self._cards)}.layer")
        button.setAccessibleName(self.tr("Show {0}").format(text))
        look(button, "link")
        button.clicked.connect(partial(self.layer_asked.emit, layer_id))
        return button

    def _on_fix_clicked(self, number: int) -> None:
        fix = self._fixes[number]
        self._document.edit(fix.text, fix.apply(self._document.project))
        self.fixed.emit()
