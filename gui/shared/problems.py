"""Problems of the project as rows of a sentence and the edits that cure it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.analysis import Fix, Problem
from gui.document import Document
from gui.kit.cards import breakable, clear, pliant, text
from gui.kit.elided import ElidedButton
from gui.kit.style import look
from gui.loading import Loader
from gui.shared.suit_button import SuitButton

MOST = 3  # problems shown at once: curing one often cures the next


def is_shown(loader: Loader, problem: Problem) -> bool:
    """Whether a page lists it that says itself what is read, and why it cannot be."""
    return not loader.busy and problem.kind not in ("unreadable", "being_read")


class ProblemList(QWidget):
    """The report's problems, each with its fixes as buttons; hidden where there are none."""

    def __init__(
        self,
        document: Document,
        name: str,
        parent: QWidget | None = None,
        *,
        wanted: Callable[[Problem], bool] = lambda problem: True,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.problems")
        self._document, self._name, self._wanted = document, name, wanted
        self._shown: tuple[Problem, ...] | None = None
        self._suit = SuitButton(document, name, self)
        self._column = QVBoxLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._suit)
        whole.addLayout(self._column)
        document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _on_document_changed(self) -> None:
        problems = tuple(problem for problem in self._document.report.problems if self._wanted(problem))
        if problems == self._shown:
            return
        self._shown = problems
        self._suit.show_for(problems)
        clear(self._column)
        for index, problem in enumerate(problems[:MOST]):
            self._column.addWidget(self._row(index, problem))
        if len(problems) > MOST:
            self._column.addWidget(text(self.tr("and {0} more").format(len(problems) - MOST), "dim"))
        self.setVisible(bool(problems))

    def _row(self, index: int, problem: Problem) -> QWidget:
        row = QFrame(self)
        look(row, "banner-danger")
        column = QVBoxLayout(row)
        column.setContentsMargins(10, 6, 8, 6)
        label = self._document.report.label(problem.layer)
        where = "" if problem.message.startswith(label) else f"{label}: "
        column.addWidget(pliant(text(breakable(f"{where}{problem.message}"), wrap=True)))
        for number, fix in enumerate(problem.fixes):
            button = ElidedButton(fix.text, row)
            button.setToolTip(fix.text)
            button.setObjectName(f"{self._name}.fix.{index}.{number}")
            button.setAccessibleName(fix.text)
            button.clicked.connect(partial(self._cure, fix))
            column.addWidget(button)
        return row

    def _cure(self, fix: Fix, *_: object) -> None:
        self._document.edit(fix.text, fix.apply(self._document.project))
