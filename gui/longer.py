"""Asks how many more epochs a run shall be trained for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from engine.runs.folder import RunFolder
from engine.settings import TrainingSettings
from gui.cards import text
from gui.forms import described
from gui.forms.numbers import WholeEditor
from gui.style import look

USUAL = 10  # more epochs than asked for at first, where the run had no more itself


class LongerDialog(QDialog):
    """Called `longer`, its number `longer.epochs`. Deletes itself when it is closed.

    Signals:
        chosen: the run's folder, and how many epochs it is to have in all.
    """

    chosen = Signal(object, int)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        """EngineError where the folder holds no run to go on with."""
        super().__init__(parent)
        run = RunFolder(folder)
        self._folder, self._done = folder, run.snapshot().epoch
        planned = run.project().training.epochs
        self.setObjectName("longer")
        self.setWindowTitle(self.tr("Train longer"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        (spec,) = described(TrainingSettings, ["epochs"])
        self.epochs = WholeEditor(spec, self)
        self.epochs.setObjectName("longer.epochs")
        self.epochs.setAccessibleName(self.tr("More epochs"))
        self.epochs.setSuffix(self.tr(" more epochs"))
        self.epochs.setMaximum(max(1, self.epochs.maximum() - self._done))
        self.epochs.show_value(min(max(USUAL, planned - self._done), self.epochs.maximum()))
        self.says = text("", "dim", wrap=True)
        self.says.setObjectName("longer.says")
        buttons = QDialogButtonBox(self)
        self.train = buttons.addButton(self.tr("Train"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.train.setObjectName("longer.train")
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("longer.cancel")
        look(self.train, "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(text(self.tr("Train {0} longer").format(folder.name), "title", wrap=True))
        column.addWidget(self.epochs)
        column.addWidget(self.says)
        column.addWidget(buttons)
        self.setMinimumWidth(360)
        self.epochs.moved.connect(self._say)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._on_accepted)
        self._say()
        self.epochs.setFocus()
        self.epochs.selectAll()

    def _say(self) -> None:
        words = self.tr("It goes on from the end of epoch {0} with the weights it has, up to epoch {1}.")
        begin = self.tr("It goes on in its first epoch with the weights it has, up to epoch {1}.")
        total = self._done + self.epochs.value()
        self.says.setText((words if self._done else begin).format(f"{self._done:,}", f"{total:,}"))

    def _on_accepted(self) -> None:
        self.chosen.emit(self._folder, self._done + self.epochs.value())
