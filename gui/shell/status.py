"""The line at the bottom: what the network is, what holds it back first, and when it was saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.kit.amounts import counted
from gui.kit.style import look
from gui.shared.context import Context

HEIGHT = 26  # px


class Status(QFrame):
    """Reads the document only."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = context.document
        look(self, "strip")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(22)
        self.network, self.problem, self.saved = QLabel(self), QLabel(self), QLabel(self)
        for name, label in {"network": self.network, "problem": self.problem, "saved": self.saved}.items():
            label.setObjectName(f"status.{name}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            look(label, "dim")
            row.addWidget(label)
        self.problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.setStretch(1, 1)
        self._document.changed.connect(self.refresh)
        self._document.path_changed.connect(self.refresh)
        self._document.undo_stack.cleanChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Says it as it is now."""
        report = self._document.report
        count = len(self._document.network.layers) - 2
        layers = counted(count, self.tr("1 layer"), self.tr("{0} layers"))
        parameters = counted(report.parameters, self.tr("1 parameter"), self.tr("{0} parameters"))
        self.network.setText(f"{layers} · {parameters}")
        number, first = len(report.problems), report.problems[0].message if report.problems else ""
        one = self.tr("1 problem: {0}").format(first)
        many = self.tr("{0} problems, the first: {1}").format(number, first)
        self.problem.setText("" if number == 0 else one if number == 1 else many)
        self.problem.setToolTip("\n".join(problem.message for problem in report.problems))
        saved = self._document.saved_at
        if self._document.unsaved:
            self.saved.setText(self.tr("Not saved"))
        else:
            self.saved.setText(self.tr("Saved {0}").format(f"{saved:%H:%M}") if saved else "")
