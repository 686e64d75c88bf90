"""One button beside problems that come of data other than the network was made for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from engine.analysis import Problem
from gui.document import Document
from gui.kit.elided import ElidedButton
from gui.kit.style import look


class SuitButton(ElidedButton):
    """Called `name.suit`: makes the network fit its data, as one step of undo."""

    def __init__(self, document: Document, name: str, parent: QWidget) -> None:
        self._words = QCoreApplication.translate("SuitButton", "Suit the network to the data")
        super().__init__(self._words, parent)
        self._document = document
        self.setObjectName(f"{name}.suit")
        self.setAccessibleName(self._words)
        self.setToolTip(self.tr("Sets the first layer, the head, the loss and the metrics; all else stays"))
        look(self, "primary")
        self.clicked.connect(self._on_clicked)
        self.hide()

    def show_for(self, problems: Iterable[Problem]) -> None:
        """Seen where one of these problems is of that kind."""
        self.setVisible(any(problem.of_other_data for problem in problems))

    def _on_clicked(self) -> None:
        from engine.suiting import suit  # the readers of data come along: they are loaded by now

        facts = self._document.facts
        if facts is not None:
            self._document.edit(self._words, suit(self._document.project, facts))
