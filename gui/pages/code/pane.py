"""The pane with the network's code: it follows the document while it is seen, and the choice in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.paths import parent
from engine.project import Project
from gui.kit.background import Latest
from gui.kit.cards import text
from gui.kit.icons import icon
from gui.kit.style import look
from gui.pages.code.editor import CodeView
from gui.shared.context import Context

if TYPE_CHECKING:
    from engine.code.render import Listing

PATIENCE = 120  # ms; edits in a row (a dragged spin box) become one listing
SAID = 1500  # ms that the button says it was copied


class CodePane(QFrame):
    """Read-only. It is hidden until the person asks for it, and remembered.

    Signals:
        wanted: path of the layer whose line the person chose.
        closed: the person closed it with its own button.
    """

    wanted = Signal(str)
    closed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._settings = context.document, context.settings
        self._chosen: tuple[str, ...] = ()
        self._shown: tuple[Project, DataFacts] | None = None  # what the code is of
        self._anew = True  # another project than the code is of
        self._listing = Latest(self)
        self._listing.done.connect(self._on_done)
        self._listing.refused.connect(self._on_refused)
        self.listing: Listing | None = None
        self.setObjectName("code.pane")
        self.setAccessibleName(self.tr("Code"))
        look(self, "side")
        self.view = CodeView(self)
        self.sentence = text("", "dim", wrap=True)
        self.sentence.setObjectName("code.sentence")
        self.copy, self.close_ = QToolButton(self), QToolButton(self)
        self._lay_out()
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._begin)
        self._copied = QTimer(self, singleShot=True, interval=SAID)
        self._copied.timeout.connect(self.stop_saying)
        self.view.line_chosen.connect(self._on_line_chosen)
        self._document.changed.connect(self.refresh)
        self._document.opened.connect(self._on_opened)
        self.setVisible(self._settings.text("code", "") == "shown")

    @override
    def setVisible(self, visible: bool) -> None:
        self._settings.put("code", "shown" if visible else "")
        super().setVisible(visible)

    @property
    def busy(self) -> bool:
        """The code is being worked out, or about to be."""
        return self._listing.busy or self._later.isActive()

    def stop_saying(self) -> None:
        """The button no longer says that the code was copied."""
        self._copied.stop()
        self._dress_copy("copy")

    def show_layers(self, paths: tuple[str, ...]) -> None:
        """These are chosen now: their lines are marked."""
        self._chosen = paths
        self._mark()

    def refresh(self) -> None:
        """Works the code out anew, soon, where it is seen and of another network than before."""
        facts = self._document.facts
        if not self.isVisible():
            self._later.stop()
        elif facts is None:
            self._drop()
            self._say(
                f"{self._document.report.problems[0].message}. {self.tr('The code is shown as soon as there is data.')}"
            )
        elif self._shown != (self._document.project, facts):
            self._later.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _begin(self) -> None:
        project, facts = self._document.project, self._document.facts
        if facts is None:
            return
        self._drop()
        self._shown = (project, facts)
        self._listing.begin(partial(_listed, project, facts))

    def _drop(self) -> None:
        self._later.stop()
        self._shown = None
        self._listing.cancel()

    def _on_done(self, listing: Listing) -> None:
        self.listing = listing
        self.view.show_text(listing.text.rstrip("\n"), anew=self._anew)
        self._anew = False
        self.view.show()
        self.sentence.hide()
        self.copy.setEnabled(True)
        self._mark()

    def _on_refused(self, error: EngineError) -> None:
        self._say(str(error))

    def _on_opened(self) -> None:
        self._anew = True

    def _say(self, words: str) -> None:
        """A sentence instead of code."""
        self.listing = None
        self.sentence.setText(words)
        self.sentence.show()
        self.view.hide()
        self.copy.setEnabled(False)

    def _mark(self) -> None:
        lines = self.listing.lines if self.listing else {}
        self.view.mark({line for path in self._chosen for line in _nearest(lines, path)})

    def _on_line_chosen(self, line: int) -> None:
        path = self.listing.layer_at(line) if self.listing else ""
        if path and path not in self._chosen:
            self.wanted.emit(path)

    def _on_copy_clicked(self) -> None:
        if self.listing is not None:
            QGuiApplication.clipboard().setText(self.listing.text)
            self._dress_copy("check")
            self._copied.start()

    def _on_close_clicked(self) -> None:
        self.hide()
        self.closed.emit()

    def _dress_copy(self, symbol: str) -> None:
        self.copy.setIcon(icon(symbol, "dim" if symbol == "copy" else "good"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 6, 4)
        title: QLabel = text(self.tr("PyTorch"), "title")
        head.addWidget(title)
        head.addStretch(1)
        buttons = (
            (self.copy, "code.copy", "copy", self.tr("Copy the code"), self._on_copy_clicked),
            (self.close_, "code.close", "close", self.tr("Hide the code"), self._on_close_clicked),
        )
        for button, name, symbol, words, slot in buttons:
            button.setObjectName(name)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setIcon(icon(symbol, "dim"))
            look(button, "flat")
            button.clicked.connect(slot)
            head.addWidget(button)
        self.copy.setEnabled(False)
        self.sentence.setContentsMargins(14, 6, 14, 6)
        look(self.view, "listing")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        self.setMinimumSize(240, 140)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self.view, 1)
        column.addStretch(0)


def _listed(project: Project, facts: DataFacts, ticket: Ticket) -> Listing:
    """On a job's thread: it brings torch along."""
    from engine.code.render import listing
    from engine.plan import plan_of

    return listing(plan_of(project.network, facts, project.training))


def _nearest(lines: dict[str, tuple[int, ...]], path: str) -> Iterable[int]:
    """The lines of a layer, or of the block around it where it has none of its own."""
    while path and path not in lines:
        path = parent(path)
    return lines.get(path, ())
