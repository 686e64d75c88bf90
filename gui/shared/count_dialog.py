"""Asks for a whole number, and says below what it will come to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from gui.kit.cards import text
from gui.kit.forms import FieldSpec, refusal_of
from gui.kit.forms.numbers import WholeEditor
from gui.kit.style import look


class CountDialog(QDialog):
    """Called `name`; its number is `name.number`, its buttons `name.train` and `name.cancel`. Gone when closed.

    Signals:
        chosen: the number.
    """

    chosen = Signal(int)

    def __init__(
        self, name: str, heading: str, spec: FieldSpec, value: int, says: Callable[[int], str], parent: QWidget
    ) -> None:
        """`spec`: title, unit and limits of the number; `says`: a sentence for each value of it."""
        super().__init__(parent)
        self._says = says
        self.setObjectName(name)
        self.setWindowTitle(heading)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.number = WholeEditor(spec, self)
        self.number.setObjectName(f"{name}.number")
        self.number.setAccessibleName(spec.title)
        self.number.show_value(value)
        self.says = text("", "dim", wrap=True)
        self.says.setObjectName(f"{name}.says")
        refusal = refusal_of(self.number, self)
        buttons = QDialogButtonBox(self)
        train = buttons.addButton(self.tr("Train"), QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        train.setObjectName(f"{name}.train")
        cancel.setObjectName(f"{name}.cancel")
        look(train, "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        for widget in (text(heading, "title", wrap=True), self.number, refusal, self.says, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(360)
        self.number.moved.connect(self._say)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._on_accepted)
        self.number.refused.connect(lambda: train.setDisabled(self.number.typed.beyond))
        self._say()
        self.number.setFocus()
        self.number.selectAll()

    def _say(self) -> None:
        self.says.setText(self._says(self.number.typed.held))

    def _on_accepted(self) -> None:
        self.chosen.emit(self.number.value())
