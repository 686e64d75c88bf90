"""What runs are computed on: a button in the header, and what it says when it is pressed."""

from __future__ import annotations

import os

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from engine import system
from engine.data.dataset import Ticket
from gui.kit.amounts import size
from gui.kit.background import Latest
from gui.kit.style import look
from gui.shared.context import Context
from gui.shared.machine import machine

WIDTH = 300  # px of the sheet


class MachineButton(QPushButton):
    """`CPU · 2 threads`; a press tells device, threads, memory and why there is no card, and leads to the settings.

    Signals:
        wanted: the person wants to change device or threads.
    """

    wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.sheet: MachineSheet | None = None
        self.setObjectName("toolbar.machine")
        self.setToolTip(self.tr("What runs are computed on"))
        look(self, "pill")
        self.clicked.connect(self._on_clicked)
        self.refresh()

    def refresh(self) -> None:
        """Names what the run that goes on uses, else what the settings allow."""
        words = machine(self._context.document.project.training, self._context.session.live)
        self.setText(words)
        self.setAccessibleName(self.tr("Computes on {0}").format(words))

    def _on_clicked(self) -> None:
        self.sheet = MachineSheet(self.text(), self)
        self.sheet.change.clicked.connect(self.wanted)
        self.sheet.adjustSize()
        corner = self.mapToGlobal(QPoint(self.width() - self.sheet.width(), self.height() + 6))
        self.sheet.move(corner)
        self.sheet.show()
        self.sheet.change.setFocus(Qt.FocusReason.PopupFocusReason)


class MachineSheet(QFrame):
    """Lines about this machine; Escape or a click beside it closes it."""

    def __init__(self, used: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("machine")
        self.setAccessibleName(self.tr("This machine"))
        look(self, "card")
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        title, self.memory, self.cards = QLabel(used, self), QLabel(self), QLabel(self)
        look(title, "title")
        cores = QLabel(self.tr("Processor: {0} cores").format(os.cpu_count() or 1), self)
        free, whole = size(system.free_memory()), size(system.whole_memory())
        self.memory.setText(self.tr("Memory: {0}, of which {1} are free").format(whole, free))
        self.cards.setText(self.tr("Graphics card: asking PyTorch …"))
        self.cards.setObjectName("machine.cards")
        self.change = QPushButton(self.tr("Change device and threads"), self)
        self.change.setObjectName("machine.change")
        self.change.setAccessibleName(self.change.text())
        self.change.clicked.connect(self.close)
        for widget in (title, cores, self.memory, self.cards, self.change):
            column.addWidget(widget)
            if isinstance(widget, QLabel):
                widget.setWordWrap(True)
        looking = Latest(self)
        looking.done.connect(self._on_cards)
        looking.begin(_cards)

    def _on_cards(self, said: tuple[tuple[str, ...], str]) -> None:
        names, reason = said
        words = self.tr("Graphics card: {0}") if names else self.tr("Graphics card: none is used. {0}.")
        self.cards.setText(words.format(", ".join(names) or reason))
        self.adjustSize()


def _cards(ticket: Ticket) -> tuple[tuple[str, ...], str]:
    """On a job's thread: it brings torch along."""
    from engine.accelerators import accelerators

    found = accelerators()
    return found.names, found.reason
