"""Editors of what is not a number, and the table from a field's shape to its editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gui.kit.forms.fields import FieldSpec, Shape
from gui.kit.forms.numbers import NumberEditor, NumbersEditor, WholeEditor
from gui.kit.forms.words import Word, word

Words = Mapping[str, Word]


class SwitchEditor(QCheckBox):
    """Yes or no."""

    moved = Signal(object)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self.toggled.connect(self._on_toggled)

    def show_value(self, value: Any) -> None:
        """Shows a value without telling."""
        with QSignalBlocker(self):
            self.setChecked(bool(value))

    def _on_toggled(self, checked: bool) -> None:
        self.moved.emit(checked)


class Combo(QComboBox):
    """A combo box that lets the wheel scroll the page unless it has the focus, and does not widen a narrow panel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class OneOfEditor(Combo):
    """One of several texts."""

    moved = Signal(object)

    def __init__(self, spec: FieldSpec, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        for option in spec.options:
            shown = word(option, words)
            self.addItem(shown.title, option)
            self.setItemData(self.count() - 1, shown.about, Qt.ItemDataRole.ToolTipRole)
        self.currentIndexChanged.connect(self._on_index_changed)

    def show_value(self, value: Any) -> None:
        """Shows a value without telling."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(value))

    def _on_index_changed(self, index: int) -> None:
        self.moved.emit(self.itemData(index))


class SomeOfEditor(QWidget):
    """Any of several texts: a check box each."""

    moved = Signal(object)

    def __init__(self, spec: FieldSpec, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.boxes = {str(option): QCheckBox(word(option, words).title, self) for option in spec.options}
        for option, box in self.boxes.items():
            box.setToolTip(word(option, words).about)
            box.toggled.connect(self._on_toggled)
            column.addWidget(box)

    def show_value(self, value: Any) -> None:
        """Shows a value without telling."""
        for option, box in self.boxes.items():
            box.setObjectName(f"{self.objectName()}.{option}")
            with QSignalBlocker(box):
                box.setChecked(option in value)

    def _on_toggled(self) -> None:
        self.moved.emit(tuple(option for option, box in self.boxes.items() if box.isChecked()))


class TextEditor(QLineEdit):
    """A text."""

    moved = Signal(object)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self.textEdited.connect(self.moved.emit)

    def show_value(self, value: Any) -> None:
        """Shows a value without telling."""
        text = str(value or "")
        if text != self.text():
            self.setText(text)


class TextsEditor(QLineEdit):
    """Several texts with commas between."""

    moved = Signal(object)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self.textEdited.connect(self._on_text_edited)

    def show_value(self, value: Any) -> None:
        """Shows a value without telling."""
        if tuple(value) != self._texts():
            self.setText(", ".join(value))

    def _texts(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text().split(",") if part.strip())

    def _on_text_edited(self) -> None:
        self.moved.emit(self._texts())


PLAIN: Mapping[Shape, type[WholeEditor | NumberEditor | NumbersEditor | SwitchEditor | TextEditor | TextsEditor]] = {
    Shape.WHOLE: WholeEditor,
    Shape.NUMBER: NumberEditor,
    Shape.NUMBERS: NumbersEditor,
    Shape.YES_NO: SwitchEditor,
    Shape.TEXT: TextEditor,
    Shape.TEXTS: TextsEditor,
}
WORDED: Mapping[Shape, type[OneOfEditor | SomeOfEditor]] = {
    Shape.ONE_OF: OneOfEditor,
    Shape.SOME_OF: SomeOfEditor,
}
